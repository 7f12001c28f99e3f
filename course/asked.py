"""Times and numbers that addresses and forms say; anybody may write anything there."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

# SQLite and Postgres store ids in 64 bits.
MOST_DIGITS = 18


def whole_number(said: str) -> int | None:
    """The number in ASCII digits, as long as an id can be; None for anything else."""
    if not (said.isascii() and said.isdigit()) or len(said) > MOST_DIGITS:
        return None
    return int(said)


def moment(said: str) -> datetime | None:
    """The ISO time with its zone, in UTC; None for anything else.

    Neither the first nor the last year that there is: no clock that adds a zone leaves those.
    """
    try:
        at = parse_datetime(said)
        if at is None or is_naive(at):
            return None
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if datetime.min.year < at.year < datetime.max.year else None
