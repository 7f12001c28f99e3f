"""Write entries to a learner's log, with everything that follows from them, in one transaction.

The number of queries does not depend on the number of entries. An open `Book` holds the lock on the
learner's clock row, so that each log has one writer at a time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.models import User
from course.models import Cancellation, Clock, Completion, Operation
from course.models.progress import new_epoch
from course.progress.bulk import insert_rows, name
from course.progress.catalogue import Catalogue, catalogue_with
from course.progress.facts import Work, gather, grant_for
from course.progress.fold import Entry, State, States, add, flag_rapid
from course.progress.targets import Target
from course.progress.times import learner_zone
from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.xp import Outcome, award, review

STATE_FIELDS = [
    *("live", "cancelled", "done", "days", "first_at", "last_at", "night", "dawn", "rapid"),
    "revision",
]


class AccountGone(Exception):
    """The learner's account was deleted meanwhile."""


@dataclass
class Book:
    """A learner's progress, open for writing: the clock row is locked, all states are loaded.

    `clock.revision` is the last revision in use; those set aside follow it.
    """

    learner: User
    clock: Clock
    catalogue: Catalogue
    states: States
    revisions: dict[Target, int]

    def works(self) -> list[Work]:
        """What rules may look at."""
        return [state.work(target) for target, state in self.states.items()]

    def lesson_id(self, target: Target) -> int:
        """The primary key of the target's lesson."""
        return self.catalogue.by_uid[target.uid].id


def open_book(learner: User, revisions: int = 0) -> Book:
    """Lock the learner's clock, set `revisions` aside, and load what the log says now.

    Belongs inside a transaction of `writing`; on SQLite its BEGIN IMMEDIATE is the lock.
    """
    clock = locked_clock(learner, revisions)
    states, stamps, catalogue = load_states(learner)
    return Book(learner, clock, catalogue, states, stamps)


@contextmanager
def writing(learner: User) -> Iterator[None]:
    """A transaction that changes the learner's log; raises AccountGone when there is none left."""
    learner.stamps = {}  # what came along with the session is old from now on
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if User.objects.filter(pk=learner.pk).exists():
            raise
        raise AccountGone from error


def locked_clock(learner: User, revisions: int) -> Clock:
    """Lock the clock row (made when missing) and move it on, in one query.

    The lock lasts until the end of the transaction. Revisions that are set aside and not used
    leave gaps, which nobody minds.
    """
    table = name(Clock._meta.db_table)
    sql = (
        f"INSERT INTO {table} (learner_id, revision, epoch, held) "  # noqa: S608 - no outside text
        "VALUES (%s, %s, %s, 0) ON CONFLICT (learner_id) "
        f"DO UPDATE SET revision = {table}.revision + excluded.revision "
        "RETURNING revision, epoch, held"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [learner.pk, revisions, new_epoch()])
        revision, epoch, held = cursor.fetchone()
    return Clock(learner=learner, revision=revision - revisions, epoch=epoch, held=held)


def load_states(learner: User) -> tuple[States, dict[Target, int], Catalogue]:
    """What the log says now of each target, the revision of that, and lessons to match it."""
    rows = list(Completion.objects.of(learner))
    catalogue = catalogue_with(row.lesson_id for row in rows)
    return *states_of(rows, catalogue), catalogue


def states_of(rows: Iterable[Completion], catalogue: Catalogue) -> tuple[States, dict[Target, int]]:
    """The states that rows hold, and the revision of each."""
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


def record(book: Book, entries: Sequence[Entry]) -> Outcome:
    """Add entries to the log; those that it already holds change nothing."""
    fresh = store_entries(book, entries)
    if not fresh:
        return Outcome()
    paid = {name_of(target, book) for target, state in book.states.items() if state.ever}
    before = signs(book.states)
    changed = add(book.states, fresh)
    flag_rapid(book.states, changed)
    store_states(book, changed)
    grants = new_grants(book, paid, fresh)
    if not grants and signs(book.states) != before:
        return review(learner=book.learner, facts=lambda: facts_of(book, fresh))
    return award(learner=book.learner, grants=grants, facts=lambda: facts_of(book, fresh))


def signs(states: States) -> tuple[frozenset[date], int, int]:
    """What can meet a rule although nothing is done for the first time: days and hours."""
    days = frozenset(day for state in states.values() for day in state.days)
    nights = sum(state.night for state in states.values())
    return days, nights, sum(state.dawn for state in states.values())


def facts_of(book: Book, fresh: Sequence[Entry]) -> Facts:
    """What the rules may look at after these entries."""
    zone = learner_zone(book.learner.time_zone)
    return gather(
        book.works(),
        days={day for state in book.states.values() for day in state.days},
        today=fresh[0].received_at.astimezone(zone).date(),
        catalogue=book.catalogue,
    )


def store_entries(book: Book, entries: Sequence[Entry]) -> list[Entry]:
    """Insert what the log does not hold yet, with its cancellations; returns what was new."""
    rows = [operation_row(book, entry) for entry in entries]
    new_ids = set(insert_rows(rows, returning="uuid"))
    fresh = [entry for entry in entries if entry.id in new_ids]
    insert_rows(
        [
            Cancellation(learner=book.learner, cancelled=uuid, by=entry.id)
            for entry in fresh
            for uuid in entry.cancels
        ]
    )
    return fresh


def operation_row(book: Book, entry: Entry) -> Operation:
    """The row of the log for an entry."""
    return Operation(
        learner=book.learner,
        uuid=entry.id,
        kind=entry.kind,
        lesson_id=book.lesson_id(entry.target),
        part=entry.target.part,
        at=entry.at,
        off=entry.off,
        effective_at=entry.effective_at,
        day=entry.day,
        zone=entry.zone,
        device=entry.device,
        seq=entry.seq,
        received_at=entry.received_at,
        revision=book.clock.revision + 1,
    )


def store_states(book: Book, changed: Collection[Target]) -> None:
    """Write the changed targets, each stamped with a revision of its own, and move the clock."""
    for target in sorted(changed):
        book.clock.revision += 1
        book.revisions[target] = book.clock.revision
    insert_rows(
        [completion_row(book, target) for target in changed],
        conflict=["learner", "lesson", "part"],
        update=STATE_FIELDS,
    )


def completion_row(book: Book, target: Target) -> Completion:
    """The row that says what the log says of a target."""
    state = book.states[target]
    return Completion(
        learner=book.learner,
        lesson_id=book.lesson_id(target),
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
        revision=book.revisions[target],
    )


def name_of(target: Target, book: Book) -> Target:
    """The target under the name that its lesson has today."""
    return Target(book.catalogue.head(target.uid).uid, target.part)


def new_grants(book: Book, paid: Collection[Target], fresh: Sequence[Entry]) -> list[Grant]:
    """A grant for each target completed for the first time, under any of its lesson's names.

    The ledger's unique key gives each once in any case; this spares the query, and keeps lessons
    that were merged after both were done from paying again.
    """
    completed = {name_of(entry.target, book) for entry in fresh if entry.is_completion}
    return [grant_for(name) for name in sorted(completed - set(paid))]
