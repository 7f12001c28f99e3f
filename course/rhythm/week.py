"""The last seven days, with the rest days that keep the streak."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from gamification.streaks import Streak

DAYS = 7


@dataclass(frozen=True)
class Day:
    """A day of the week as it is shown: learned, a rest day of the streak, or neither."""

    date: date
    learned: bool
    rest: bool
    today: bool


def last_week(days: Collection[date], today: date, streak: Streak) -> list[Day]:
    """Return the last seven days, today last; `days` are all learning days, `streak` today's."""
    resting = rest_days(days, today, streak)
    shown = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    return [Day(day, day in days, day in resting, day == today) for day in shown]


def rest_days(days: Collection[date], today: date, streak: Streak) -> set[date]:
    """Return the days off within the current streak: each was bridged by a grace day.

    Counting by weeks, those are the days of weeks without a learning day.
    """
    units = sorted({number(day, streak.unit) for day in days if day <= today})
    if not streak.length:
        return set()
    begin, now = units[-streak.length], number(today, streak.unit)
    resting = set(range(begin, now)) - set(units)
    every = (today - timedelta(days=back) for back in range(1, DAYS))
    return {day for day in every if number(day, streak.unit) in resting}


def number(day: date, unit: str) -> int:
    """Return the number of the day, or of its week (Monday to Sunday), as streaks count them."""
    return day.toordinal() if unit == "day" else (day.toordinal() - 1) // 7
