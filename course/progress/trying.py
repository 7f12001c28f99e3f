"""Results of exercise checks: stored, and a passed one completes the exercise.

Called by the runner's queue inside the transaction that stores the result, in any process. Applying
the same run again changes nothing.
"""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from accounts.models import User
from course.models import CheckedTry, Lesson, Part
from course.progress.bulk import insert_rows
from course.progress.marking import entry, live_ids
from course.progress.recording import lock_progress, progress_transaction, record
from course.progress.targets import Target, read_target
from gamification.xp import Outcome
from runner.models import Run

# Operations that the server makes of runs have ids in this namespace.
RUNS = UUID("5b1f7d6e-2a53-4e0c-9a52-0c6f2b1d8e47")
ERROR_TYPE = re.compile(r"\w{1,80}")
LONGEST_MESSAGE = 300
Ended = CheckedTry.Ended


def exercise_key(lesson: Lesson) -> str:
    """Return the runner's key for checks of this lesson's exercise."""
    return str(Target(lesson.uid, Part.EXERCISE.value))


def apply_result(run: Run) -> None:
    """Process a run's result if it is a check of an existing exercise."""
    target = read_target(run.key) if run.kind == Run.Kind.CHECK else None
    if target is None or target.part != Part.EXERCISE:
        return
    lesson = Lesson.objects.filter(uid=target.uid).first()
    if lesson is not None:
        record_check(run=run, learner=run.learner, lesson=lesson)


def record_check(*, run: Run, learner: User, lesson: Lesson) -> Outcome:
    """Store the attempt; the first passed one completes the exercise, with the run's id.

    Returns the award's outcome. Raises AccountGone when the account was deleted meanwhile.
    """
    ended = ending(run.result or {})
    attempt = CheckedTry(
        learner=learner, lesson=lesson, run=run.pk, ended=ended, message=message_of(run.result)
    )
    if ended != Ended.PASSED:
        insert_rows([attempt])
        return Outcome()
    with progress_transaction(learner):
        # The clock is locked before the try is stored: of two devices that pass at once, the
        # second waits here and then finds the exercise done.
        locked = lock_progress(learner, revisions=1)
        target = Target(lesson.uid, Part.EXERCISE.value)
        is_new = bool(insert_rows([attempt], returning="run"))
        if not is_new or not locked.catalogue.accepts(target) or live_ids(locked, target):
            return Outcome()
        outcome = record(locked, [replace(entry(locked, "c", target), id=operation_id(run))])
        tries = CheckedTry.objects.filter(learner=learner, run=run.pk)
        tries.update(gained=gained(outcome))
    return outcome


def operation_id(run: Run) -> UUID:
    """Return the deterministic id of a passed run's operation."""
    return uuid5(RUNS, f"{run.pk} {run.created_at.isoformat()}")


def gained(outcome: Outcome) -> dict[str, Any]:
    """Return the award independent of language: points, level reached, achievement slugs."""
    return {
        "points": outcome.points,
        "level": outcome.level.number if outcome.level and outcome.levelled_up else None,
        "achievements": [each.slug for each in outcome.achievements],
    }


def ending(result: dict[str, Any]) -> str:
    """Return how a check ended, for the authors' statistics."""
    if result.get("solved") is True:
        return Ended.PASSED.value
    if result.get("ended") in ("ok", "error"):
        return (Ended.FAILED if result.get("failed") else Ended.ERROR).value
    return Ended.STOPPED.value


def message_of(result: dict[str, Any] | None) -> dict[str, str]:
    """Return the failed assert's message, or only an error's type for privacy."""
    result = result or {}
    failed = result.get("failed")
    if failed and set(failed) != {""}:
        return {language: text[:LONGEST_MESSAGE] for language, text in failed.items()}
    said = (failed or {}).get("") or result.get("error") or result.get("ended") or ""
    is_error = bool(result.get("error"))
    match = ERROR_TYPE.match(said) if is_error else None
    return {} if result.get("solved") else {"": match[0] if match else said[:LONGEST_MESSAGE]}
