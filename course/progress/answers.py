"""Private answers to exercises; a newer text never discards another device's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.params import clean_text
from accounts.prepared import Select, fetch_together
from comments.conversation.shared import Own, own_from, own_select
from course.models import ExerciseAnswer, Lesson, LessonReminder, SetAsideAnswer
from course.progress.notebook import PageNote, notes_select, page_notes

LONGEST = 20_000  # characters
MOST_SET_ASIDE = 20  # texts kept beside the newest one, for each exercise


ANSWER_SQL = f"""
    SELECT 'answer', body, revision FROM {ExerciseAnswer._meta.db_table}
        WHERE learner_id = %s AND lesson_id = %s
    UNION ALL SELECT * FROM (SELECT 'other', body, 0 FROM {SetAsideAnswer._meta.db_table}
        WHERE learner_id = %s AND lesson_id = %s ORDER BY saved_at DESC, id DESC LIMIT 1) newest
"""  # noqa: S608 (names of tables alone)
FINISH_SQL = f"""
    SELECT 'finish', CAST(at AS varchar(40)) || '|' || CAST(created_at AS varchar(40)), id
        FROM {LessonReminder._meta.db_table} WHERE learner_id = %s AND lesson_id = %s
"""  # noqa: S608 (names of tables alone)


class TooLong(Exception):
    """The answer has more than LONGEST characters."""


@dataclass(frozen=True)
class Answer:
    """An exercise's answer: text, revision (0: none yet), and another device's text."""

    body: str = ""
    revision: int = 0
    set_aside: str = ""


@dataclass(frozen=True)
class ToFinish:
    """When the learner wants to be reminded of a lesson, and since when."""

    at: datetime
    since: datetime


def own_on_page(
    learner: User, lesson: Lesson, names: Sequence[int] = ()
) -> tuple[Own, Answer, list[PageNote], ToFinish | None]:
    """Return the learner's data on a lesson page in one query: comments, answer, notes, reminder.

    `names`: primary keys of the lesson and of those merged into it, whose notes are shown too.
    Lesson and thread may be shared by all readers.
    """
    mine = Select(ANSWER_SQL, [learner.pk, lesson.pk] * 2)
    notes = notes_select(learner, names or [lesson.pk])
    later = Select(FINISH_SQL, [learner.pk, lesson.pk])
    rows = fetch_together(own_select(lesson.thread, learner), mine, notes, later)
    [(body, revision)] = rows.get("answer", [("", 0)])
    [(other, _)] = rows.get("other", [("", 0)])
    answer = Answer(body, revision, other)
    return own_from(rows), answer, page_notes(rows), to_finish(rows.get("finish", []))


def to_finish(rows: Sequence[tuple[str, int]]) -> ToFinish | None:
    """Read the times of a reminder; SQLite writes them without their zone, which is UTC."""
    for text, _number in rows:
        at, since = (datetime.fromisoformat(part) for part in text.split("|"))
        return ToFinish(
            *(each if each.tzinfo else each.replace(tzinfo=UTC) for each in (at, since))
        )
    return None


def save_answer(*, learner: User, lesson: Lesson, body: str, seen: int) -> Answer:
    """Store a draft that was based on revision `seen`.

    If another device saved in between, its text is set aside, so that both are kept. Raises
    TooLong.
    """
    body = clean_text(body)
    if len(body) > LONGEST:
        raise TooLong
    with transaction.atomic():
        row = locked_answer(learner, lesson)
        if row.body == body:
            return Answer(body, row.revision)
        other = row.body if row.revision != seen and row.body.strip() else ""
        if other:
            set_aside(row)
        row.body, row.revision, row.saved_at = body, row.revision + 1, timezone.now()
        row.save()
    return Answer(body, row.revision, other)


def locked_answer(learner: User, lesson: Lesson) -> ExerciseAnswer:
    """Return the answer's row, created when missing, locked until the transaction ends."""
    blank = ExerciseAnswer(learner=learner, lesson=lesson, revision=0, saved_at=timezone.now())
    ExerciseAnswer.objects.bulk_create([blank], ignore_conflicts=True)
    return ExerciseAnswer.objects.select_for_update().get(learner=learner, lesson=lesson)


def set_aside(row: ExerciseAnswer) -> None:
    """Keep the replaced text; deletes the oldest beyond the limit."""
    mine = SetAsideAnswer.objects.filter(learner=row.learner, lesson=row.lesson)
    SetAsideAnswer.objects.create(
        learner=row.learner, lesson=row.lesson, body=row.body, saved_at=row.saved_at
    )
    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_SET_ASIDE:])).delete()
