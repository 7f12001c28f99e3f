"""Moving runs between the table and a daemon."""

import os
import signal
import socket
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from runner import client, queue
from runner.models import Machine, Run
from runner.mover import Mover
from tests.conftest import make_person
from tests.runner.conftest import PAUSE, resume, running_daemon

pytestmark = pytest.mark.django_db(transaction=True)


def send(person, code: str, kind: str = "run", **files) -> Run:
    return queue.submit(person, "sample:a", kind, {"code": code, **files})


class Work:
    """Movers in threads of their own."""

    def __init__(self, *urls: str) -> None:
        self.stopped = threading.Event()
        movers = [Mover(url, self.stopped) for url in urls]
        self.threads = [threading.Thread(target=mover.work) for mover in movers]

    def __enter__(self) -> "Work":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(30)


def wait_for(condition) -> None:
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("It did not come about in a minute")


def all_ended() -> bool:
    return not Run.objects.filter(state__in=("queued", "running")).exists()


def test_runs_are_done_and_their_results_stored(daemon, learner, other_learner):
    one = send(learner, "print(1)")
    two = send(other_learner, "x = 2", "check", check="assert x == 2")
    three = send(learner, "1 / 0")
    with Work(daemon.url):
        wait_for(all_ended)
    assert Run.objects.get(pk=one.pk).result["output"] == "1\n"
    assert Run.objects.get(pk=two.pk).result["solved"] is True
    assert Run.objects.get(pk=three.pk).result["ended"] == "error"
    machine = Machine.objects.get()
    assert (machine.url, machine.slots, machine.problem) == (daemon.url, 2, "")


def test_two_workers_may_share_a_daemon(daemon):
    for number in range(8):
        send(make_person(f"person-{number}"), f"print({number})")
    with Work(daemon.url, daemon.url):
        wait_for(all_ended)
    runs = Run.objects.order_by("pk")
    assert [run.result["output"] for run in runs] == [f"{number}\n" for number in range(8)]
    assert {run.tries for run in runs} == {1}


def test_a_run_whose_daemon_is_killed_is_done_by_another(daemon, learner):
    with running_daemon() as dying:
        run = send(learner, f"{PAUSE}print('done')")
        with Work(dying.url):
            dying.wait_for_paused(1)
            os.kill(dying.process.pid, signal.SIGKILL)
            wait_for(lambda: Run.objects.get(pk=run.pk).state == "queued")
            assert Run.objects.get(pk=run.pk).tries == 1
            wait_for(lambda: Machine.objects.get(url=dying.url).problem != "")
            with Work(daemon.url):
                resume(daemon.wait_for_paused(1))
                wait_for(all_ended)
    run.refresh_from_db()
    assert (run.state, run.tries, run.result["output"]) == ("done", 2, "done\n")


def test_runs_wait_while_no_daemon_answers(learner, tmp_path):
    run = send(learner, "print(1)")
    with Work(f"unix:{tmp_path}/none.sock"):
        wait_for(lambda: Machine.objects.exists())
    run.refresh_from_db()
    assert (run.state, run.tries) == ("queued", 0)
    assert not queue.is_served()


def test_a_daemon_that_speaks_nonsense_is_a_dead_one(learner, tmp_path):
    path = tmp_path / "r.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        threading.Thread(target=answer_nonsense, args=(listener,), daemon=True).start()
        with pytest.raises(client.Lost):
            client.status(f"unix:{path}")


def answer_nonsense(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_run_that_the_daemon_refuses_fails_at_once(daemon, learner):
    run = send(learner, "print(1)")
    Run.objects.filter(pk=run.pk).update(files={"code": 5})
    with Work(daemon.url):
        wait_for(all_ended)
    run.refresh_from_db()
    assert (run.state, run.tries) == ("failed", 1)
    assert "code and check are texts" in run.result["reason"]


def test_the_command_needs_a_daemon(settings):
    settings.RUNNER_URLS = []
    with pytest.raises(CommandError, match="RUNNER_URLS names no daemon"):
        call_command("run_jobs")
