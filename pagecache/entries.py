"""Shared parts of pages, kept in the memory of the process.

The page cache serves the anonymous; a member's page is composed of these parts and a few personal
ones. The same keys invalidate both, within a second.
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
class Entry:
    """A cached value with its approximate size in bytes."""

    value: Any
    size: int


def new_store(max_bytes: int) -> PageStore:
    """Return a store of this process that drops entries whose keys are invalidated."""
    made = PageStore(max_bytes)
    memory.listeners.append(made.forget)
    return made


store = new_store(settings.PAGECACHE_MB * 1024 * 1024 // 2)
# For what differs from member to member: many members must not push out what all of them share.
member_store = new_store(settings.PAGECACHE_MB * 1024 * 1024 // 4)
# The count of changes when the page that is being built was read_version.
read_version: ContextVar[int | None] = ContextVar("read_version", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Within this context all entries count as read when the context began.

    What was read before a change must not be stored after it as part of something else: a comment
    hidden after it was read and before its page was composed would stay visible.
    """
    memory.poll()
    token = read_version.set(memory.clock)
    try:
        yield
    finally:
        read_version.reset(token)


def get_or_build(
    address: Hashable,
    build: Callable[[], T],
    *,
    keys: Callable[[T], Iterable[str]],
    size: Callable[[T], int],
    into: PageStore = store,
) -> T:
    """Return the value cached at `address`, built when missing; all readers share the object.

    `keys(value)` returns what it depends on, `size(value)` its bytes; `into` is another store, for
    entries whose number clients can drive up. Exceptions of `build` are raised and not cached.
    """
    memory.poll()
    found = into.get(address)
    if found is not None:
        kept: T = found.value
        return kept
    since = read_version.get()
    clock = memory.clock if since is None else since
    value = build()
    depends = frozenset(keys(value))
    if not memory.changed_since(clock, depends):
        into.put(address, Entry(value, size(value)), depends)
        # Again, for a change between the question and the answer.
        if memory.changed_since(clock, depends):
            into.forget(depends)
    return value
