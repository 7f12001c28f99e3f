"""The past of a text: its revisions, what each changed, and the way back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course.authoring.diffing import Block, changed_only, compare
from course.authoring.saving import Statement, save_lesson
from course.authoring.values import WORDS, LessonValues, Words
from course.models import Lesson, LessonText


@dataclass(frozen=True)
class Difference:
    """What changed in one field."""

    field: str
    blocks: list[Block]

    @property
    def label(self) -> str:
        """The field's name for people."""
        return str(field_label(self.field))


def field_label(name: str) -> Any:
    """A text field's name in the active language."""
    return LessonText._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def revisions(text: LessonText) -> list[Any]:
    """The text's past, newest first, with who wrote it."""
    return list(
        text.history.select_related("history_user").order_by("-history_date", "-history_id")
    )


def differences(before: Any, after: Any, *, context: bool = False) -> list[Difference]:
    """The fields that differ between two texts or revisions; `before` may be None."""
    found = []
    for name in WORDS:
        old, new = getattr(before, name, ""), getattr(after, name)
        if old != new:
            blocks = compare(old, new)
            found.append(Difference(name, blocks if context else changed_only(blocks)))
    return found


def revision_at(text: LessonText, when: datetime) -> Any:
    """The text as readers had it at that time; the oldest known when it is younger."""
    past = text.history.order_by("-history_date", "-history_id")
    return past.filter(history_date__lte=when).first() or past.last()


def source_changes(translation: LessonText, source: LessonText) -> list[Difference]:
    """What changed in the source since the revision that the translation follows."""
    followed = translation.source_revision
    if followed is None or followed >= source.revision:
        return []
    past = source.history.filter(revision=followed).order_by("history_id").last()
    return differences(past, source) if past else []


def restore(*, text: LessonText, history_id: int, author: Any, statement: Statement) -> Lesson:
    """Make an old revision the newest one; the revisions between stay in the history.

    Raises LessonText.history.model.DoesNotExist for a line of another text, and what saving raises.
    """
    old = text.history.get(history_id=history_id)
    lesson = text.lesson
    values = LessonValues.of(lesson)
    values.texts[text.language] = Words.of(old)
    return save_lesson(
        lesson=lesson, version=lesson.version, values=values, author=author, statement=statement
    )
