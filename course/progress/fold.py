"""The fold of the log: pure functions of a set of operations, independent of order.

live(target) = the completions of the target (right attempts of a question, bookmarks) that no undo
names; done = live is not empty; ever = there is any completion. A review completes nothing; its day
is a learning day. The text of a note is that of the
operation with the latest (effective time, id). Nothing here reads a clock or the database.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from course.progress.facts import Work
from course.progress.targets import Target
from course.progress.times import DAWN, NIGHT

RAPID_SECONDS = 60
RAPID_COMPLETIONS = 30


@dataclass(frozen=True)
class Entry:
    """A validated operation with its effective time, as stored in the log."""

    id: UUID
    kind: str
    target: Target
    at: int
    off: int | None
    effective_at: datetime
    day: date
    zone: str
    device: str
    seq: int
    received_at: datetime
    cancels: tuple[UUID, ...] = ()
    body: str = ""  # what an attempt gave, or a note says
    right: bool | None = None  # of an attempt
    note: UUID | None = None
    place: str = ""
    grade: int | None = None  # of a review

    @property
    def is_completion(self) -> bool:
        """Whether it completes its target: a tick, or a correct attempt."""
        return self.kind == "c" or (self.kind == "a" and bool(self.right))

    @property
    def changes_target(self) -> bool:
        """Whether it changes its target's state; wrong attempts and notes don't."""
        return self.is_completion or self.kind in ("u", "b", "r")

    @property
    def place_in_time(self) -> tuple[datetime, UUID]:
        """The sort key that decides between the texts of one note."""
        return self.effective_at, self.id

    @property
    def hour(self) -> int:
        """The hour on the learner's clock at that time."""
        return self.effective_at.astimezone(ZoneInfo(self.zone)).hour


@dataclass
class State:
    """The state of one target."""

    live: set[UUID] = field(default_factory=set)
    first_at: datetime | None = None  # None: never completed
    last_at: datetime | None = None
    night: bool = False
    dawn: bool = False
    days: set[date] = field(default_factory=set)  # on which it was completed or reviewed
    rapid: bool = False  # completed faster than anyone reads
    cancelled: set[UUID] = field(default_factory=set)  # named by undos of this target

    @property
    def done(self) -> bool:
        """Whether a completion exists that was not undone."""
        return bool(self.live)

    @property
    def ever(self) -> bool:
        """Whether it was ever completed; XP depends only on this."""
        return self.first_at is not None

    def work(self, target: Target) -> Work:
        """The part that rules use."""
        return Work(target, self.done, self.ever, self.night, self.dawn)


States = dict[Target, State]


def add(states: States, entries: Iterable[Entry]) -> set[Target]:
    """Fold entries that are not in `states` yet into them. Returns the changed targets."""
    changed: set[Target] = set()
    dead = {uuid for state in states.values() for uuid in state.cancelled}
    for entry in entries:
        if not entry.changes_target:
            continue
        state = states.setdefault(entry.target, State())
        changed.add(entry.target)
        if entry.is_completion:
            complete(state, entry)
        elif entry.kind == "b":
            bookmark(state, entry)
        elif entry.kind == "r":
            state.days.add(entry.day)
        dead.update(entry.cancels)
        state.cancelled.update(entry.cancels)
    for target, state in states.items():
        if state.live & dead:
            state.live -= dead
            changed.add(target)
    return changed


def complete(state: State, entry: Entry) -> None:
    """Count one completion."""
    when = entry.effective_at
    state.live.add(entry.id)
    state.first_at = min(state.first_at or when, when)
    state.last_at = max(state.last_at or when, when)
    state.night |= entry.hour in NIGHT
    state.dawn |= entry.hour in DAWN
    state.days.add(entry.day)


def bookmark(state: State, entry: Entry) -> None:
    """Count one bookmark, which completes nothing."""
    state.live.add(entry.id)
    state.last_at = max(state.last_at or entry.effective_at, entry.effective_at)


def newest_texts(entries: Iterable[Entry]) -> dict[UUID, Entry]:
    """Return the operation with each note's current text, by the note's id."""
    newest: dict[UUID, Entry] = {}
    for entry in entries:
        if entry.note is None:
            continue
        known = newest.get(entry.note)
        if known is None or known.place_in_time < entry.place_in_time:
            newest[entry.note] = entry
    return newest


def crowded(moments: Iterable[datetime], seconds: int, most: int) -> set[datetime]:
    """Return the times within so many seconds of more than `most` of them."""
    ordered = sorted(moments)
    found: set[datetime] = set()
    start = taken = 0  # what stands before `taken` was looked at already
    for end, moment in enumerate(ordered):
        while (moment - ordered[start]).total_seconds() > seconds:
            start += 1
        if end - start >= most:
            found.update(ordered[max(start, taken) : end + 1])
            taken = end + 1
    return found


def flag_rapid(states: States, changed: Collection[Target]) -> None:
    """Flag lessons completed with too many others within a minute; none is refused."""
    moments = [state.first_at for state in states.values() if state.first_at]
    hasty = crowded(moments, RAPID_SECONDS, RAPID_COMPLETIONS)
    for target in changed:
        if states[target].first_at in hasty:
            states[target].rapid = True
