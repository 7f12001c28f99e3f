"""`manage.py run_jobs`: sends learners' runs to the daemons in RUNNER_URLS."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from runner.mover import Mover, sweep

SWEEP_SECONDS = 10.0
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Bring the runs in the queue to the runner daemons (RUNNER_URLS). Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT, then finish running jobs."""
        if not settings.RUNNER_URLS:
            raise CommandError("RUNNER_URLS names no daemon; see docs/configuration.md.")
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        movers = [Mover(url, stopped) for url in settings.RUNNER_URLS]
        threads = [threading.Thread(target=mover.work) for mover in movers]
        for thread in threads:
            thread.start()
        sweep_until(stopped)
        for thread in threads:
            thread.join()


def sweep_until(stopped: threading.Event) -> None:
    """Sweep the queue regularly; while the database is unavailable, retry."""
    while not stopped.is_set():
        try:
            sweep()
        except DatabaseError as error:
            logger.warning("No sweep this time: %s", error)
        connections.close_all()
        stopped.wait(SWEEP_SECONDS)
