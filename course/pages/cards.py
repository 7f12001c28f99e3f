"""Quests as listed on the home page, without their outlines."""

from dataclasses import dataclass

from accounts.models import Viewer
from course.content import access, outlines
from course.models import Quest, QuestText


@dataclass(frozen=True)
class Card:
    """A quest in a list; small, because cached pages hold references to it."""

    quest: Quest
    title: str
    summary: str
    language: str  # of title and summary
    lesson_count: int
    minutes: int


def cards(*, viewer: Viewer, language: str) -> list[Card]:
    """Return every quest that the viewer may see, in order, in the best language; one query."""
    return [card_of(text) for text in access.quest_texts(viewer=viewer, language=language)]


def card_of(text: QuestText) -> Card:
    """Return a quest with the number of its published lessons."""
    lessons = outlines.lessons_of(text.outline)
    return Card(
        quest=text.quest,
        title=text.title,
        summary=text.summary,
        language=text.language,
        lesson_count=len(lessons),
        minutes=sum(lesson["minutes"] for lesson in lessons),
    )
