"""Rows that wait to be mailed.

`mail_at` is the whole state: None is settled, a time is when to try next. Claiming a row moves
that time by the back-off in one conditional UPDATE, so of several workers one wins, and a worker
that dies leaves a row that comes due again. The Message-ID stays the same on every attempt, so a
mail that went out right before a crash and goes out again is recognised as the same mail.
"""

import secrets
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Notification, OutgoingMail

Row = TypeVar("Row", Notification, OutgoingMail)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)


def post(*, to: str, subject: str, body: str) -> OutgoingMail:
    """Write down a mail about an account, to be sent at once by the worker."""
    from accounts.tasks import deliver_mail

    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            to=to,
            subject=" ".join(subject.split())[:300],
            body=body,
            message_id=f"<{secrets.token_urlsafe(18)}@{settings.SITE_HOST}>",
            mail_at=timezone.now(),
        )
        deliver_mail.enqueue()
    return mail


def wait_after(tries: int) -> timedelta:
    """How long to wait after a failed attempt: 1, 2, 4 … minutes, at most an hour."""
    return min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)


def claim(row: Row) -> bool:
    """Take a row for one attempt; False when another worker was faster."""
    next_try = timezone.now() + wait_after(row.mail_tries)
    waiting = type(row)._default_manager.filter(pk=row.pk, mail_at=row.mail_at)
    if not waiting.update(mail_at=next_try, mail_tries=F("mail_tries") + 1):
        return False
    row.mail_at = next_try
    return True


def is_hopeless(row: Row) -> bool:
    """Whether a row has been waiting for so long that nobody would want its mail any more."""
    return row.created_at < timezone.now() - GIVE_UP_AFTER
