"""Time zones: which there are, and when a learner's day has a certain hour."""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings


@cache
def zones() -> tuple[str, ...]:
    """The names of the zones that a learner may choose, sorted."""
    names = available_timezones()
    return tuple(sorted(n for n in names if n == "UTC" or ("/" in n and not n.startswith("Etc/"))))


def is_zone(name: str) -> bool:
    """Whether a learner may choose this zone."""
    return name in zones()


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name, or the site's: names are abolished now and then."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.LEARNER_TIME_ZONE)


def next_hour_of_day(after: datetime, hour: int, zone: str) -> datetime:
    """The first moment not before `after` at which clocks in `zone` show `hour`:00."""
    local = after.astimezone(zone_named(zone))
    candidate = datetime.combine(local.date(), time(hour), tzinfo=zone_named(zone))
    if candidate < local:
        candidate = datetime.combine(
            local.date() + timedelta(days=1), time(hour), tzinfo=zone_named(zone)
        )
    return candidate
