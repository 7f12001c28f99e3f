from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamification.streaks import EARN, HELD, longest, streak

MONDAY = date(2026, 3, 2)


def days(text: str) -> set[date]:
    """`#` a learning day, `.` a day off, spaces ignored; the first is a Monday."""
    marks = text.replace(" ", "")
    return {MONDAY + timedelta(days=n) for n, mark in enumerate(marks) if mark == "#"}


def on_last_day(text: str, unit: str = "day"):
    last = MONDAY + timedelta(days=len(text.replace(" ", "")) - 1)
    return streak(days(text), last, unit)


@pytest.mark.parametrize(
    ("text", "length", "grace"),
    [
        ("", 0, 0),
        ("#", 1, 1),
        ("###", 3, 1),
        ("##.", 2, 1),  # today is open, not missed
        ("##..", 2, 0),  # yesterday off: the grace day of the beginning
        ("##...", 0, 0),
        ("#.#", 2, 0),
        ("#..#", 1, 1),  # too long a gap: a new beginning
        ("#######", 7, 2),  # six further days earned the second one
        ("####### ####### ####### ##", 23, 2),  # never more than two
        ("####### .. #", 8, 0),
        ("####### ... #", 1, 1),
    ],
)
def test_streaks_as_counted_by_hand(text, length, grace):
    found = on_last_day(text)
    assert (found.length, found.grace) == (length, grace)


@pytest.mark.parametrize("begin", range(6))
@pytest.mark.parametrize("weeks", [1, 2, 30])
@pytest.mark.parametrize("look", range(7))
def test_whoever_rests_on_sundays_keeps_the_streak_for_ever(begin, weeks, look):
    text = "." * begin + "#" * (6 - begin) + "." + "######." * weeks
    first = MONDAY + timedelta(days=begin)
    today = MONDAY + timedelta(days=7 * weeks + look)
    found = {day for day in days(text) if first <= day <= today}
    assert streak(found, today).length == len(found)


def test_late_work_heals_a_gap():
    with_gap = days("##....##")
    today = max(with_gap)
    assert streak(with_gap, today).length == 2
    assert streak(with_gap | days("..###"), today).length == 7


def test_weeks_count_from_monday_to_sunday():
    text = "......# #...... ...#..."
    assert on_last_day(text, "week").length == 3
    assert on_last_day("...#... ....... ...#...", "week").length == 2
    assert on_last_day("...#... ....... ....... ...#...", "week").length == 1


def test_days_after_today_do_not_count():
    assert streak({MONDAY + timedelta(days=5)}, MONDAY).length == 0


def by_hand(learned: set[int], start: int, now: int) -> int | None:
    """Walk day by day from one start with whole bookkeeping; None when the streak ends."""
    points, length = EARN, 1
    for day in range(start + 1, now + 1):
        if day in learned:
            length += 1
            points = min(points + 1, EARN * HELD)
        elif day < now:
            points -= EARN
            if points < 0:
                return None
    return length


def oracle(learned: set[int], now: int) -> int:
    """The best of all starts."""
    found = [by_hand(learned, start, now) for start in learned if start <= now]
    return max((length for length in found if length is not None), default=0)


SETS = st.sets(st.integers(0, 70))


@given(learned=SETS, now=st.integers(0, 75))
def test_the_streak_is_what_a_walk_through_the_days_counts(learned, now):
    found = streak({date.fromordinal(n + 1) for n in learned}, date.fromordinal(now + 1))
    assert found.length == oracle(learned, now)
    assert found.longest == max((oracle(learned, day) for day in range(now + 1)), default=0)
    assert found.open == (now not in learned)
    assert 0 <= found.grace <= HELD


@given(learned=SETS, more=SETS, now=st.integers(0, 75))
def test_one_more_learning_day_never_makes_a_streak_shorter(learned, more, now):
    today = date.fromordinal(now + 1)
    few = {date.fromordinal(n + 1) for n in learned}
    many = few | {date.fromordinal(n + 1) for n in more}
    for unit in ("day", "week"):
        assert streak(many, today, unit).length >= streak(few, today, unit).length
        assert longest(many, unit) >= longest(few, unit)


@given(learned=SETS)
def test_the_longest_streak_is_never_shorter_than_one_of_the_past(learned):
    found = [date.fromordinal(n + 1) for n in sorted(learned)]
    past = [longest(found[:count]) for count in range(len(found) + 1)]
    assert past == sorted(past)
