"""Changes of a lesson since a learner completed it."""

from dataclasses import dataclass
from datetime import datetime

from course.authoring.history import Difference, differences, revision_at
from course.models import LessonText


@dataclass(frozen=True)
class Changed:
    """The lesson changed after the learner completed it; the completion stays valid."""

    finished_at: datetime
    must_redo: bool


def changed_after(text: LessonText, at: datetime | None) -> Changed | None:
    """Return whether the text changed significantly after it was completed at that time."""
    if text.real_revision <= 1 or at is None or text.changed_at <= at:
        return None
    return Changed(at, must_redo=bool(text.redo_at and text.redo_at > at))


def marked_changes(text: LessonText, since: datetime) -> list[Difference]:
    """Return the differences from the text that readers had at that time."""
    past = revision_at(text, since)
    return differences(past, text, context=True) if past else []
