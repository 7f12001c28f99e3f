"""Claiming what is due at a time, so that of several workers one does it."""

from datetime import datetime, timedelta

from course.models import Rhythm
from course.progress.times import learner_zone

A_MOMENT = timedelta(seconds=1)


def claim(row: Rhythm, field: str, following: datetime | None) -> bool:
    """Move the row's time (`field`) to the following one. Returns False if another worker did.

    To be called inside the transaction that does what is due: it is then done once or, after an
    error, tried again.
    """
    # The condition on the old time is the lock: a second worker waits for this row's UPDATE, and
    # then finds another time there.
    due = Rhythm.objects.filter(pk=row.pk, **{field: getattr(row, field)})
    return due.update(**{field: following}) == 1


def hours_since(hour: int, now: datetime, zone: str) -> timedelta:
    """Return for how long it has been after `hour`:00 on the clocks of this zone; below a day."""
    local = now.astimezone(learner_zone(zone))
    past = timedelta(hours=local.hour - hour, minutes=local.minute, seconds=local.second)
    return past % timedelta(days=1)
