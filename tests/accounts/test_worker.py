"""The background worker sweeps regularly and survives errors."""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.mailing.outbox import post
from accounts.management.commands.db_worker import enqueue_sweep, tick
from accounts.models import OutgoingMail
from accounts.registry import register_chore
from accounts.tasks import prune_tasks, sweep

LIBRARY = "django_tasks_db.management.commands.db_worker.Worker"
MODULE = "accounts.management.commands.db_worker"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database_tasks(settings, db):
    """Tasks wait in the database, as on a real site."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def alone(settings, monkeypatch):
    """The worker's loop without its clock, its signals and its pauses."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(f"{LIBRARY}.configure_signals", lambda _worker: None)
    monkeypatch.setattr(f"{MODULE}.PAUSE_SECONDS", 0)
    monkeypatch.setattr(f"{MODULE}.tick", lambda *_args: None)
    monkeypatch.setattr(f"{MODULE}.connections.close_all", bool)


def test_the_worker_is_ours():
    answer = subprocess.run(
        [sys.executable, "manage.py", "db_worker", "--help"],
        cwd=ROOT, env={**os.environ, "DEBUG": "true"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--sweep-seconds" in answer.stdout


def test_one_sweep_waits_at_a_time(database_tasks):
    enqueue_sweep()
    enqueue_sweep()
    assert DBTaskResult.objects.count() == 1


def test_the_clock_asks_for_sweeps_until_stopped(monkeypatch):
    stopped, asked = threading.Event(), []

    def ask():
        asked.append(True)
        if len(asked) == 3:
            stopped.set()

    monkeypatch.setattr(f"{MODULE}.enqueue_sweep", ask)
    monkeypatch.setattr(f"{MODULE}.close_old_connections", bool)
    monkeypatch.setattr(f"{MODULE}.connections.close_all", bool)
    tick(stopped, 0.001)
    assert len(asked) == 3


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_sent_by_the_worker(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    post(to="minji@example.com", subject="Code", body="ABC-DEF")
    assert DBTaskResult.objects.get().task_path == "accounts.tasks.deliver_mail"
    call_command("db_worker", batch=True, interval=0, verbosity=0, startup_delay=False)
    assert [message.to for message in mail.outbox] == [["minji@example.com"]]
    assert not OutgoingMail.objects.exists()
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def test_a_chore_that_fails_does_not_stop_the_others(db):
    done = []

    def fail():
        raise RuntimeError("no")

    register_chore("broken", fail)
    register_chore("fine", lambda: done.append(True))
    sweep.func()
    assert done == [True]


def test_one_run_without_a_worker(db, capsys):
    post(to="minji@example.com", subject="Code", body="ABC-DEF")
    call_command("send_mails")
    assert capsys.readouterr().out.strip() == "1 mails sent."


def test_tasks_of_killed_workers_are_tidied_away(database_tasks):
    enqueue_sweep()
    long_ago = timezone.now() - timedelta(days=2)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago)
    enqueue_sweep()
    prune_tasks()
    assert [task.status for task in DBTaskResult.objects.all()] == ["READY"]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("database is locked"),
        OperationalError("connection failed:\nserver closed"),
        InterfaceError("connection already closed"),
    ],
)
def test_a_worker_that_meets_a_lock_or_an_outage_waits_and_goes_on(
    alone, monkeypatch, caplog, error
):
    runs: list[object] = []

    def run(worker):
        runs.append(worker)
        if len(runs) < 3:
            raise error

    monkeypatch.setattr(f"{LIBRARY}.run", run)
    call_command("db_worker", verbosity=1)
    assert len(runs) == 3
    waiting = [line for line in caplog.records if "waits for the database" in line.message]
    assert len(waiting) == 2
    assert not any(line.exc_info or "\n" in line.message for line in waiting)


def test_a_fault_of_its_own_ends_the_worker(alone, monkeypatch):
    def run(_worker):
        raise ValueError("ours")

    monkeypatch.setattr(f"{LIBRARY}.run", run)
    with pytest.raises(ValueError, match="ours"):
        call_command("db_worker", verbosity=1)
