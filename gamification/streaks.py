"""Streaks: pure functions of the set of learning days, so that late-synced work heals a gap.

The rule, for days (and with "week" for "day" for those who chose weeks):

- A streak counts learning days. A day off in between is bridged by a grace day, which keeps the
  streak and adds nothing to it.
- A streak begins with one grace day. Every six further learning days earn another; at most two
  are earned, and what is earned beyond that is not kept.
- Each day off uses one grace day by itself; without one left, the streak ends.
- Today is never a day off: it counts when something was learned, and is open until then.

Six, not seven: whoever rests each Sunday earns a grace day from Monday to Saturday and uses it on
Sunday, for ever. A streak may start at any learning day and the best start counts; so one more
learning day can never make a streak shorter. See docs/decisions/0002-streaks.md.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

EARN = 6  # learning days that earn one grace day; a day off costs as many points of reserve
HELD = 2  # grace days earned at most
FULL = EARN * HELD


@dataclass(frozen=True)
class Streak:
    """`length` now.

    `longest` ever; `grace` days earned; `open` if today (or this week) is still due.
    """

    length: int
    longest: int
    grace: int
    open: bool
    unit: str = "day"


# Reserve in points (EARN points = one grace day) -> most learning days with that reserve.
Runs = dict[int, int]


def streak(days: Collection[date], today: date, unit: str = "day") -> Streak:
    """Return the streak on `today`; `unit` is "day" or "week" (Monday to Sunday)."""
    now = _number(today, unit)
    units = {_number(day, unit) for day in days if day <= today}
    runs: Runs = {}
    longest = 0
    for runs in _history(units, now):
        longest = max(longest, _length(runs))
    length = _length(runs)
    grace = max((reserve for reserve, run in runs.items() if run == length), default=0) // EARN
    return Streak(length, longest, grace, open=now not in units, unit=unit)


def longest(days: Collection[date], unit: str = "day") -> int:
    """Return the longest streak ever; additional days never shorten it."""
    return streak(days, max(days), unit).longest if days else 0


def _number(day: date, unit: str) -> int:
    """Return the number of days or weeks since the year 1; date(1, 1, 1) was a Monday."""
    return day.toordinal() if unit == "day" else (day.toordinal() - 1) // 7


def _length(runs: Runs) -> int:
    return max(runs.values(), default=0)


def _history(units: set[int], now: int) -> Iterator[Runs]:
    """Yield the runs that could exist after each learning day, and last those of today."""
    runs: Runs = {}
    previous = now
    for number in sorted(units):
        runs = _learned(_missed(runs, number - previous - 1))
        yield runs
        previous = number
    # An open today is no day off, so only the days strictly before it are.
    yield _missed(runs, now - previous - 1)


def _learned(runs: Runs) -> Runs:
    """Return every run extended by one learning day, and a new run with one grace day."""
    after: Runs = {}
    for reserve, run in [*runs.items(), (EARN - 1, 0)]:
        kept = min(reserve + 1, FULL)
        after[kept] = max(after.get(kept, 0), run + 1)
    return after


def _missed(runs: Runs, days: int) -> Runs:
    """Return the runs that have enough grace days for so many days off."""
    cost = EARN * max(days, 0)
    return {reserve - cost: run for reserve, run in runs.items() if reserve >= cost}
