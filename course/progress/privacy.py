"""What of progress goes into "download my data", and what goes with a deleted account."""

import json
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.registry import ExportFile
from course.models import (
    Cancellation,
    Clock,
    Completion,
    ExerciseAnswer,
    HeldOperation,
    Operation,
    SetAsideAnswer,
)
from course.progress.targets import Target

# The clock first: it is what a sync locks before everything else.
TABLES = (
    Clock,
    Operation,
    Cancellation,
    HeldOperation,
    Completion,
    ExerciseAnswer,
    SetAsideAnswer,
)


def export(learner: User) -> Iterable[ExportFile]:
    """The whole log, what it says now, and every answer."""
    yield ExportFile("progress/log.json", as_text(log_rows(learner)))
    yield ExportFile("progress/completions.json", as_text(completion_rows(learner)))
    yield ExportFile("progress/answers.json", as_text(answer_rows(learner)))


def as_text(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as readable JSON."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, default=str)


def log_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Every operation, with the completions that an undo named."""
    named: dict[Any, list[str]] = {}
    for by, cancelled in Cancellation.objects.filter(learner=learner).values_list(
        "by", "cancelled"
    ):
        named.setdefault(by, []).append(str(cancelled))
    rows = Operation.objects.filter(learner=learner).select_related("lesson").order_by("id")
    for row in rows:
        yield {
            "id": row.uuid,
            "kind": row.get_kind_display(),
            "lesson": str(Target(row.lesson.uid, row.part)),
            "at": row.effective_at.isoformat(),
            "day": row.day,
            "zone": row.zone,
            "device": row.device,
            "undoes": named.get(row.uuid, []),
        }
    for held in HeldOperation.objects.filter(learner=learner):
        yield {"id": held.uuid, "kept_aside": held.code, "as_sent": held.payload}


def completion_rows(learner: User) -> Iterable[dict[str, Any]]:
    """What is done, and since when."""
    for row in Completion.objects.of(learner).select_related("lesson"):
        yield {
            "lesson": str(Target(row.lesson.uid, row.part)),
            "done": row.done,
            "first_completed": row.first_at,
            "last_completed": row.last_at,
        }


def answer_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Every answer, those set aside included."""
    for row in ExerciseAnswer.objects.filter(learner=learner).select_related("lesson"):
        yield {"lesson": row.lesson.uid, "saved": row.saved_at, "answer": row.body}
    for other in SetAsideAnswer.objects.filter(learner=learner).select_related("lesson"):
        yield {"lesson": other.lesson.uid, "set_aside": other.saved_at, "answer": other.body}


def erase(learner: User, keep_comments: bool) -> None:
    """Delete everything that progress knows of a learner."""
    for table in TABLES:
        table._default_manager.filter(learner=learner).delete()
