"""Parsing of numbers, times and text from URLs, forms and headers.

Every view parses them here. `int()` accepts non-ASCII digits, signs and spaces, raises for more
than 4,300 digits, and returns values that no database column can hold.
"""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

# SQLite and Postgres store ids in 64 bits.
MOST_DIGITS = 18
LARGEST = 10**MOST_DIGITS - 1
SENSIBLE = range(2000, 2200)  # years in which something is published


def parse_int(text: str, *, least: int = 0, most: int = LARGEST) -> int | None:
    """Parse ASCII digits. Returns a number from `least` to `most`, else None."""
    if not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if least <= number <= most else None


def parse_aware_datetime(text: str) -> datetime | None:
    """Parse an ISO 8601 time with zone. Returns it in UTC, or None.

    Times in the first and last supported year are refused, because converting them to another zone
    could overflow.
    """
    try:
        at = parse_datetime(text)
        if at is None or is_naive(at):
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if datetime.min.year < at.year < datetime.max.year else None


def is_sensible(at: datetime) -> bool:
    """Return whether an author can mean this time: the databases can't read all that they store.

    Postgres shows the first day of year 1 in another zone as BC, which Python has no dates for.
    """
    return SENSIBLE.start <= at.year < SENSIBLE.stop


def clean_text(text: str) -> str:
    """Return the text with LF line ends (forms send CR LF) and without NUL.

    Postgres can't store NUL. Form fields reject it themselves; use this for text that no form field
    validates.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
