"""One run over the outbox: claim, look again, send, settle."""

import logging
from collections.abc import Callable
from datetime import datetime
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.utils import timezone

from accounts.mailing import letters
from accounts.mailing.outbox import claim, is_hopeless
from accounts.models import MAIL_DELAY, MailPreference, Notification, OutgoingMail, User
from accounts.notifications import Notice
from accounts.registry import kinds
from accounts.zones import next_hour_of_day

logger = logging.getLogger(__name__)
T = TypeVar("T", Notification, OutgoingMail)
DIGEST_HOUR = 8  # on the learner's own clock
AT_ONCE = 200
Choice = MailPreference.Choice


class ServerAway(Exception):
    """The mail server went away; what is left waits for the next run."""


def deliver_due() -> int:
    """Send what is due and return how many mails went out; a dead mail server ends the run."""
    if not anything_due():
        return 0
    connection = get_connection()
    try:
        connection.open()
        return send_all(connection)
    except (ServerAway, OSError, SMTPException) as error:
        logger.warning("The mail server does not answer; mails wait: %s", error)
        return 0
    finally:
        close_quietly(connection)


def anything_due() -> bool:
    """Whether a row waits whose time has come."""
    return due(OutgoingMail).exists() or due(Notification).exists()


def due(model: type[models.Model]) -> models.QuerySet:
    """The waiting rows whose time has come, the longest waiting first."""
    return model._default_manager.filter(mail_at__lte=timezone.now()).order_by("mail_at")


def close_quietly(connection: BaseEmailBackend) -> None:
    """Close the connection; a server that is gone already is no problem."""
    try:
        connection.close()
    except (OSError, SMTPException) as error:
        logger.info("Closing the mail connection failed: %s", error)


def send_all(connection: BaseEmailBackend) -> int:
    """Deliver up to AT_ONCE rows of each sort; returns how many mails went out."""
    mails = list(due(OutgoingMail)[:AT_ONCE])
    rows = list(due(Notification).select_related("learner")[:AT_ONCE])
    sent = sum(safely(deliver_account_mail, connection, mail) for mail in mails)
    return sent + sum(safely(deliver_notification, connection, row) for row in rows)


def safely(
    deliver: Callable[[BaseEmailBackend, T], bool], connection: BaseEmailBackend, row: T
) -> bool:
    """Deliver one row; an error in its contents must not keep the others from being sent."""
    try:
        return deliver(connection, row)
    except ServerAway:
        raise
    except Exception:
        # Not the row itself: its text has names in it, and an address may be.
        name = f"{row._meta.label_lower} {row.pk}"
        logger.exception("A mail could not be made and will be tried again: %s", name)
        return False


def send(connection: BaseEmailBackend, message: EmailMessage) -> bool:
    """Hand one mail to the server. False: refused for now. Raises ServerAway when it is gone.

    A refusal of the recipient for good (5xx) counts as sent: trying again can't help.
    """
    message.connection = connection
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        return all(code >= 500 for code, _ in refused.recipients.values())
    except (SMTPServerDisconnected, SMTPConnectError) as error:
        raise ServerAway(str(error)) from error
    except SMTPException as error:
        logger.warning("A mail was refused and will be tried again: %s", error)
        return False
    except OSError as error:
        raise ServerAway(str(error)) from error
    return True


def deliver_account_mail(connection: BaseEmailBackend, mail: OutgoingMail) -> bool:
    """Send a mail about an account and delete its row; whether it went out now."""
    if is_hopeless(mail):
        mail.delete()
        return False
    if not claim(mail):
        return False
    message = EmailMessage(
        mail.subject, mail.body, to=[mail.to], headers={"Message-ID": mail.message_id}
    )
    sent = send(connection, message)
    if sent:
        mail.delete()
    return sent


def deliver_notification(connection: BaseEmailBackend, row: Notification) -> bool:
    """Do what the learner wants with a due notification; whether a mail went out now."""
    choice = choice_of(row)
    if choice == Choice.NONE or is_hopeless(row):
        settle([row])
        return False
    if choice == Choice.DIGEST:
        return deliver_digest(connection, row)
    return claim(row) and send_single(connection, row)


def choice_of(row: Notification) -> str:
    """How this learner wants this kind mailed."""
    chosen = MailPreference.objects.filter(learner=row.learner_id, kind=row.kind)
    return chosen.values_list("choice", flat=True).first() or letters.default_choice(row.kind)


def send_single(connection: BaseEmailBackend, row: Notification) -> bool:
    """Look again at a claimed notification and mail it, if it still is to be mailed."""
    notices, address = recheck([row]), address_of(row.learner)
    if not notices or address is None:
        settle([row])
        return False
    sent = send(connection, letters.single(row, notices[0], address))
    if sent:
        settle([row], emailed=True)
    return sent


def deliver_digest(connection: BaseEmailBackend, row: Notification) -> bool:
    """Put the row off to the learner's next digest, or send that digest when its hour has come."""
    slot = digest_slot(row)
    if slot > timezone.now():
        Notification.objects.filter(pk=row.pk, mail_at=row.mail_at).update(mail_at=slot)
        return False
    rows = digest_rows(row.learner, slot)
    # Whoever gets the first row gets the whole digest; the others look away meanwhile.
    if not rows or rows[0].mail_at > timezone.now() or not claim(rows[0]):  # type: ignore[operator]
        return False
    Notification.objects.filter(pk__in=[r.pk for r in rows]).update(mail_at=rows[0].mail_at)
    return send_digest(connection, row.learner, slot, rows)


def send_digest(
    connection: BaseEmailBackend, learner: User, slot: datetime, rows: list[Notification]
) -> bool:
    """Look again at claimed rows and mail those that still matter as one digest."""
    notices, address = recheck(rows), address_of(learner)
    if not notices or address is None:
        settle(rows)
        return False
    day = f"{slot:%Y%m%d}"
    sent = send(connection, letters.digest(learner, day, notices, address))
    if sent:
        settle(rows, emailed=True)
    return sent


def digest_slot(row: Notification) -> datetime:
    """The digest of a notification; follows from its own time and the reader's zone."""
    return next_hour_of_day(row.created_at + MAIL_DELAY, DIGEST_HOUR, row.learner.time_zone)


def digest_rows(learner: User, slot: datetime) -> list[Notification]:
    """The learner's waiting notifications of one digest, oldest first."""
    waiting = Notification.objects.filter(learner=learner, mail_at__isnull=False)
    rows = waiting.select_related("learner").order_by("pk")
    return [r for r in rows if digest_slot(r) == slot and choice_of(r) == Choice.DIGEST]


def recheck(rows: list[Notification]) -> list[Notice]:
    """What is still to be told, as it reads now: unread, its learner here, its source alive."""
    fresh = Notification.objects.filter(
        pk__in=[row.pk for row in rows],
        read_at=None,
        learner__is_active=True,
        learner__delete_at=None,
    ).select_related("learner")
    return [notice for row in fresh.order_by("pk") if (notice := latest(row)) is not None]


def latest(row: Notification) -> Notice | None:
    """The notice as its kind's owner would write it now; None when it is void."""
    stored = Notice(row.learner, row.key, row.kind, row.text, row.url, row.body)
    if row.kind not in kinds:
        return stored
    return kinds[row.kind].recheck([row]).get(row.pk, stored)


def address_of(learner: User) -> str | None:
    """The learner's verified address, the primary one first; None when there is none."""
    verified = EmailAddress.objects.filter(user=learner, verified=True).order_by("-primary", "pk")
    return verified.values_list("email", flat=True).first()


def settle(rows: list[Notification], *, emailed: bool = False) -> None:
    """Nothing more is to be mailed for these rows."""
    values: dict[str, object] = {"mail_at": None}
    if emailed:
        values["emailed_at"] = timezone.now()
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
