"""Save and restore texts of quests and chapters, with detection of conflicts."""

from hashlib import sha256
from typing import Any

from django.db import transaction

from course.authoring.rendering import Refused, render_quest_body
from course.content import outlines
from course.models import Chapter, ChapterText, Quest, QuestText
from markup import MarkupError

# Which fields of a text its history compares and brings back.
FIELDS: dict[type, tuple[str, ...]] = {
    QuestText: ("title", "summary", "body"),
    ChapterText: ("title", "summary"),
}


class Outdated(Exception):
    """Somebody else saved since the form was opened; nothing was written."""


def digest(owner: Quest | Chapter, *shared: str) -> str:
    """Return a hash of a quest's or chapter's current texts (and of `shared` fields)."""
    parts = [str(getattr(owner, name)) for name in shared]
    model = QuestText if isinstance(owner, Quest) else ChapterText
    rows: Any = owner.texts.order_by("language")
    for row in rows:
        parts += [row.language, *(getattr(row, name) for name in FIELDS[model])]
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def save_chapter(
    *, chapter: Chapter, seen: str, slug: str, words: dict[str, tuple[str, str]], author: Any
) -> None:
    """Save a chapter's slug and (title, summary) by language. Raises Outdated."""
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=chapter.quest_id)
        stored = Chapter.objects.get(pk=chapter.pk)
        if seen != digest(stored, "slug"):
            raise Outdated
        stored.slug = slug
        stored.save(update_fields=["slug"])
        rows = {row.language: row for row in stored.texts.all()}
        for language, (title, summary) in words.items():
            row = rows.get(language) or ChapterText(chapter=stored, language=language)
            if (row.title, row.summary) != (title, summary):
                row.title, row.summary = title, summary
                save_as(row, author)
        outlines.rebuild(quest)


def remove_chapter(*, chapter: Chapter) -> bool:
    """Delete a chapter if it has no lessons. Returns whether it was deleted."""
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=chapter.quest_id)
        if chapter.lessons.exists():
            return False
        chapter.delete()
        outlines.rebuild(quest)
    return True


def restore_words(*, text: QuestText | ChapterText, history_id: int, author: Any) -> None:
    """Restore an old text as the newest one.

    Raises the history model's DoesNotExist for a revision of another text, Refused for a text that
    no longer renders.
    """
    with transaction.atomic():
        owner_quest = text.quest_id if isinstance(text, QuestText) else text.chapter.quest_id
        quest = Quest.objects.select_for_update().get(pk=owner_quest)
        old = text.history.get(history_id=history_id)
        for name in FIELDS[type(text)]:
            setattr(text, name, getattr(old, name))
        if isinstance(text, QuestText):
            try:
                text.body_html = render_quest_body(text.body, text.language, quest).html
            except MarkupError as error:
                raise Refused({(text.language, "body"): error.problems}) from None
        save_as(text, author)
        outlines.rebuild(quest)


def save_as(row: Any, author: Any) -> None:
    """Save a text and record its author in the history."""
    row._history_user = author  # how simple-history is told
    row.save()
