"""Write entries to a learner's log, with all consequences, in one transaction.

The number of queries does not depend on the number of entries. `LockedProgress` holds the lock on
the learner's clock row, so that each log has one writer at a time.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from accounts.models import User
from course.models import Clock, Completion
from course.models.progress import new_epoch
from course.progress.bulk import name
from course.progress.cards import store_cards
from course.progress.catalogue import Catalogue, catalogue_with
from course.progress.facts import Work, gather, grant_for
from course.progress.fold import Entry, States, add, flag_rapid
from course.progress.storing import states_of, store_entries, store_notes, store_states
from course.progress.targets import Target
from course.progress.times import learner_zone
from gamification.facts import Facts
from gamification.ledger import Grant
from gamification.xp import Outcome, award, review


class AccountGone(Exception):
    """The learner's account was deleted meanwhile."""


@dataclass
class LockedProgress:
    """A learner's progress open for writing: the clock row is locked, all states are loaded.

    `clock.revision` is the last revision in use; reserved revisions follow it.
    """

    learner: User
    clock: Clock
    catalogue: Catalogue
    states: States
    revisions: dict[Target, int]

    def works(self) -> list[Work]:
        """The work that rules are evaluated on."""
        return [state.work(target) for target, state in self.states.items()]

    def lesson_id(self, target: Target) -> int:
        """The primary key of the target's lesson."""
        return self.catalogue.by_uid[target.uid].id


def lock_progress(learner: User, revisions: int = 0) -> LockedProgress:
    """Lock the learner's clock, reserve `revisions`, and load the current states.

    Must be called inside `progress_transaction`; on SQLite its BEGIN IMMEDIATE is the lock.
    """
    # The clock row is the lock of the whole log: it is taken before anything is read, so that the
    # states below can't be older than what another writer has committed.
    clock = locked_clock(learner, revisions)
    states, state_revisions, catalogue = load_states(learner)
    return LockedProgress(learner, clock, catalogue, states, state_revisions)


@contextmanager
def progress_transaction(learner: User) -> Iterator[None]:
    """Transaction for changes of the learner's log. Raises AccountGone."""
    learner.session_versions = {}  # what came along with the session is old from now on
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if User.objects.filter(pk=learner.pk).exists():
            raise
        raise AccountGone from error


def locked_clock(learner: User, revisions: int) -> Clock:
    """Lock the clock row (created when missing) and reserve revisions, in one query.

    The lock lasts until the end of the transaction. Unused reserved revisions leave harmless gaps.
    """
    table = name(Clock._meta.db_table)
    sql = (
        f"INSERT INTO {table} (learner_id, revision, epoch, held, written) "  # noqa: S608 - no outside text
        "VALUES (%s, %s, %s, 0, 0) ON CONFLICT (learner_id) "
        f"DO UPDATE SET revision = {table}.revision + excluded.revision "
        "RETURNING revision, epoch, held, written"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [learner.pk, revisions, new_epoch()])
        revision, epoch, held, written = cursor.fetchone()
    return Clock(
        learner=learner, revision=revision - revisions, epoch=epoch, held=held, written=written
    )


def load_states(learner: User) -> tuple[States, dict[Target, int], Catalogue]:
    """Return each target's state with its revision, and the matching catalogue."""
    rows = list(Completion.objects.of(learner))
    catalogue = catalogue_with(row.lesson_id for row in rows)
    return *states_of(rows, catalogue), catalogue


def record(locked: LockedProgress, entries: Sequence[Entry]) -> Outcome:
    """Add entries to the log; entries already in it change nothing."""
    fresh = store_entries(locked, entries)
    if not fresh:
        return Outcome()
    paid = {name_of(target, locked) for target, state in locked.states.items() if state.ever}
    before = signs(locked.states)
    changed = add(locked.states, fresh)
    flag_rapid(locked.states, changed)
    store_states(locked, changed)
    store_notes(locked, fresh)
    store_cards(locked, changed)
    count_characters(locked, fresh)
    grants = new_grants(locked, paid, fresh)
    if not grants and signs(locked.states) != before:
        return review(learner=locked.learner, facts=lambda: facts_of(locked, fresh))
    return award(learner=locked.learner, grants=grants, facts=lambda: facts_of(locked, fresh))


def count_characters(locked: LockedProgress, fresh: Sequence[Entry]) -> None:
    """Add the characters of new attempts and notes to the clock's count."""
    written = sum(len(entry.body) for entry in fresh)
    if written:
        locked.clock.written += written
        Clock.objects.filter(learner=locked.learner).update(written=locked.clock.written)


def signs(states: States) -> tuple[frozenset[date], int, int]:
    """Return what can meet a rule without a first completion: days and hours."""
    days = frozenset(day for state in states.values() for day in state.days)
    nights = sum(state.night for state in states.values())
    return days, nights, sum(state.dawn for state in states.values())


def facts_of(locked: LockedProgress, fresh: Sequence[Entry]) -> Facts:
    """Return the facts for rules after these entries."""
    zone = learner_zone(locked.learner.time_zone)
    return gather(
        locked.works(),
        days={day for state in locked.states.values() for day in state.days},
        today=fresh[0].received_at.astimezone(zone).date(),
        catalogue=locked.catalogue,
    )


def name_of(target: Target, locked: LockedProgress) -> Target:
    """Return the target under its lesson's current uid."""
    return Target(locked.catalogue.head(target.uid).uid, target.part)


def new_grants(
    locked: LockedProgress, paid: Collection[Target], fresh: Sequence[Entry]
) -> list[Grant]:
    """Return a grant for each target completed for the first time under any of its uids.

    The ledger's unique key prevents duplicates in any case; this saves the query, and prevents
    lessons that were merged after both were completed from paying twice.
    """
    completed = {name_of(entry.target, locked) for entry in fresh if entry.is_completion}
    return [grant_for(name) for name in sorted(completed - set(paid))]
