"""A thread that polls for changes, so that no request waits for an unavailable database."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection, connections

from pagecache.changes import POLL_SECONDS, Memory
from pagecache.outages import is_outage
from pagecache.timeouts import DOWN_SECONDS, answers_within, limits

logger = logging.getLogger(__name__)
# How long a reader waits for the first look after a quiet time.
PATIENCE_SECONDS = 0.3
# After how long without an answer the database counts as away.
HANG_SECONDS = 1.5
# Without readers nothing is asked of the database.
IDLE_SECONDS = 30.0


class Watcher:
    """Keeps a process's memory up to date while there are requests, and tracks outages.

    The thread has its own connection. While the database is unavailable it retries every poll
    interval, and it replaces pooled connections that were closed.
    """

    def __init__(
        self,
        memory: Memory,
        interval: float = POLL_SECONDS,
        patience: float = HANG_SECONDS,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """`then` is called after each look, in the same thread; it may raise database errors."""
        self.memory = memory
        self.interval = interval
        self.patience = patience
        self.then = then
        self.down = False
        self.polled_at = 0.0
        self.wanted_until = 0.0
        self.wanted = threading.Event()
        self.polled = threading.Condition()
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def keep_fresh(self) -> None:
        """Called for each request; does nothing if the last poll is recent."""
        now = time.monotonic()
        if now - self.polled_at < 2 * self.interval and now + IDLE_SECONDS / 2 < self.wanted_until:
            return
        self.ask(now)
        if not self.down and now - self.polled_at >= 2 * self.interval:
            with self.polled:
                self.polled.wait_for(lambda: self.polled_at >= now, PATIENCE_SECONDS)

    def ask(self, now: float) -> None:
        """Make the thread poll now and for a while."""
        self.wanted_until = now + IDLE_SECONDS
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="changes", daemon=True)
                self.thread.start()
        self.wanted.set()

    def run(self) -> None:
        """Poll every interval while there are requests; sleep otherwise."""
        while True:
            if time.monotonic() > self.wanted_until and not self.down:
                self.wanted.clear()
                self.wanted.wait()
            self.look()
            time.sleep(self.interval)

    def look(self) -> None:
        """Poll once and record whether the database answered."""
        now = time.monotonic()
        try:
            # Also moves the time up to which requests need no look of their own.
            self.memory.next_poll = now + 4 * self.interval
            with answers_within(self.patience):
                self.memory.read_changes(now)
                self.then()
            if self.down:
                self.recovered()
        except (DatabaseError, InterfaceError) as error:
            self.failed(error)
        except Exception:
            self.memory.next_poll = 0.0
        finally:
            connections.close_all()
            with self.polled:
                self.polled_at = now
                self.polled.notify_all()

    def failed(self, error: Exception) -> None:
        """Record an outage; for any other error readers go on, each looking for itself."""
        if not is_outage(error):
            # A table that is not there yet, a bug.
            self.memory.next_poll = 0.0
            return
        if not self.down:
            logger.error("The database does not answer: %s", error)
        self.down = limits.down = True
        check_pool(timeout=DOWN_SECONDS)

    def recovered(self) -> None:
        """Record the end of an outage."""
        check_pool(timeout=None)
        self.down = limits.down = False
        logger.warning("The database answers again")


def check_pool(timeout: float | None) -> None:
    """Replace pooled connections that the server has closed or that hang.

    `timeout` is how long others may wait for a connection from now on; None for the pool's usual.
    """
    pool = getattr(connection, "pool", None)
    if pool is None or pool.closed:
        return
    usual = connection.settings_dict["OPTIONS"]["pool"].get("timeout", pool.timeout)
    pool.timeout = usual if timeout is None else timeout
    with answers_within(DOWN_SECONDS):
        pool.check()
