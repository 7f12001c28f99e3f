"""Sync: take in a browser's operations and give back what changed elsewhere.

Everything happens in one transaction under the lock of the learner's clock row, and nothing is
acknowledged before it is committed. See docs/sync.md for the contract.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from course.models import Clock, HeldOperation, Operation
from course.models.progress import new_epoch
from course.progress.bars import bar_for
from course.progress.bulk import insert_rows
from course.progress.dating import Sorted, arrival_of, entry_of, sort_out
from course.progress.fold import Entry
from course.progress.recording import Book, open_book, record, writing
from course.progress.times import in_milliseconds
from course.progress.wire import (
    MAX_CANCELLED,
    MAX_HELD_BYTES,
    Malformed,
    NotYet,
    SyncRequest,
    read_operation,
)
from gamification.bar import Bar
from gamification.xp import Outcome

DELTA_PAGE = 500  # targets in one answer
MAX_HELD = 1000  # operations kept aside for one learner
MAX_LOG = 100_000  # operations in one learner's log


@dataclass(frozen=True)
class Verdicts:
    """What became of each operation, and what the browser does not know yet."""

    server_now: datetime
    acked: list[str]
    held: list[dict[str, str]]
    rejected: list[dict[str, str | None]]
    cursor: int
    epoch: str
    delta: list[dict[str, Any]]
    full: bool
    more: bool
    aliases: dict[str, str]
    outcome: Outcome
    bar: Bar

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "v": 1,
            "server_now": in_milliseconds(self.server_now),
            "acked": self.acked,
            "held": self.held,
            "rejected": self.rejected,
            "cursor": self.cursor,
            "epoch": self.epoch,
            "delta": self.delta,
            "full": self.full,
            "more": self.more,
            "aliases": self.aliases,
            "xp": {"total": self.bar.xp, "moment": self.outcome.as_json(), **self.bar.as_json()},
        }


def sync(*, learner: User, request: SyncRequest, received: datetime | None = None) -> Verdicts:
    """Apply a browser's operations; raises AccountGone when the account was deleted meanwhile."""
    received = received or timezone.now()
    with writing(learner):
        book = open_book(learner, revisions_needed(request))
        renew_epoch_if_behind(book, request)
        sorted_out = look_at(book, request, received)
        revived = revive_held(book)
        entries = {**{entry.id: entry for entry in revived}, **sorted_out.entries}
        outcome = record(book, list(entries.values()))
        hold(book, sorted_out, request, received)
        bar = bar_for(learner, book.works(), book.catalogue, request.scope, outcome)
    return Verdicts(
        server_now=received,
        acked=[str(uuid) for uuid in entries],
        held=[{"id": str(uuid), "code": code} for uuid, (_, code) in sorted_out.held.items()],
        rejected=sorted_out.rejected,
        epoch=book.clock.epoch,
        aliases=book.catalogue.aliases(target.uid for target in book.states),
        outcome=outcome,
        bar=bar,
        **delta_since(book, request),
    )


def revisions_needed(request: SyncRequest) -> int:
    """How many targets these operations can change at most: those that undos name as well."""
    named = (raw.get("x") for raw in request.operations if isinstance(raw, dict))
    lists = (ids for ids in named if isinstance(ids, list))
    return len(request.operations) + sum(min(len(ids), MAX_CANCELLED) for ids in lists)


def renew_epoch_if_behind(book: Book, request: SyncRequest) -> None:
    """Start another epoch when a browser knows more than this database: it was restored."""
    if request.epoch == book.clock.epoch and request.cursor > book.clock.revision:
        book.clock.epoch = new_epoch()
        save_clock(book, "epoch")


def look_at(book: Book, request: SyncRequest, received: datetime) -> Sorted:
    """Sort the operations; those beyond what one learner may store are refused."""
    arrival = arrival_of(book.learner, received, device=request.device, shift=request.shift)
    result = sort_out(request.operations, arrival, book.catalogue)
    refuse_beyond(result.entries, room_in_log(book, len(result.entries)), "log-full", result)
    refuse_beyond(result.held, MAX_HELD - book.clock.held, "too-many-held", result)
    for uuid, (raw, _code) in list(result.held.items()):
        if len(json.dumps(raw)) > MAX_HELD_BYTES:
            del result.held[uuid]
            result.rejected.append({"id": str(uuid), "code": "too-large"})
    return result


def room_in_log(book: Book, wanted: int) -> int:
    """How many of so many operations still fit; counted only for a log that may be long.

    A log has no more operations than revisions, of which many more are set aside than used.
    """
    if book.clock.revision + wanted <= MAX_LOG:
        return wanted
    return MAX_LOG - Operation.objects.filter(learner=book.learner).count()


def refuse_beyond(kept: dict[UUID, Any], room: int, code: str, result: Sorted) -> None:
    """Move what does not fit from `kept` to the refused ones."""
    for uuid in list(kept)[max(room, 0) :]:
        del kept[uuid]
        result.rejected.append({"id": str(uuid), "code": code})


def revive_held(book: Book) -> list[Entry]:
    """Take the operations out of what is kept aside that can be understood now."""
    if not book.clock.held:
        return []
    revived: dict[int, Entry] = {}
    for row in HeldOperation.objects.filter(learner=book.learner).order_by("id"):
        entry = entry_of_held(book, row)
        if entry is not None:
            revived[row.pk] = entry
    if revived:
        HeldOperation.objects.filter(pk__in=revived).delete()
        book.clock.held -= len(revived)
        more = sum(1 + len(entry.cancels) for entry in revived.values())
        # The revisions set aside at the start were for the request's own operations alone.
        Clock.objects.filter(learner=book.learner).update(
            held=book.clock.held, revision=F("revision") + more
        )
    return list(revived.values())


def entry_of_held(book: Book, row: HeldOperation) -> Entry | None:
    """The entry that a held operation means by now, dated as when it came; or None."""
    arrival = arrival_of(book.learner, row.received_at, device=row.device, shift=row.shift)
    try:
        return entry_of(read_operation(json.loads(row.payload)), arrival, book.catalogue)
    except (NotYet, Malformed):
        return None


def hold(book: Book, sorted_out: Sorted, request: SyncRequest, received: datetime) -> None:
    """Keep aside what is not understood yet, and count it on the clock."""
    rows = [
        HeldOperation(
            learner=book.learner,
            uuid=uuid,
            payload=json.dumps(raw),
            code=code,
            device=request.device,
            shift=request.shift,
            received_at=received,
        )
        for uuid, (raw, code) in sorted_out.held.items()
    ]
    if rows:
        book.clock.held += len(insert_rows(rows, returning="uuid"))
        save_clock(book, "held")


def save_clock(book: Book, field: str) -> None:
    """Store one field of the clock; its revision was stored when the book was opened."""
    Clock.objects.filter(learner=book.learner).update(**{field: getattr(book.clock, field)})


def delta_since(book: Book, request: SyncRequest) -> dict[str, Any]:
    """What changed after the browser's cursor, a page at a time, and the cursor after it."""
    full = request.epoch != book.clock.epoch or request.cursor == 0
    cursor = 0 if full else request.cursor
    changed = sorted((rev, target) for target, rev in book.revisions.items() if rev > cursor)
    page = changed[:DELTA_PAGE]
    more = len(changed) > len(page)
    return {
        "delta": [
            {"l": str(target), "live": sorted(map(str, book.states[target].live))}
            for _revision, target in page
        ],
        "cursor": page[-1][0] if more else book.clock.revision,
        "full": full,
        "more": more,
    }
