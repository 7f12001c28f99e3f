"""Learners' own code for samples and exercises: save, export, erase.

It is saved while it is written, so a device that was away sends an old text without anybody's
doing. Whoever sends says which revision it has seen: over that one it is simply newer. Of two texts
that did not see each other, the one that was written later is shown, and the other is set aside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.registry import ExportFile
from course.models import CheckedTry, Lesson, SavedCode, SetAsideCode
from course.progress.export import as_text

MOST_SET_ASIDE = 20  # texts kept beside the newest one, for each part


@dataclass(frozen=True)
class Saved:
    """The account's code of a part, its revision, and another text that was set aside."""

    code: str
    revision: int
    other: str = ""


def save_code(
    *,
    learner: User,
    lesson: Lesson,
    part: str,
    body: str,
    seen: int | None = None,
    written: datetime | None = None,
) -> Saved:
    """Store a text that was written on top of revision `seen` (None: of none) at `written`.

    Locks the part's row; safe to repeat. The result's `code` is not `body` when another text is
    newer, and then `other` is `body`.
    """
    now = timezone.now()
    written = min(written or now, now)
    with transaction.atomic():
        fresh = SavedCode(learner=learner, lesson=lesson, part=part, body=body, saved_at=written)
        row = locked_code(fresh)
        if row.body == body:
            return Saved(row.body, row.revision)
        other = ""
        if row.revision != seen:
            is_older = written < row.saved_at
            other = body if is_older else row.body
            set_aside(row, other, written if is_older else row.saved_at)
            if is_older:
                return Saved(row.body, row.revision, other)
        row.body, row.revision, row.saved_at = body, row.revision + 1, written
        row.save(update_fields=["body", "revision", "saved_at"])
    return Saved(body, row.revision, other)


def locked_code(fresh: SavedCode) -> SavedCode:
    """Return the part's row, `fresh` if there was none, locked until the transaction ends."""
    rows = SavedCode.objects.select_for_update().filter(
        learner=fresh.learner, lesson=fresh.lesson, part=fresh.part
    )
    row = rows.first()
    if row is None:
        SavedCode.objects.bulk_create([fresh], ignore_conflicts=True)
        row = rows.get()
    return row


def set_aside(row: SavedCode, body: str, written: datetime) -> None:
    """Keep a text beside the newest one, once; the oldest beyond the limit are deleted."""
    mine = texts_beside(row.learner, row.lesson, row.part)
    if not body.strip() or mine.filter(body=body).exists():
        return
    SetAsideCode.objects.create(
        learner=row.learner, lesson=row.lesson, part=row.part, body=body, saved_at=written
    )
    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_SET_ASIDE:])).delete()


def texts_beside(learner: User, lesson: Lesson, part: str) -> QuerySet[SetAsideCode]:
    """Return what was set aside of a part, newest first."""
    return SetAsideCode.objects.filter(learner=learner, lesson=lesson, part=part)


def forget_others(*, learner: User, lesson: Lesson, part: str) -> None:
    """Delete what was set aside of a part, because its learner says so."""
    texts_beside(learner, lesson, part).delete()


def saved_code(*, learner: User, lesson: Lesson, part: str) -> Saved | None:
    """Return the newest code of a part and what was last set aside, or None."""
    rows = SavedCode.objects.filter(learner=learner, lesson=lesson, part=part)
    row = rows.values_list("body", "revision").first()
    if row is None:
        return None
    beside = texts_beside(learner, lesson, part).values_list("body", flat=True)
    other = beside.exclude(body=row[0]).first()
    return Saved(*row, other or "")


def export(learner: User) -> Iterator[ExportFile]:
    """Return all saved code and all attempts as files."""
    codes = SavedCode.objects.filter(learner=learner).select_related("lesson").order_by("pk")
    tries = CheckedTry.objects.filter(learner=learner).select_related("lesson").order_by("pk")
    yield ExportFile(
        "progress/code.json",
        as_text(
            {"lesson": row.lesson.uid, "part": row.part, "saved": row.saved_at, "code": row.body}
            for row in codes
        ),
    )
    others = SetAsideCode.objects.filter(learner=learner).select_related("lesson")
    yield ExportFile(
        "progress/code-set-aside.json",
        as_text(
            {"lesson": row.lesson.uid, "part": row.part, "saved": row.saved_at, "code": row.body}
            for row in others
        ),
    )
    yield ExportFile(
        "progress/tries.json",
        as_text(
            {
                "lesson": row.lesson.uid,
                "at": row.tried_at,
                "ended": row.ended,
                "message": row.message,
            }
            for row in tries
        ),
    )


def erase(learner: User, keep_comments: bool) -> None:
    """Delete all of the learner's code and attempts."""
    SavedCode.objects.filter(learner=learner).delete()
    SetAsideCode.objects.filter(learner=learner).delete()
    CheckedTry.objects.filter(learner=learner).delete()
