"""A checked exercise: the try is kept, and the first that passes completes the exercise once."""

import threading

import pytest
from django.db import connection

from accounts.deletion import erase as erase_account
from accounts.models import User
from course.models import CheckedTry, Completion, Operation, SavedCode
from course.progress.marking import complete, undo
from course.progress.own_code import export, save_code
from course.progress.reading import progress_of
from course.progress.trying import apply_result, operation_id, record_check
from gamification.models import Standing, XPEntry
from runner import queue
from runner.models import Run
from tests.course.runs import FAILED, PASSED, RESULT, finish, make_runnable, submit_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(db):
    return make_runnable()


def check(person, lesson, **result) -> Run:
    run = submit_check(person, lesson)
    return finish(run, **result)


def is_done(person, lesson) -> bool:
    person.session_versions = {}
    return progress_of(person).is_done(lesson.uid, "exercise")


def xp(person) -> int:
    return sum(XPEntry.objects.filter(learner=person).values_list("points", flat=True))


def test_a_passed_check_completes_the_exercise_with_the_runs_id(learner, lesson):
    run = check(learner, lesson, **PASSED)
    assert is_done(learner, lesson)
    operation = Operation.objects.get()
    assert (operation.uuid, operation.kind, operation.part) == (operation_id(run), "c", "exercise")
    assert (xp(learner), Standing.objects.get().xp) == (15, 15)
    attempt = CheckedTry.objects.get()
    assert (attempt.ended, attempt.message, attempt.gained["points"]) == ("passed", {}, 15)


@pytest.mark.parametrize(
    ("result", "ended", "message"),
    [
        (FAILED, "failed", {"ko": "제곱이 아니에요.", "en": "Not squared."}),
        ({"ended": "error", "failed": {"": "no"}}, "failed", {"": "no"}),
        ({"ended": "error", "error": "NameError: name 'secret' is not defined", "failed":
          {"": "NameError: name 'secret' is not defined"}}, "failed", {"": "NameError"}),
        ({"ended": "error", "error": "ZeroDivisionError: 1/0"}, "error", {"": "ZeroDivisionError"}),
        ({"ended": "time"}, "stopped", {"": "time"}),
        ({"ended": "killed"}, "stopped", {"": "killed"}),
    ],
)  # fmt: skip
def test_other_ends_are_kept_and_complete_nothing(learner, lesson, result, ended, message):
    check(learner, lesson, **result)
    attempt = CheckedTry.objects.get()
    assert (attempt.ended, attempt.message, attempt.gained) == (ended, message, {})
    assert not is_done(learner, lesson)
    assert not XPEntry.objects.exists()


def test_a_sample_that_ran_is_no_try(learner, lesson):
    run = queue.submit(learner, f"{lesson.uid}#sample:two", "run", {"code": "1"})
    finish(run)
    assert not CheckedTry.objects.exists()


def test_the_same_run_applied_twice_counts_once(learner, lesson):
    run = check(learner, lesson, **PASSED)
    apply_result(run)
    assert (xp(learner), CheckedTry.objects.count(), Operation.objects.count()) == (15, 1, 1)


def test_a_run_applied_again_does_not_undo_an_undo(learner, lesson):
    run = check(learner, lesson, **PASSED)
    undo(learner=learner, lesson=lesson, part="exercise")
    apply_result(run)
    assert not is_done(learner, lesson)


def test_passing_again_after_an_undo_completes_and_gives_nothing_more(learner, lesson):
    check(learner, lesson, **PASSED)
    undo(learner=learner, lesson=lesson, part="exercise")
    check(learner, lesson, **PASSED)
    assert is_done(learner, lesson)
    assert xp(learner) == 15


def test_passing_what_was_ticked_before_gives_nothing_more(learner, lesson):
    complete(learner=learner, lesson=lesson, part="exercise")
    check(learner, lesson, **PASSED)
    assert (xp(learner), Operation.objects.count()) == (15, 1)
    assert CheckedTry.objects.get().ended == "passed"


@pytest.mark.parametrize("key", ["none-000#exercise", "jax-000", "jax-000#q:one", "?", ""])
def test_a_check_of_nothing_that_is_there_changes_nothing(learner, lesson, key):
    run = queue.submit(learner, key, "check", {"code": "x", "check": "assert True"})
    finish(run, **PASSED)
    assert not CheckedTry.objects.exists()
    assert not Operation.objects.exists()


def test_an_exercise_that_is_a_draft_again_is_not_completed(learner, lesson):
    run = submit_check(learner, lesson)
    lesson.status = "draft"
    lesson.save()
    from pagecache.changes import memory

    memory.clear()
    finish(run, **PASSED)
    assert CheckedTry.objects.get().ended == "passed"
    assert not Completion.objects.exists()


def test_code_and_tries_come_along_and_go_with_the_account(learner, other_learner, lesson):
    for person in (learner, other_learner):
        save_code(learner=person, lesson=lesson, part="exercise", body="x = '한'")
        check(person, lesson, **FAILED)
    files = {file.path: file.content for file in export(learner)}
    assert set(files) == {
        "progress/code.json",
        "progress/code-set-aside.json",
        "progress/tries.json",
    }
    assert "x = '한'" in str(files["progress/code.json"])
    assert "Not squared." in str(files["progress/tries.json"])
    User.objects.filter(pk=learner.pk).update(delete_at="2026-01-01T00:00:00Z")
    assert erase_account(learner.pk)
    assert {row.learner_id for row in CheckedTry.objects.all()} == {other_learner.pk}
    assert {row.learner_id for row in SavedCode.objects.all()} == {other_learner.pk}


# --- At once --------------------------------------------------------------------------------


def at_once(*works) -> None:
    barrier = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def run(work) -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not raised


def solved_run(person, lesson, number: int) -> Run:
    """A run with its result, whose listeners were not told."""
    return Run.objects.create(
        learner=person, key=f"{lesson.uid}#exercise", kind="check", files={"code": str(number)},
        state="done", result={**RESULT, **PASSED}, finished_at="2026-11-29T00:00:00Z",
    )  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_run_applied_by_many_workers_at_once_counts_once(learner, lesson):
    run = solved_run(learner, lesson, 1)
    at_once(*[lambda: record_check(run=run, learner=learner, lesson=lesson)] * 8)
    assert (xp(learner), CheckedTry.objects.count(), Operation.objects.count()) == (15, 1, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_devices_that_pass_at_once_give_the_points_once(learner, lesson):
    runs = [solved_run(learner, lesson, number) for number in range(6)]
    works = [lambda run=run: record_check(run=run, learner=learner, lesson=lesson) for run in runs]
    tick = lambda: complete(learner=learner, lesson=lesson, part="exercise")  # noqa: E731
    at_once(*works, tick)
    assert (xp(learner), Standing.objects.get().xp, CheckedTry.objects.count()) == (15, 15, 6)
    assert Operation.objects.count() == 1
    gains = [each for each in CheckedTry.objects.values_list("gained", flat=True) if each]
    assert len(gains) <= 1
    assert is_done(learner, lesson)
