"""Where members stopped reading: keep, find, export, erase."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import User
from accounts.registry import ExportFile
from course.models import Lesson, ReadingPlace
from course.progress.bulk import insert_rows
from course.progress.export import as_text


def keep_place(*, learner: User, lesson: Lesson, place: str) -> None:
    """Store the heading, or "" for the end, in one query; the last call wins."""
    row = ReadingPlace(learner=learner, lesson=lesson, place=place, at=timezone.now())
    insert_rows([row], conflict=["learner", "lesson"], update=["place", "at"])


def kept_place(*, learner: User, lesson: Lesson) -> ReadingPlace | None:
    """Return where the learner stopped, or None; one query."""
    return ReadingPlace.objects.filter(learner=learner, lesson=lesson).first()


def export(learner: User) -> Iterator[ExportFile]:
    """Return all places as a file."""
    places = ReadingPlace.objects.filter(learner=learner).select_related("lesson").order_by("pk")
    yield ExportFile(
        "progress/places.json",
        as_text({"lesson": row.lesson.uid, "heading": row.place, "at": row.at} for row in places),
    )


def erase(learner: User, keep_comments: bool) -> None:
    """Delete all of the learner's places."""
    ReadingPlace.objects.filter(learner=learner).delete()
