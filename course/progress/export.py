"""Export and erasure of a learner's progress."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.export import to_read
from accounts.models import User
from accounts.registry import ExportFile
from course.models import (
    Cancellation,
    Clock,
    Completion,
    ExerciseAnswer,
    HeldOperation,
    Note,
    Operation,
    ReviewCard,
    SetAsideAnswer,
)
from course.progress.targets import Target, question_target

# The clock first: it is what a sync locks before everything else.
TABLES = (
    Clock,
    Operation,
    Cancellation,
    HeldOperation,
    Completion,
    Note,
    ReviewCard,
    ExerciseAnswer,
    SetAsideAnswer,
)


def export(learner: User) -> Iterable[ExportFile]:
    """Return the log, its current state, cards, notes and answers as files."""
    yield ExportFile("progress/log.json", as_text(log_rows(learner)))
    yield ExportFile("progress/completions.json", as_text(completion_rows(learner)))
    yield ExportFile("progress/cards.json", as_text(card_rows(learner)))
    yield ExportFile("progress/notes.json", as_text(note_rows(learner)))
    yield ExportFile("progress/answers.json", as_text(answer_rows(learner)))
    yield from files_to_read(learner)


def files_to_read(learner: User) -> Iterable[ExportFile]:
    """Return answers and notes as Markdown; no file where there is nothing."""
    answers = [
        (row["lesson"], row.get("saved") or row["set_aside"], row["answer"])
        for row in answer_rows(learner)
    ]
    notes = [(row["lesson"], row["written"], row["text"]) for row in note_rows(learner)]
    if answers:
        yield ExportFile("progress/answers.md", to_read(_("Your answers"), answers))
    if notes:
        yield ExportFile("progress/notes.md", to_read(_("Your notes"), notes))


def as_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as indented JSON."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, default=str)


def log_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Return every operation, with the completions that an undo names."""
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
            **texts_of(row),
        }
    for held in HeldOperation.objects.filter(learner=learner):
        yield {"id": held.uuid, "kept_aside": held.code, "as_sent": held.payload}


def texts_of(row: Operation) -> dict[str, Any]:
    """Return an attempt's answer and verdict, a review's grade, or a note's text."""
    if row.kind == Operation.Kind.ATTEMPT:
        return {"given": row.body, "right": row.right}
    if row.kind == Operation.Kind.REVIEW:
        return {"grade": row.grade}
    if row.kind == Operation.Kind.NOTE:
        return {"note": row.note, "place": row.place, "text": row.body}
    return {}


def note_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Return the current notes; older texts are in the log."""
    for row in Note.objects.filter(learner=learner).exclude(body="").select_related("lesson"):
        yield {
            "note": row.uuid,
            "lesson": row.lesson.uid,
            "place": row.place,
            "written": row.at,
            "text": row.body,
        }


def completion_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Return what is done, and since when."""
    for row in Completion.objects.of(learner).select_related("lesson"):
        yield {
            "lesson": str(Target(row.lesson.uid, row.part)),
            "done": row.done,
            "first_completed": row.first_at,
            "last_completed": row.last_at,
        }


def card_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Return when each question comes back."""
    cards = ReviewCard.objects.filter(learner=learner, due__isnull=False).order_by("due", "id")
    for row in cards.select_related("question__lesson"):
        yield {
            "question": str(question_target(row.question.lesson.uid, row.question.name)),
            "due": row.due,
            "reviewed": row.reviewed_at,
            "stability": row.stability,
            "difficulty": row.difficulty,
        }


def answer_rows(learner: User) -> Iterable[dict[str, Any]]:
    """Return every answer, including those set aside."""
    for row in ExerciseAnswer.objects.filter(learner=learner).select_related("lesson"):
        yield {"lesson": row.lesson.uid, "saved": row.saved_at, "answer": row.body}
    for other in SetAsideAnswer.objects.filter(learner=learner).select_related("lesson"):
        yield {"lesson": other.lesson.uid, "set_aside": other.saved_at, "answer": other.body}


def erase(learner: User, keep_comments: bool) -> None:
    """Delete all progress of a learner."""
    for table in TABLES:
        table._default_manager.filter(learner=learner).delete()
