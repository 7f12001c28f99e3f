from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamification.streaks import EARN, HELD, local_day, longest, part_of_day, streak

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


def changes_in(year: int, zone: str) -> list[date]:
    """The days of a year on which the zone's clocks change."""
    start = datetime(year, 1, 1, 12, tzinfo=UTC)
    info, found, before = ZoneInfo(zone), [], None
    for number in range(366):
        offset = (start + timedelta(days=number)).astimezone(info).utcoffset()
        if before is not None and offset != before:
            found.append((start + timedelta(days=number)).date())
        before = offset
    return found


ZONES = sorted(
    {(zone, change) for zone in available_timezones() for change in changes_in(2026, zone)}
)


def test_there_are_many_zones_whose_clocks_change():
    assert len({zone for zone, _change in ZONES}) > 100


def test_two_weeks_offline_over_a_clock_change_count_as_a_person_counts():
    """Every zone: a lesson late each evening (before 22:00, which every day has), synced late."""
    for zone, change in ZONES:
        first = change - timedelta(days=7)
        info = ZoneInfo(zone)
        acts = []
        for number in range(14):
            day = first + timedelta(days=number)
            late = datetime(day.year, day.month, day.day, 21, 45, tzinfo=info)
            acts.append(late.astimezone(UTC))
        found = {local_day(at, zone) for at in acts}
        assert found == {first + timedelta(days=n) for n in range(14)}, zone
        today = first + timedelta(days=13)
        assert streak(found, today).length == 14, zone
        # The queue arrives in two parts, the older one last: the gap is healed.
        newer = {day for day in found if day >= change}
        assert streak(newer, today).length < 14
        assert streak(newer | found, today).length == 14


@settings(max_examples=200)
@given(
    zone=st.sampled_from(sorted({zone for zone, _change in ZONES})),
    hours=st.lists(st.integers(0, 24 * 14 - 1), max_size=40),
)
def test_any_fortnight_in_any_zone_equals_the_hand_count(zone, hours):
    start = datetime(2026, 3, 20, tzinfo=UTC)
    acts = [start + timedelta(hours=hour) for hour in hours]
    found = {local_day(at, zone) for at in acts}
    today = local_day(start + timedelta(days=14), zone)
    numbers = {day.toordinal() for day in found}
    assert streak(found, today).length == oracle(numbers, today.toordinal())


def test_midnight_to_nine_in_korea_belongs_to_the_new_day():
    at = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)
    assert local_day(at, "Asia/Seoul") == date(2026, 3, 2)
    assert local_day(at, "America/New_York") == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(21, None), (22, "night"), (23, "night"), (0, "night"), (3, "night"), (4, "dawn"),
     (6, "dawn"), (7, None), (12, None)],
)  # fmt: skip
def test_night_and_dawn_are_the_learners_own(hour, part):
    at = datetime(2026, 5, 5, hour, 59, tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC)
    assert part_of_day(at, "Asia/Seoul") == part
