"""Sending runs, claiming them fairly, and storing what came of them."""

import base64
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from runner import queue
from runner.files import BadFiles
from runner.listeners import forget_listener, register_listener
from runner.models import Figure, Machine, Run
from tests.conftest import make_person

CODE = {"code": "print(1)"}
PNG = b"\x89PNG\r\n\x1a\n and so on"
RESULT = {"ended": "ok", "output": "1\n", "figures": [], "solved": False}


def send(person, key="sample:a", **files) -> Run:
    return queue.submit(person, key, "run", {**CODE, **files})


def stored(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


# --- Sending --------------------------------------------------------------------------------


def test_a_sent_run_waits(learner):
    run = stored(send(learner, before=["x = 1"]))
    assert (run.state, run.key, run.tries) == ("queued", "sample:a", 0)
    assert run.files == {"code": "print(1)", "check": "", "before": ["x = 1"]}


@pytest.mark.parametrize(
    ("kind", "files", "said"),
    [
        ("shell", CODE, "no kind"),
        ("run", {}, "code is no text"),
        ("run", {"code": "\0"}, "code is no text"),
        ("run", {"code": "\ud800"}, "half a character"),
        ("run", {"code": "한" * 30_000}, "larger than 64 KB"),
        ("run", {**CODE, "before": [5]}, "before is no text"),
        ("run", {**CODE, "before": ["x" * 60_000] * 9}, "too large"),
        ("run", {**CODE, "before": [""] * 31}, "too large"),
        ("check", CODE, "needs a check"),
    ],
)
def test_files_that_cannot_be_run_are_refused(learner, kind, files, said):
    with pytest.raises(BadFiles, match=said):
        queue.submit(learner, "a", kind, files)
    assert not Run.objects.exists()


def test_a_learner_has_three_waiting_at_most(learner, other_learner):
    for _ in range(3):
        send(learner)
    with pytest.raises(queue.TooManyRuns):
        send(learner)
    send(other_learner)


def test_an_hour_has_a_number_of_runs_for_each_learner(learner, other_learner, settings):
    settings.RUNNER_RUNS_PER_HOUR = 2
    ago = timezone.now() - timedelta(minutes=50)
    for _ in range(2):
        queue.finish(claim_sent(send(learner)), RESULT)
    Run.objects.update(created_at=ago)
    with pytest.raises(queue.TooManyRuns) as refused:
        send(learner)
    assert 300 < refused.value.seconds <= 601
    send(other_learner)
    Run.objects.update(created_at=ago - timedelta(minutes=11))
    send(learner)


def claim_sent(run: Run) -> Run:
    claimed = queue.claim(20)
    assert claimed == run
    return claimed


# --- Claiming -------------------------------------------------------------------------------


def test_the_oldest_is_claimed_first(learner, other_learner):
    first, second = send(other_learner), send(learner)
    assert [queue.claim(20), queue.claim(20), queue.claim(20)] == [first, second, None]


def test_a_claimed_run_is_leased(learner):
    send(learner)
    run = stored(queue.claim(20))
    assert (run.state, run.tries) == ("running", 1)
    assert run.lease_until - run.started_at == timedelta(seconds=140)


def test_a_learner_has_one_running_and_lets_others_pass(learner, other_learner):
    first, second = send(learner), send(learner)
    other = send(other_learner)
    assert [queue.claim(20), queue.claim(20), queue.claim(20)] == [first, other, None]
    queue.finish(stored(first), RESULT)
    assert queue.claim(20) == second


def test_the_database_allows_one_running_each(learner):
    one, two = send(learner), send(learner)
    running = {"state": "running", "started_at": timezone.now(), "lease_until": timezone.now()}
    Run.objects.filter(pk=one.pk).update(**running)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=two.pk).update(**running)


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_once_get_different_runs_and_learners():
    people = [make_person(f"person-{number}") for number in range(6)]
    for person in people * 2:
        send(person)
    claimed, barrier = [], threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        while run := queue.claim(20):
            claimed.append(run)
        connections.close_all()

    together(work, 8)
    assert len(claimed) == len({run.pk for run in claimed}) == 6
    assert {run.learner_id for run in claimed} == {person.pk for person in people}


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_do_not_pass_the_limit_together(learner, settings):
    settings.RUNNER_RUNS_PER_HOUR = 2
    refused, barrier = [], threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        try:
            send(learner)
        except queue.TooManyRuns as error:
            refused.append(error)
        connections.close_all()

    together(work, 6)
    assert (Run.objects.count(), len(refused)) == (2, 4)


def together(work, count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_200_runs_of_50_learners_all_end_in_order(db):
    people = [make_person(f"person-{number}") for number in range(50)]
    runs = [send(person) for _ in range(3) for person in people]
    done = []
    while first := queue.claim(20):
        second = queue.claim(20)
        for run in filter(None, (second, first)):
            queue.finish(run, RESULT)
        done += [run for run in (first, second) if run]
    assert done == runs


# --- Ending ---------------------------------------------------------------------------------


def test_a_result_is_stored_with_its_figures(learner):
    send(learner)
    run = queue.claim(20)
    assert queue.finish(run, {**RESULT, "figures": [base64.b64encode(PNG).decode()] * 2})
    run = stored(run)
    assert (run.state, run.result) == ("done", {**RESULT, "figures": 2})
    figures = Figure.objects.order_by("number")
    assert [(each.number, bytes(each.png)) for each in figures] == [(1, PNG), (2, PNG)]


def test_whoever_listens_hears_of_a_result_within_its_transaction(learner):
    heard = []

    def listen(run) -> None:
        heard.append((run.pk, run.result["ended"], transaction.get_connection().in_atomic_block))

    register_listener("test", listen)
    send(learner)
    run = queue.claim(20)
    queue.finish(run, RESULT)
    forget_listener("test")
    assert heard == [(run.pk, "ok", True)]


def test_a_result_that_comes_after_the_run_was_taken_away_changes_nothing(learner):
    send(learner)
    late = queue.claim(20)
    queue.give_back(late, "lost")
    again = queue.claim(20)
    assert queue.finish(late, {**RESULT, "output": "late"}) is False
    assert queue.finish(again, RESULT) is True
    assert stored(again).result["output"] == "1\n"


def test_a_run_whose_daemon_dies_goes_back_twice(learner):
    run = send(learner)
    for tries in (1, 2, 3):
        claimed = queue.claim(20)
        assert claimed.tries == tries
        queue.give_back(claimed, "The daemon was lost.")
    assert queue.claim(20) is None
    run = stored(run)
    assert (run.state, run.result) == ("failed", {"reason": "The daemon was lost."})


def test_a_run_that_no_daemon_began_keeps_its_tries_and_its_place(learner, other_learner):
    run = send(learner)
    send(other_learner)
    for _ in range(5):
        queue.release(claim_sent(run))
    assert (stored(run).tries, queue.place(run)) == (0, 1)


def test_a_run_whose_worker_died_is_recovered_when_its_lease_is_over(learner):
    send(learner)
    run = queue.claim(20)
    assert queue.recover() == 0
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert queue.recover() == 1
    assert stored(run).state == "queued"


def test_a_run_that_waited_too_long_is_given_up(learner):
    run = send(learner)
    assert queue.give_up() == 0
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert queue.give_up() == 1
    assert stored(run).state == "failed"


# --- Looking --------------------------------------------------------------------------------


def test_the_place_in_the_queue_counts_those_before(learner, other_learner):
    first, second, third = send(learner), send(other_learner), send(learner)
    assert [queue.place(run) for run in (first, second, third)] == [1, 2, 3]
    queue.claim(20)
    assert [queue.place(run) for run in (first, second, third)] == [0, 1, 2]


def test_the_queue_is_served_while_a_daemon_was_met_lately(db):
    assert not queue.is_served()
    machine = Machine.objects.create(url="unix:/a", slots=2)
    assert queue.is_served()
    machine.asked_at -= timedelta(minutes=1)
    machine.save()
    assert not queue.is_served()


def test_runs_are_kept_for_thirty_days(learner, settings):
    send(learner)
    queue.finish(queue.claim(20), {**RESULT, "figures": [base64.b64encode(PNG).decode()]})
    kept = send(learner)
    later = timezone.now() + timedelta(days=30)
    Run.objects.filter(pk=kept.pk).update(created_at=later)
    assert queue.prune(later + timedelta(seconds=10)) == 1
    assert list(Run.objects.all()) == [kept]
    assert not Figure.objects.exists()
