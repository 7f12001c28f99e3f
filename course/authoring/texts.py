"""Save a lesson's texts as new revisions, for editors and imports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from course.authoring.revising import ChangeNote, Source, revise
from course.authoring.translations import note_translations
from course.authoring.values import TextFields
from course.content.extras import fill_extras
from course.models import Lesson, LessonText


@dataclass(frozen=True)
class NewText:
    """The new values of a text, and whether the texts of its questions changed.

    `fill` sets the HTML on the row once it has the new values.
    """

    language: str
    words: TextFields
    reworded: bool
    fill: Callable[[LessonText], None]


def store_texts(
    lesson: Lesson,
    texts: Iterable[NewText],
    change_note: ChangeNote,
    *,
    extras_changed: bool,
    author: Any = None,
) -> list[str]:
    """Save the texts and the stored page parts. Returns the languages that changed.

    The source language's text comes first, because translations follow it. `extras_changed` makes
    every text a new revision. The caller must hold the quest's lock.
    """
    stored = {row.language: row for row in lesson.texts.all()}
    changed: list[str] = []
    source: Source | None = None
    for text in texts:
        blank = LessonText(lesson=lesson, language=text.language, revision=0)
        row = stored.setdefault(text.language, blank)
        revision = row.revision
        new_words = TextFields.of(row) != text.words or text.reworded
        if extras_changed or new_words or not row.pk:
            revise(row, text.words, change_note)
            changed.append(text.language)
            if source:
                source.follow_source(row, rewritten=new_words and change_note.follows)
        if text.language == lesson.quest.source_language:
            source = Source(row, revision, new_words)
        text.fill(row)
    fill_extras(lesson, stored.values())
    note_translations(stored.values(), source.row if source else None)
    for language, row in stored.items():
        save_text(row, author, with_history=language in changed)
    return changed


def save_text(row: LessonText, author: Any, *, with_history: bool) -> None:
    """Save a text; records its author in the history if the text is new."""
    if not with_history:
        row.save_without_historical_record()
        return
    row._history_user = author  # how simple-history is told
    row.save()
