"""Pieces of pages that are the same for everybody, kept in the memory of the process.

The page cache serves the anonymous; a member's page is put together from these pieces and a few
personal ones. They are dropped by the same change keys, within the same second.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings

from pagecache.changes import memory
from pagecache.pages import PageStore

T = TypeVar("T")


@dataclass(frozen=True)
class Piece:
    """Anything that is kept, with its rough size in bytes."""

    value: Any
    size: int


def new_store(max_bytes: int) -> PageStore:
    """A store of this process that drops what depends on a changed key."""
    made = PageStore(max_bytes)
    memory.listeners.append(made.forget)
    return made


store = new_store(settings.PAGECACHE_MB * 1024 * 1024 // 2)
# For what differs from member to member: many members must not push out what all of them share.
of_members = new_store(settings.PAGECACHE_MB * 1024 * 1024 // 4)
# The count of changes when the page that is being made was begun.
begun: ContextVar[int | None] = ContextVar("begun", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Everything kept within belongs together: a piece is made of other pieces.

    What was read before a change must not be kept after it under a new name: a comment hidden
    between the moments when it was read and when its page was put together would stay.
    """
    memory.poll()
    token = begun.set(memory.clock)
    try:
        yield
    finally:
        begun.reset(token)


def keep(
    address: Hashable,
    build: Callable[[], T],
    *,
    keys: Callable[[T], Iterable[str]],
    size: Callable[[T], int],
    into: PageStore = store,
) -> T:
    """What is kept at `address`, built when there is none; all readers share one object.

    `keys(value)` names what it depends on, `size(value)` its bytes; `into` is another store, for
    what strangers can make many of. What `build` raises is passed
    on and not kept.
    """
    memory.poll()
    found = into.get(address)
    if found is not None:
        kept: T = found.value
        return kept
    since = begun.get()
    clock = memory.clock if since is None else since
    value = build()
    depends = frozenset(keys(value))
    if not memory.changed_since(clock, depends):
        into.put(address, Piece(value, size(value)), depends)
        # Again, for a change between the question and the answer.
        if memory.changed_since(clock, depends):
            into.forget(depends)
    return value
