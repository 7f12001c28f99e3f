"""Read and write the rows of a learner's log and states, one statement per table."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from course.models import Cancellation, Completion, Note, Operation
from course.progress.bulk import insert_rows
from course.progress.catalogue import Catalogue
from course.progress.fold import Entry, State, States, newest_texts
from course.progress.targets import Target

if TYPE_CHECKING:
    from course.progress.recording import LockedProgress

STATE_FIELDS = [
    *("live", "cancelled", "done", "days", "first_at", "last_at", "night", "dawn", "rapid"),
    "revision",
]
NOTE_FIELDS = ["lesson", "place", "body", "at", "by", "revision"]


def states_of(rows: Iterable[Completion], catalogue: Catalogue) -> tuple[States, dict[Target, int]]:
    """Return the states in rows, and the revision of each."""
    states: States = {}
    revisions: dict[Target, int] = {}
    for row in rows:
        target = Target(catalogue.by_id[row.lesson_id].uid, row.part)
        live = {UUID(text) for text in row.live}
        days = {date.fromisoformat(text) for text in row.days}
        cancelled = {UUID(text) for text in row.cancelled}
        states[target] = State(
            live=live,
            cancelled=cancelled,
            days=days,
            first_at=row.first_at,
            last_at=row.last_at,
            night=row.night,
            dawn=row.dawn,
            rapid=row.rapid,
        )
        revisions[target] = row.revision
    return states, revisions


def store_entries(locked: "LockedProgress", entries: Sequence[Entry]) -> list[Entry]:
    """Insert new entries with their cancellations. Returns the entries that were new."""
    rows = [operation_row(locked, entry) for entry in entries]
    new_ids = set(insert_rows(rows, returning="uuid"))
    fresh = [entry for entry in entries if entry.id in new_ids]
    insert_rows(
        [
            Cancellation(learner=locked.learner, cancelled=uuid, by=entry.id)
            for entry in fresh
            for uuid in entry.cancels
        ]
    )
    return fresh


def operation_row(locked: "LockedProgress", entry: Entry) -> Operation:
    """Return the log row of an entry."""
    return Operation(
        learner=locked.learner,
        uuid=entry.id,
        kind=entry.kind,
        lesson_id=locked.lesson_id(entry.target),
        part=entry.target.part,
        body=entry.body,
        right=entry.right,
        grade=entry.grade,
        note=entry.note,
        place=entry.place,
        at=entry.at,
        off=entry.off,
        effective_at=entry.effective_at,
        day=entry.day,
        zone=entry.zone,
        device=entry.device,
        seq=entry.seq,
        received_at=entry.received_at,
        revision=locked.clock.revision + 1,
    )


def store_states(locked: "LockedProgress", changed: Collection[Target]) -> None:
    """Write the changed targets, each with its own revision, and advance the clock."""
    for target in sorted(changed):
        locked.clock.revision += 1
        locked.revisions[target] = locked.clock.revision
    insert_rows(
        [completion_row(locked, target) for target in changed],
        conflict=["learner", "lesson", "part"],
        update=STATE_FIELDS,
    )


def completion_row(locked: "LockedProgress", target: Target) -> Completion:
    """Return the row of a target's state."""
    state = locked.states[target]
    return Completion(
        learner=locked.learner,
        lesson_id=locked.lesson_id(target),
        part=target.part,
        live=sorted(map(str, state.live)),
        cancelled=sorted(map(str, state.cancelled)),
        days=sorted(day.isoformat() for day in state.days),
        done=state.done,
        first_at=state.first_at,
        last_at=state.last_at,
        night=state.night,
        dawn=state.dawn,
        rapid=state.rapid,
        revision=locked.revisions[target],
    )


def store_notes(locked: "LockedProgress", fresh: Iterable[Entry]) -> None:
    """Write notes whose newest text is in these entries, each with its own revision."""
    newest = newest_texts(fresh)
    if not newest:
        return
    stored = Note.objects.filter(learner=locked.learner, uuid__in=newest)
    known = {row.uuid: (row.at, row.by) for row in stored}
    rows = []
    for uuid, entry in sorted(newest.items()):
        if is_newer(entry, known.get(uuid)):
            locked.clock.revision += 1
            rows.append(note_row(locked, uuid, entry))
    insert_rows(rows, conflict=["learner", "uuid"], update=NOTE_FIELDS)


def is_newer(entry: Entry, known: tuple | None) -> bool:
    """Return whether an entry is later than the stored note by (effective time, id)."""
    return known is None or known < entry.place_in_time


def note_row(locked: "LockedProgress", uuid: UUID, entry: Entry) -> Note:
    """Return the note row of an entry."""
    return Note(
        learner=locked.learner,
        uuid=uuid,
        lesson_id=locked.lesson_id(entry.target),
        place=entry.place,
        body=entry.body,
        at=entry.effective_at,
        by=entry.id,
        revision=locked.clock.revision,
    )
