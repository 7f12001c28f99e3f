"""Learning days as the sync dates them: two weeks offline over every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from course.progress.arrivals import Arrival, classify
from course.progress.catalogue import Catalogue, Page
from course.progress.fold import States, add
from course.progress.times import in_milliseconds
from gamification.streaks import streak
from tests.course.progress.browser import op

LESSON = Page(
    1, "jax-000", "jax-000", "jax", "jax", "jax-ch0", counts=True, open=True, merged_into_id=None
)
KNOWN = Catalogue((LESSON,))
SEOUL = ZoneInfo("Asia/Seoul")  # where the account lives; the browser travels


def changes_in(year: int, zone: str) -> list[date]:
    """The days of a year on which the zone's clocks change."""
    info = ZoneInfo(zone)
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [noon.astimezone(info).utcoffset() for noon in noons]
    pairs = zip(noons[1:], offsets, offsets[1:], strict=False)
    return [noon.date() for noon, before, after in pairs if before != after]


CHANGES = sorted(
    {(zone, change) for zone in available_timezones() for change in changes_in(2026, zone)}
)


def fortnight(zone: str, change: date, clock: time) -> list[datetime]:
    """A lesson a day at the same time by the wall clock, the change in the middle."""
    days = [change + timedelta(days=number) for number in range(-7, 7)]
    return [datetime.combine(day, clock, tzinfo=ZoneInfo(zone)) for day in days]


def days_as_dated(moments: list[datetime], zone: str, *, slow_by: timedelta) -> set[date]:
    """Return the learning days after a browser with a slow clock syncs on the last evening."""
    slow = int(slow_by.total_seconds() * 1000)
    raw = [
        op(at=in_milliseconds(at) - slow, off=slow, tz=zone, day=at.date().isoformat())
        for at in moments
    ]
    received = moments[-1].astimezone(UTC) + timedelta(minutes=10)
    arrival = Arrival(received, received - timedelta(days=365), SEOUL)
    entries = classify(raw, arrival, KNOWN).entries
    assert len(entries) == len(moments)
    return {entry.day for entry in entries.values()}


def test_there_are_many_zones_whose_clocks_change():
    assert len({zone for zone, _change in CHANGES}) > 100


# No time after 22:00: where clocks jump at that hour, the day has none.
@pytest.mark.parametrize("clock", [time(0, 5), time(12), time(21, 45)], ids=str)
@pytest.mark.parametrize("slow_by", [timedelta(0), timedelta(hours=5)], ids=str)
def test_two_weeks_offline_count_as_a_person_counts_them(clock, slow_by):
    for zone, change in CHANGES:
        moments = fortnight(zone, change, clock)
        by_hand = {moment.date() for moment in moments}
        days = days_as_dated(moments, zone, slow_by=slow_by)
        assert days == by_hand, (zone, change)
        assert streak(days, max(by_hand)).length == 14, (zone, change)
        newer = {day for day in days if day >= change}  # the older half of the queue comes last
        assert streak(newer, max(by_hand)).length == 7, (zone, change)
        assert streak(newer | days, max(by_hand)).length == 14, (zone, change)


@pytest.mark.parametrize(
    ("hour", "part"),
    [(21, ""), (22, "night"), (23, "night"), (0, "night"), (3, "night"), (4, "dawn"),
     (6, "dawn"), (7, ""), (12, "")],
)  # fmt: skip
def test_night_and_dawn_are_those_of_the_browser_s_own_clock(hour, part):
    at = datetime(2026, 5, 5, hour, 59, tzinfo=ZoneInfo("America/New_York"))
    raw = [op(at=in_milliseconds(at), tz="America/New_York", day=at.date().isoformat())]
    arrival = Arrival(at.astimezone(UTC), at - timedelta(days=1), SEOUL)
    states: States = {}
    add(states, classify(raw, arrival, KNOWN).entries.values())
    (state,) = states.values()
    assert (state.night, state.dawn) == (part == "night", part == "dawn")
