"""The fold of the log: pure functions of a set of operations, whatever their order.

live(target) = the completions of the target that no undo names; done = live is not empty;
ever = there is any completion. Nothing here reads a clock or the database.
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
    """One operation that is understood and dated: what the log stores."""

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

    @property
    def is_completion(self) -> bool:
        """Whether it completes its target (else it undoes)."""
        return self.kind == "c"

    @property
    def hour(self) -> int:
        """The hour on the learner's clock when it happened."""
        return self.effective_at.astimezone(ZoneInfo(self.zone)).hour


@dataclass
class State:
    """What the log says of one target."""

    live: set[UUID] = field(default_factory=set)
    first_at: datetime | None = None  # None: never completed
    last_at: datetime | None = None
    night: bool = False
    dawn: bool = False
    days: set[date] = field(default_factory=set)  # on which it was completed
    rapid: bool = False  # completed faster than anyone reads
    cancelled: set[UUID] = field(default_factory=set)  # named by undos of this target

    @property
    def done(self) -> bool:
        """Whether a completion is left that no undo named."""
        return bool(self.live)

    @property
    def ever(self) -> bool:
        """Whether it was ever completed; XP depends on this alone."""
        return self.first_at is not None

    def work(self, target: Target) -> Work:
        """The part that rules may look at."""
        return Work(target, self.done, self.ever, self.night, self.dawn)


States = dict[Target, State]


def add(states: States, entries: Iterable[Entry]) -> set[Target]:
    """Fold entries that are not in `states` yet into them; returns the targets that changed."""
    changed: set[Target] = set()
    dead = {uuid for state in states.values() for uuid in state.cancelled}
    for entry in entries:
        state = states.setdefault(entry.target, State())
        changed.add(entry.target)
        if entry.is_completion:
            complete(state, entry)
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


def crowded(moments: Iterable[datetime], seconds: int, most: int) -> set[datetime]:
    """The moments that share so many seconds with more than `most` of them, themselves included."""
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
    """Flag what was among more lessons within a minute than anybody reads; nothing is refused."""
    moments = [state.first_at for state in states.values() if state.first_at]
    hasty = crowded(moments, RAPID_SECONDS, RAPID_COMPLETIONS)
    for target in changed:
        if states[target].first_at in hasty:
            states[target].rapid = True
