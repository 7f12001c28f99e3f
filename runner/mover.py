"""Transfers runs from the table to a daemon and stores results; one Mover per daemon."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from runner import client, queue
from runner.limits import Limits
from runner.models import Machine, Run

IDLE_SECONDS = 0.25
AWAY_SECONDS = 2.0
ASK_SECONDS = 10.0
STORE_ATTEMPTS = 30
logger = logging.getLogger(__name__)


class Mover:
    """Keeps one daemon's slots busy until it is stopped."""

    def __init__(self, url: str, stopped: threading.Event) -> None:
        self.url, self.stopped = url, stopped
        self.slots, self.seconds, self.asked = 0, Limits().wall_seconds, 0.0
        self.running = 0
        self.changed = threading.Condition()

    def work(self) -> None:
        """Claim and run until stopped; then wait for running jobs."""
        with ThreadPoolExecutor(64, thread_name_prefix="run") as pool:
            while not self.stopped.is_set():
                try:
                    pause = self.step(pool.submit)
                except DatabaseError as error:
                    logger.warning("The queue is away: %s", error)
                    pause = AWAY_SECONDS
                finally:
                    connections.close_all()
                self.pause(pause)

    def step(self, submit: Callable[..., object]) -> float:
        """Start one run if there is one and a slot is free. Returns the seconds to pause."""
        if time.monotonic() - self.asked > ASK_SECONDS or not self.slots:
            self.ask()
        if not self.slots:
            return AWAY_SECONDS
        if self.running >= self.slots:
            return IDLE_SECONDS
        run = queue.claim(self.seconds)
        if run is None:
            return IDLE_SECONDS
        self.running += 1
        submit(self.run_and_release_slot, run)
        return 0

    def pause(self, seconds: float) -> None:
        """Wait, at most until a slot becomes free."""
        with self.changed:
            if seconds and not self.stopped.is_set():
                self.changed.wait(seconds)

    def ask(self) -> None:
        """Ask the daemon for its slots and record its state in the table."""
        problem = ""
        try:
            status = client.status(self.url, settings.RUNNER_TOKEN)
            self.slots, self.seconds = int(status["slots"]), float(status["seconds"])
        except (OSError, ValueError, KeyError) as error:
            self.slots, problem = 0, str(error)[:300]
            logger.warning("The daemon does not answer: %s", error)
        self.asked = time.monotonic()
        found = {"slots": self.slots, "problem": problem, "asked_at": timezone.now()}
        Machine.objects.update_or_create(url=self.url, defaults=found)

    def run_and_release_slot(self, run: Run) -> None:
        """Execute a run, and free the slot in any case."""
        try:
            self.run(run)
        except Exception:
            logger.exception("Run %s could not be brought to its end", run.pk)
        finally:
            connections.close_all()
            with self.changed:
                self.running -= 1
                self.changed.notify_all()

    def run(self, run: Run) -> None:
        """Execute a claimed run and store its result."""
        try:
            result = client.execute(
                self.url,
                run.kind,
                run.files,
                token=settings.RUNNER_TOKEN,
                seconds=self.seconds,
            )
        except client.Unreachable as error:  # Busy, too
            self.slots = self.slots if isinstance(error, client.Busy) else 0
            store(lambda: queue.release(run))
            self.stopped.wait(IDLE_SECONDS)
        except client.Lost as error:
            self.slots = 0
            reason = str(error)
            store(lambda: queue.give_back(run, reason))
        except client.RefusedByDaemon as error:
            logger.error("Run %s was refused: %s", run.pk, error)
            reason = str(error)
            store(lambda: queue.fail(run, reason))
        else:
            store(lambda: queue.finish(run, result))


def store(write: Callable[[], Any]) -> None:
    """Write to the database, retrying while it is unavailable. Raises DatabaseError at last."""
    for _ in range(STORE_ATTEMPTS):
        try:
            write()
            return
        except DatabaseError as error:
            logger.warning("The result waits for the database: %s", error)
            connections.close_all()
            time.sleep(1)
    write()


def sweep() -> None:
    """Recover lost runs, end expired ones and delete old ones."""
    queue.recover()
    queue.give_up()
    queue.prune()
