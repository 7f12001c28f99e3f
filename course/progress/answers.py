"""Private answers to exercises: the newest text is shown; none is ever overwritten unseen."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from comments.shared import Own, own_with
from course.models import ExerciseAnswer, Lesson, SetAsideAnswer

LONGEST = 20_000  # characters
MOST_SET_ASIDE = 20  # texts kept beside the newest one, for each exercise


ANSWER_SQL = f"""
    UNION ALL SELECT 'answer', body, revision FROM {ExerciseAnswer._meta.db_table}
        WHERE learner_id = %s AND lesson_id = %s
    UNION ALL SELECT * FROM (SELECT 'other', body, 0 FROM {SetAsideAnswer._meta.db_table}
        WHERE learner_id = %s AND lesson_id = %s ORDER BY saved_at DESC, id DESC LIMIT 1) newest
"""  # noqa: S608 (names of tables alone)


class TooLong(Exception):
    """The answer has more than LONGEST characters."""


@dataclass(frozen=True)
class Answer:
    """What the exercise shows: the text, its revision (0: none yet), and another device's text."""

    body: str = ""
    revision: int = 0
    set_aside: str = ""


def own_on_page(learner: User, lesson: Lesson) -> tuple[Own, Answer]:
    """What is the learner's own on a lesson's page: in its conversation, and the answer; one query.

    Lesson and thread may be shared by all readers.
    """
    own, found = own_with(lesson.thread, learner, ANSWER_SQL, [learner.pk, lesson.pk] * 2)
    body, revision = found.get("answer", ("", 0))
    return own, Answer(body, revision, found.get("other", ("", 0))[0])


def save_answer(*, learner: User, lesson: Lesson, body: str, seen: int) -> Answer:
    """Store a draft written on top of revision `seen`.

    When another device saved in between, its text is set aside, so that both are kept.
    Raises TooLong.
    """
    body = body.replace("\r\n", "\n").replace("\x00", "")  # forms send two signs for a line's end
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
    """The row of this answer, made when missing, locked until the transaction ends."""
    blank = ExerciseAnswer(learner=learner, lesson=lesson, revision=0, saved_at=timezone.now())
    ExerciseAnswer.objects.bulk_create([blank], ignore_conflicts=True)
    return ExerciseAnswer.objects.select_for_update().get(learner=learner, lesson=lesson)


def set_aside(row: ExerciseAnswer) -> None:
    """Keep the stored text beside the one that replaces it; the oldest of very many go."""
    mine = SetAsideAnswer.objects.filter(learner=row.learner, lesson=row.lesson)
    SetAsideAnswer.objects.create(
        learner=row.learner, lesson=row.lesson, body=row.body, saved_at=row.saved_at
    )
    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_SET_ASIDE:])).delete()
