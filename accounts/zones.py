"""Time zones: valid names, and when a given hour comes in one."""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings


@cache
def zones() -> tuple[str, ...]:
    """Return the sorted names of the time zones that a learner may choose."""
    names = available_timezones()
    return tuple(sorted(n for n in names if n == "UTC" or ("/" in n and not n.startswith("Etc/"))))


def is_zone(name: str) -> bool:
    """Return whether a learner may choose this zone."""
    return name in zones()


def zone_named(name: str) -> ZoneInfo:
    """Return the zone of this name, or the site's zone if the name no longer exists."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.LEARNER_TIME_ZONE)


def is_quiet(hour: int, start: int, end: int) -> bool:
    """Return whether an hour of the day lies in quiet hours; none are quiet when both are equal."""
    return start <= hour < end if start <= end else hour >= start or hour < end


def next_hour_of_day(after: datetime, hour: int, zone: str) -> datetime:
    """Return the first time at or after `after` when clocks in `zone` show `hour`:00."""
    local = after.astimezone(zone_named(zone))
    candidate = datetime.combine(local.date(), time(hour), tzinfo=zone_named(zone))
    if candidate < local:
        candidate = datetime.combine(
            local.date() + timedelta(days=1), time(hour), tzinfo=zone_named(zone)
        )
    return candidate
