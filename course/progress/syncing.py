"""Sync: store a browser's operations and return changes made elsewhere.

Everything happens in one transaction under the lock of the learner's clock row, and nothing is
acknowledged before the commit. docs/sync.md describes the protocol.
"""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.utils import timezone

from accounts.models import User
from course.models import Clock, HeldOperation, Operation
from course.models.progress import new_epoch
from course.progress.arrivals import Classified, arrival_of, classify, entry_of
from course.progress.bars import bar_for
from course.progress.bulk import insert_rows
from course.progress.cards import reviews_in_log
from course.progress.deltas import delta_since
from course.progress.due import handed_out
from course.progress.fold import Entry
from course.progress.reading import Progress
from course.progress.recording import LockedProgress, lock_progress, progress_transaction, record
from course.progress.targets import Target
from course.progress.times import in_milliseconds
from course.progress.wire import MAX_HELD_BYTES, SyncRequest
from course.progress.wire_operations import MAX_CANCELLED, Malformed, NotYet, read_operation
from gamification.bar import Bar
from gamification.xp import Outcome

MAX_HELD = 1000  # operations kept aside for one learner
MAX_LOG = 100_000  # operations in one learner's log
MAX_REVIEWS = 1_000  # of one question in one learner's log: each replays them all
MAX_WRITTEN = 20_000_000  # characters in the texts of one learner's log


@dataclass(frozen=True)
class Verdicts:
    """The outcome of each operation, and changes that are new to the browser."""

    server_now: datetime
    acked: list[str]
    held: list[dict[str, str]]
    rejected: list[dict[str, str | None]]
    cursor: int
    epoch: str
    delta: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    places: dict[str, dict[str, str]]
    full: bool
    more: bool
    aliases: dict[str, str]
    outcome: Outcome
    bar: Bar
    cards: dict[str, Any] | None  # what is due, when the browser asked
    progress: Progress  # the learner's after this

    @property
    def changed(self) -> bool:
        """Whether the browser's page may be older than the log."""
        return bool(self.acked or self.delta)

    def as_json(self) -> dict[str, Any]:
        """Return the response body."""
        return {
            "v": 1,
            "server_now": in_milliseconds(self.server_now),
            "acked": self.acked,
            "held": self.held,
            "rejected": self.rejected,
            "cursor": self.cursor,
            "epoch": self.epoch,
            "delta": self.delta,
            "notes": self.notes,
            "places": self.places,
            "full": self.full,
            "more": self.more,
            "aliases": self.aliases,
            "cards": self.cards,
            "xp": {"total": self.bar.xp, "moment": self.outcome.as_json(), **self.bar.as_json()},
        }


def sync(*, learner: User, request: SyncRequest, received: datetime | None = None) -> Verdicts:
    """Apply a browser's operations. Raises AccountGone when the account was deleted meanwhile."""
    received = received or timezone.now()
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions_needed(request))
        renew_epoch_if_behind(locked, request)
        classified = check_limits(locked, request, received)
        revived = revive_held(locked)
        entries = {**{entry.id: entry for entry in revived}, **classified.entries}
        outcome = record(locked, list(entries.values()))
        hold(locked, classified, request, received)
        bar = bar_for(learner, locked.works(), locked.catalogue, request.scope, outcome)
        cards = handed_out(learner, locked.catalogue, received) if request.cards else None
    return Verdicts(
        server_now=received,
        acked=[str(uuid) for uuid in entries],
        held=[{"id": str(uuid), "code": code} for uuid, (_, code) in classified.held.items()],
        rejected=classified.rejected,
        epoch=locked.clock.epoch,
        aliases=locked.catalogue.aliases(target.uid for target in locked.states),
        outcome=outcome,
        bar=bar,
        cards=cards,
        progress=Progress(learner, locked.states, locked.catalogue),
        **delta_since(locked, request),
    )


def revisions_needed(request: SyncRequest) -> int:
    """Return the maximum number of targets changed, including those of undos."""
    named = (raw.get("x") for raw in request.operations if isinstance(raw, dict))
    lists = (ids for ids in named if isinstance(ids, list))
    return len(request.operations) + sum(min(len(ids), MAX_CANCELLED) for ids in lists)


def renew_epoch_if_behind(locked: LockedProgress, request: SyncRequest) -> None:
    """Start a new epoch if the browser knows a later revision: the database was restored."""
    if request.epoch == locked.clock.epoch and request.cursor > locked.clock.revision:
        locked.clock.epoch = new_epoch()
        save_clock(locked, "epoch")


def check_limits(locked: LockedProgress, request: SyncRequest, received: datetime) -> Classified:
    """Classify the operations; refuse those beyond a learner's storage limit."""
    arrival = arrival_of(locked.learner, received, device=request.device, shift=request.shift)
    result = classify(request.operations, arrival, locked.catalogue)
    refuse_beyond(result.entries, room_in_log(locked, len(result.entries)), "log-full", result)
    refuse_texts_beyond(MAX_WRITTEN - locked.clock.written, result)
    refuse_reviews_beyond(locked, result)
    refuse_beyond(result.held, MAX_HELD - locked.clock.held, "too-many-held", result)
    for uuid, (raw, _code) in list(result.held.items()):
        if len(json.dumps(raw)) > MAX_HELD_BYTES:
            del result.held[uuid]
            result.rejected.append({"id": str(uuid), "code": "too-large"})
    return result


def room_in_log(locked: LockedProgress, wanted: int) -> int:
    """Return how many of these operations still fit; counts only a log that may be long.

    A log has at most as many operations as revisions, and usually far fewer.
    """
    if locked.clock.revision + wanted <= MAX_LOG:
        return wanted
    return MAX_LOG - Operation.objects.filter(learner=locked.learner).count()


def refuse_texts_beyond(room: int, result: Classified) -> None:
    """Refuse attempts and notes beyond the limit of characters."""
    for uuid, entry in list(result.entries.items()):
        room -= len(entry.body)
        if entry.body and room < 0:
            del result.entries[uuid]
            result.rejected.append({"id": str(uuid), "code": "log-full"})


def refuse_reviews_beyond(locked: LockedProgress, result: Classified) -> None:
    """Refuse more than MAX_REVIEWS reviews of one question; one query if there are any."""
    reviews = {uuid: entry for uuid, entry in result.entries.items() if entry.kind == "r"}
    if not reviews:
        return
    counts = count_reviews(locked, {entry.target for entry in reviews.values()})
    for uuid, entry in reviews.items():
        counts[entry.target] += 1
        if counts[entry.target] > MAX_REVIEWS:
            del result.entries[uuid]
            result.rejected.append({"id": str(uuid), "code": "too-many-reviews"})


def count_reviews(locked: LockedProgress, targets: Collection[Target]) -> Counter[Target]:
    """Return the number of reviews of each of these questions in the log; one query."""
    known = locked.catalogue
    rows = reviews_in_log(locked.learner, targets, known).values("lesson", "part")
    found: Counter[Target] = Counter()
    for row in rows.annotate(total=Count("id")):
        found[Target(known.by_id[row["lesson"]].uid, row["part"])] = row["total"]
    return found


def refuse_beyond(kept: dict[UUID, Any], room: int, code: str, result: Classified) -> None:
    """Move operations that don't fit from `kept` to the refused ones."""
    for uuid in list(kept)[max(room, 0) :]:
        del kept[uuid]
        result.rejected.append({"id": str(uuid), "code": code})


def revive_held(locked: LockedProgress) -> list[Entry]:
    """Remove and return parked operations that can be understood now."""
    if not locked.clock.held:
        return []
    revived: dict[int, Entry] = {}
    for row in HeldOperation.objects.filter(learner=locked.learner).order_by("id"):
        entry = entry_of_held(locked, row)
        if entry is not None:
            revived[row.pk] = entry
    if revived:
        HeldOperation.objects.filter(pk__in=revived).delete()
        locked.clock.held -= len(revived)
        more = sum(1 + len(entry.cancels) for entry in revived.values())
        # The revisions set aside at the start were for the request's own operations alone.
        Clock.objects.filter(learner=locked.learner).update(
            held=locked.clock.held, revision=F("revision") + more
        )
    return list(revived.values())


def entry_of_held(locked: LockedProgress, row: HeldOperation) -> Entry | None:
    """Return the entry of a parked operation, dated as of its arrival; or None."""
    arrival = arrival_of(locked.learner, row.received_at, device=row.device, shift=row.shift)
    try:
        return entry_of(read_operation(json.loads(row.payload)), arrival, locked.catalogue)
    except (NotYet, Malformed):
        return None


def hold(
    locked: LockedProgress, classified: Classified, request: SyncRequest, received: datetime
) -> None:
    """Park operations that are not understood yet, and count them on the clock."""
    rows = [
        HeldOperation(
            learner=locked.learner,
            uuid=uuid,
            payload=json.dumps(raw),
            code=code,
            device=request.device,
            shift=request.shift,
            received_at=received,
        )
        for uuid, (raw, code) in classified.held.items()
    ]
    if rows:
        locked.clock.held += len(insert_rows(rows, returning="uuid"))
        save_clock(locked, "held")


def save_clock(locked: LockedProgress, field: str) -> None:
    """Save one field of the clock; its revision was saved when it was locked."""
    Clock.objects.filter(learner=locked.learner).update(**{field: getattr(locked.clock, field)})
