"""What a learner is told about a lesson that changed after it was completed."""

from dataclasses import dataclass
from datetime import datetime

from course.authoring.history import Difference, differences, revision_at
from course.models import LessonText


@dataclass(frozen=True)
class Changed:
    """The lesson really changed after the learner finished it; being done is never taken away."""

    finished_at: datetime
    must_redo: bool


def changed_after(text: LessonText, at: datetime | None) -> Changed | None:
    """Whether the text really changed after it was finished at that time (None: not finished)."""
    if text.real_revision <= 1 or at is None or text.changed_at <= at:
        return None
    return Changed(at, must_redo=bool(text.redo_at and text.redo_at > at))


def marked_changes(text: LessonText, since: datetime) -> list[Difference]:
    """What changed in the text since then, in the text as readers had it at that time."""
    past = revision_at(text, since)
    return differences(past, text, context=True) if past else []
