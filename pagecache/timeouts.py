"""How long a statement may take before its reader is told to come back.

A database that hangs (a stopped machine, a network that swallows what is sent) answers nothing, not
even that a time is up. So the client looks at the clock, ten times a second while it waits. It
imports nothing of Django, because the settings name its class.
"""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")
Waiting = Generator[Any, Any, T]
# Of a statement while the database is known to hang; enough for one that is just coming back.
DOWN_SECONDS = 0.3


class DatabaseHangs(psycopg.OperationalError):
    """The database has not answered in time; the connection is closed."""


class Limits:
    """What holds in this process; `statement_seconds` is None where statements may take long."""

    def __init__(self) -> None:
        self.statement_seconds: float | None = None
        self.down = False


class Deadline(threading.local):
    """The moment at which a thread stops waiting, if it has set one."""

    at: float | None = None


limits = Limits()
deadline = Deadline()


@contextmanager
def answers_within(seconds: float) -> Iterator[None]:
    """Have all statements of the block together answered within so many seconds."""
    before, deadline.at = deadline.at, time.monotonic() + seconds
    try:
        yield
    finally:
        deadline.at = before


def has_waited_too_long(started: float) -> bool:
    """Return whether a statement that was sent at `started` is to be given up."""
    now = time.monotonic()
    if deadline.at is not None:
        return now > deadline.at
    if limits.down:
        return now > started + DOWN_SECONDS
    return limits.statement_seconds is not None and now > started + limits.statement_seconds


def watched(waiting: Waiting[T]) -> Waiting[T]:
    """Yield and return what psycopg's generator does. Raises DatabaseHangs when it takes too long.

    It is resumed with what the socket is ready for; with nothing when only time has passed.
    """
    started = time.monotonic()
    try:
        wanted = next(waiting)
        while True:
            ready = yield wanted
            if not ready and has_waited_too_long(started):
                raise DatabaseHangs
            wanted = waiting.send(ready)
    except StopIteration as done:
        result: T = done.value
        return result


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that gives up a database that hangs."""

    def wait(self, gen: Waiting[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Do what psycopg waits for. Raises DatabaseHangs, and is closed then.

        The server may still be at the statement, so nothing could be asked over this connection.
        """
        try:
            return super().wait(watched(gen), interval, timeout)
        except DatabaseHangs:
            self.pgconn.finish()
            raise
