"""Claiming rows of the outbox.

`mail_at` is the whole state: None when done, else the time of the next attempt. Claiming a row
moves that time forward by the back-off in one conditional UPDATE: of several workers one succeeds,
and the row of a worker that dies becomes due again. The Message-ID stays the same on every attempt,
so that mail programs recognize a mail sent twice because of a crash.
"""

from datetime import timedelta
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from accounts.models import Notification, OutgoingMail

Row = TypeVar("Row", Notification, OutgoingMail)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)


def wait_after(tries: int) -> timedelta:
    """Return the delay after a failed attempt: 1, 2, 4 … minutes, at most an hour."""
    return min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)


def claim(row: Row) -> bool:
    """Claim a row for one attempt. Returns False when another worker claimed it first."""
    # The condition on `mail_at` is the lock: a row that another worker claimed has another time.
    next_try = timezone.now() + wait_after(row.mail_tries)
    waiting = type(row)._default_manager.filter(pk=row.pk, mail_at=row.mail_at)
    if not waiting.update(mail_at=next_try, mail_tries=F("mail_tries") + 1):
        return False
    row.mail_at = next_try
    return True


def is_expired(row: Row) -> bool:
    """Return whether the row is too old for its mail to be useful."""
    return row.created_at < timezone.now() - GIVE_UP_AFTER
