"""The last seven days, and which of them were rest days of the streak."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from course.rhythm.week import last_week, rest_days
from gamification.streaks import streak

TODAY = date(2026, 11, 29)  # a Sunday


def ago(*numbers) -> set[date]:
    return {TODAY - timedelta(days=number) for number in numbers}


def week_of(days, unit="day") -> str:
    """The week in signs: x learned, r rest day, - neither."""
    shown = last_week(days, TODAY, streak(days, TODAY, unit))
    assert [day.today for day in shown] == [False] * 6 + [True]
    return "".join("x" if day.learned else "r" if day.rest else "-" for day in shown)


def test_a_day_off_within_the_streak_is_a_rest_day():
    assert week_of(ago(1, 2, 4, 5)) == "-xxrxx-"


def test_today_is_open_and_no_rest_day():
    assert week_of(ago(1)) == "-----x-"


def test_days_before_the_streak_are_just_days():
    assert week_of(ago(6, 0)) == "x-----x"
    assert week_of(set()) == "-------"


def test_a_rest_day_before_today_keeps_the_streak():
    assert week_of(ago(2, 3)) == "---xxr-"


def test_by_weeks_the_days_of_a_week_off_rest():
    days = ago(14, 21)  # Sundays; the week before this one has none
    assert streak(days, TODAY, "week").length == 2
    assert week_of(days, "week") == "-------"
    assert rest_days(days, TODAY - timedelta(days=5), streak(days, TODAY, "week"))


@given(st.sets(st.integers(0, 40)))
def test_rest_days_are_what_the_streak_spans_and_nobody_learned(numbers):
    days = ago(*numbers)
    lit = streak(days, TODAY)
    resting = rest_days(days, TODAY, lit)
    assert not resting & days
    recent = sorted(days)[-lit.length :] if lit.length else []
    assert all(recent and recent[0] < day < TODAY for day in resting)
    assert len(resting) <= 2 + lit.length
