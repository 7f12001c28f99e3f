"""The learner's own certificates, and what they could have one for."""

from dataclasses import dataclass

from accounts.models import User
from course.content import access
from course.progress.reading import progress_of
from credentials.finished import CHAPTER, QUEST, Scope, open_scopes
from credentials.models import Certificate


@dataclass(frozen=True)
class Ready:
    """A finished quest or chapter without a certificate, with its title in one language."""

    scope: Scope
    title: str
    quest_title: str  # of a chapter
    language: str
    emoji: str


def ready_for(learner: User, issued: list[Certificate], language: str) -> list[Ready]:
    """Return what the learner finished and has no certificate of; one query if there is any."""
    taken = [Scope(each.kind, each.uid) for each in issued]
    scopes = open_scopes(progress_of(learner), taken)
    if not scopes:
        return []
    named = titles_of(language)
    return [named[scope] for scope in scopes if scope in named]


def titles_of(language: str) -> dict[Scope, Ready]:
    """Return every public quest and chapter with its title; one query."""
    found: dict[Scope, Ready] = {}
    for text in access.quest_texts(viewer=access.ANYBODY, language=language):
        emoji = text.quest.emoji
        quest = Scope(QUEST, text.quest.uid)
        found[quest] = Ready(quest, text.title, "", text.language, emoji)
        for row in text.outline:
            chapter = Scope(CHAPTER, row["uid"])
            found[chapter] = Ready(chapter, row["title"], text.title, text.language, emoji)
    return found
