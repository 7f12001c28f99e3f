"""The background worker, with a timer that enqueues sweeps.

`manage.py db_worker` of django-tasks only runs queued tasks. This one also enqueues a sweep every
SWEEP_SECONDS, so that mails, deletions and chores need no cron.
"""

import threading
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Command as Worker
from django_tasks_db.management.commands.db_worker import logger
from django_tasks_db.models import DBTaskResult

from accounts.tasks import sweep
from pagecache.outages import is_outage

SWEEP_SECONDS = 30.0
PAUSE_SECONDS = 5.0  # before the database is asked again


def enqueue_sweep() -> None:
    """Enqueue a sweep unless one is already queued (the worker may be busy or behind)."""
    waiting = DBTaskResult.objects.ready().filter(task_path=sweep.module_path)
    if not waiting.exists():
        sweep.enqueue()


def tick(stopped: threading.Event, seconds: float) -> None:
    """Enqueue sweeps until stopped; if the database is unavailable, try again later."""
    while not stopped.is_set():
        try:
            close_old_connections()
            enqueue_sweep()
            connections.close_all()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("No sweep this time: %s", error)
        stopped.wait(seconds)


def close_broken() -> None:
    """Close this thread's connections; one that is broken may fail in that, too, and is closed."""
    for each in connections.all(initialized_only=True):
        with suppress(DatabaseError, InterfaceError):
            each.close()


class Command(Worker):
    """Runs background tasks and sweeps the outbox every half minute."""

    help = "Run background tasks: send mails, delete accounts that are due, tidy up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add django-tasks' options; auto-reload is off by default."""
        super().add_arguments(parser)
        parser.set_defaults(reload=False)
        parser.add_argument(
            "--sweep-seconds", type=float, default=SWEEP_SECONDS, help="Pause between sweeps."
        )

    def handle(self, *, sweep_seconds: float, **options: Any) -> None:  # type: ignore[override]
        """Run until a signal; with --batch, run what is queued, sweep once and exit.

        A database that is locked or away is waited for: a job that it interrupted is found again.
        """
        if options["batch"]:
            enqueue_sweep()
            return super().handle(**options)
        stopped = threading.Event()
        threading.Thread(target=tick, args=(stopped, sweep_seconds), daemon=True).start()
        try:
            while not self.ran(options):
                time.sleep(PAUSE_SECONDS)
                close_broken()
        finally:
            stopped.set()
        return None

    def ran(self, options: dict[str, Any]) -> bool:
        """Run the worker to its end. Returns False when the database ended it."""
        try:
            super().handle(**options)
        except (DatabaseError, InterfaceError) as error:
            if not is_outage(error):
                raise
            # One line: the traceback would say no more, and it may come every few seconds.
            logger.warning("The worker waits for the database: %s", error)
            return False
        return True
