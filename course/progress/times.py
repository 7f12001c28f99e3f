"""Effective time and learning day of operations, from an untrusted browser clock.

A wrong clock never causes a refusal, and nothing important depends on it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

OLDEST_DAY = 14  # days a browser's own word for the day is believed back
BEFORE_ACCOUNT = timedelta(days=365)  # anonymous work may be that much older than the account
NIGHT = frozenset({22, 23, 0, 1, 2, 3})  # hours of the learner's clock
DAWN = frozenset({4, 5, 6})


def zone_of(name: object) -> ZoneInfo | None:
    """Return the time zone with this IANA name, or None."""
    if not isinstance(name, str) or not 0 < len(name) <= 64:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, path tricks, a folder such as "Asia"
        return None


def learner_zone(name: str) -> ZoneInfo:
    """Return the account's zone, or the site's if the stored name is no longer known."""
    return zone_of(name) or ZoneInfo(settings.LEARNER_TIME_ZONE)


def in_milliseconds(moment: datetime) -> int:
    """Return milliseconds since 1970 in UTC, as browsers count."""
    return int(moment.timestamp() * 1000)


def effective_time(*, at: int, off: int, earliest: datetime, received: datetime) -> datetime:
    """Return `at` + `off` (milliseconds), limited to `earliest` and `received`."""
    lowest, highest = in_milliseconds(earliest), in_milliseconds(received)
    milliseconds = min(max(at + off, lowest), highest)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def accepted_day(
    *,
    claimed: object,
    zone: ZoneInfo | None,
    effective: datetime,
    received: datetime,
    home: ZoneInfo,
) -> date:
    """Return the learning day: the browser's if plausible and recent, else the server's."""
    if zone is not None:
        day = effective.astimezone(zone).date()
        age = (received.astimezone(zone).date() - day).days
        if claimed == day.isoformat() and age <= OLDEST_DAY:
            return day
    return received.astimezone(home).date()
