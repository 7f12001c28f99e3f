"""Answer a question by form, using the same functions as sync."""

from dataclasses import dataclass

from accounts.models import User
from course.models import Lesson
from course.progress.marking import NotOpen, entry, live_ids
from course.progress.recording import lock_progress, progress_transaction, record
from course.progress.syncing import MAX_WRITTEN
from course.progress.targets import question_target
from gamification.xp import Outcome


@dataclass(frozen=True)
class Attempt:
    """The verdict and its outcome; `stored` unless the question was done before."""

    right: bool
    stored: bool
    outcome: Outcome


class LogFull(Exception):
    """The learner's log has reached its maximum amount of text."""


def attempt(*, learner: User, lesson: Lesson, name: str, given: str) -> Attempt:
    """Judge an answer (a value of judging.given_value) and add it to the learner's log.

    An answer to a question that is done already is judged but not stored. Raises NotOpen for a
    draft or a question that was never published, LogFull, and AccountGone.
    """
    target = question_target(lesson.uid, name)
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=1)
        if not locked.catalogue.accepts(target):
            raise NotOpen
        right = locked.catalogue.judge(target, given)
        if live_ids(locked, target):
            return Attempt(right, False, Outcome())
        if locked.clock.written + len(given) > MAX_WRITTEN:
            raise LogFull
        made = entry(locked, "a", target, body=given, right=right)
        return Attempt(right, True, record(locked, [made]))
