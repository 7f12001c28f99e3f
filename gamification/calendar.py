"""Year calendar of learning days, as coordinates for the template."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format

HALF = 27  # weeks in each half: two halves fit side by side, or stacked on a phone
STEP = 12  # one day's cell with its gap, in user units
TOP = 16  # room for the names of the months


class Cell(NamedTuple):
    """A day: coordinates of its upper left corner."""

    x: int
    y: int


class MonthName(NamedTuple):
    """A month's label and its column."""

    x: int
    text: str


@dataclass(frozen=True)
class Half:
    """Half a year: learning days, other days and month labels."""

    on: list[Cell]
    off: list[Cell]
    months: list[MonthName]
    width: int = HALF * STEP
    height: int = TOP + 7 * STEP


@dataclass(frozen=True)
class Calendar:
    """54 weeks that end today, with a text alternative."""

    halves: tuple[Half, Half]
    count: int
    by_month: list[tuple[str, int]]  # months with learning days, newest first


def year_calendar(days: Collection[date], today: date) -> Calendar:
    """Build the calendar of the last 54 weeks, Monday to Sunday, including the current week."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=2 * HALF - 1)
    second = first + timedelta(weeks=HALF)
    shown = {day for day in days if first <= day <= today}
    halves = (_half(shown, first, today), _half(shown, second, today))
    return Calendar(halves, len(shown), _by_month(shown))


def _half(days: Collection[date], first: date, today: date) -> Half:
    half = Half([], [], [])
    for number in range(HALF * 7):
        day = first + timedelta(days=number)
        if day > today:
            break
        cell = Cell(number // 7 * STEP, TOP + number % 7 * STEP)
        (half.on if day in days else half.off).append(cell)
        # A name needs room to its right: none in the last two weeks.
        if day.day == 1 and number // 7 < HALF - 2:
            half.months.append(MonthName(cell.x, date_format(day, "M")))
    return half


def _by_month(days: Collection[date]) -> list[tuple[str, int]]:
    counts: dict[date, int] = {}
    for day in sorted(days, reverse=True):
        month = day.replace(day=1)
        counts[month] = counts.get(month, 0) + 1
    return [(date_format(month, "YEAR_MONTH_FORMAT"), count) for month, count in counts.items()]
