"""One run over the outbox: claim, recheck, send, mark done."""

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

from accounts.mailing import messages
from accounts.mailing.claiming import claim, is_expired
from accounts.models import MAIL_DELAY, MailPreference, Notification, OutgoingMail, User
from accounts.notifications import Notice
from accounts.registry import kinds
from accounts.zones import next_hour_of_day

logger = logging.getLogger(__name__)
T = TypeVar("T", Notification, OutgoingMail)
DIGEST_HOUR = 8  # on the learner's own clock
AT_ONCE = 200
MOST_TOGETHER = 50  # notifications that one mail looks through
Choice = MailPreference.Choice


class ServerAway(Exception):
    """The mail server is unreachable; the remaining rows wait for the next run."""


def deliver_due() -> int:
    """Send due mails and return their number; stops when the mail server is unreachable."""
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
    """Return whether any row is due."""
    return due(OutgoingMail).exists() or due(Notification).exists()


def due(model: type[models.Model]) -> models.QuerySet:
    """Return due rows, oldest first."""
    return model._default_manager.filter(mail_at__lte=timezone.now()).order_by("mail_at")


def close_quietly(connection: BaseEmailBackend) -> None:
    """Close the connection and ignore errors of a server that is already gone."""
    try:
        connection.close()
    except (OSError, SMTPException) as error:
        logger.info("Closing the mail connection failed: %s", error)


def send_all(connection: BaseEmailBackend) -> int:
    """Deliver up to AT_ONCE rows of each type. Returns the number of mails sent."""
    mails = list(due(OutgoingMail).select_related("preference")[:AT_ONCE])
    rows = list(due(Notification).select_related("learner")[:AT_ONCE])
    sent = sum(deliver_safely(deliver_account_mail, connection, mail) for mail in mails)
    return sent + sum(deliver_safely(deliver_notification, connection, row) for row in rows)


def deliver_safely(
    deliver: Callable[[BaseEmailBackend, T], bool], connection: BaseEmailBackend, row: T
) -> bool:
    """Deliver one row and log any error in its contents, so that the others are still sent."""
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
    """Send one mail. Returns False when refused temporarily. Raises ServerAway when unreachable.

    A permanent refusal of the recipient (5xx) counts as sent: trying again can't help.
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
    """Send a mail of the outbox and delete its row. Returns whether it was sent."""
    wish = mail.preference
    if is_expired(mail) or (wish is not None and wish.choice == Choice.NONE):
        mail.delete()
        return False
    if not claim(mail):
        return False
    headers = {"Message-ID": mail.message_id}
    if wish is not None:
        headers |= messages.stop_headers(messages.stop_link(wish))
    message = EmailMessage(mail.subject, mail.body, to=[mail.to], headers=headers)
    sent = send(connection, message)
    if sent:
        mail.delete()
    return sent


def deliver_notification(connection: BaseEmailBackend, row: Notification) -> bool:
    """Deliver a due notification by the learner's preference. Returns whether a mail was sent."""
    choice = choice_of(row)
    if choice == Choice.NONE or is_expired(row):
        mark_done([row])
        return False
    if choice == Choice.DIGEST:
        return deliver_digest(connection, row)
    return claim(row) and send_single(connection, row)


def choice_of(row: Notification) -> str:
    """Return the learner's mail preference for this kind; a timed kind never waits for a digest."""
    chosen = MailPreference.objects.filter(learner=row.learner_id, kind=row.kind)
    choice = chosen.values_list("choice", flat=True).first() or messages.default_choice(row.kind)
    timed = row.kind in kinds and kinds[row.kind].timed
    return Choice.IMMEDIATE if timed and choice == Choice.DIGEST else choice


def send_single(connection: BaseEmailBackend, row: Notification) -> bool:
    """Recheck a claimed notification and send it if it is still valid.

    What waits of the same conversation goes out with it: three replies are one mail.
    """
    notices, address = recheck([row]), address_of(row.learner)
    if not notices or address is None:
        mark_done([row])
        return False
    others = waiting_beside(row, notices[0].group) if notices[0].group else []
    found = [notices[0], *(notice for _row, notice in others)]
    sent = send(connection, messages.single(row, found, address))
    if sent:
        mark_done([row, *(each for each, _notice in others)], emailed=True)
    return sent


def waiting_beside(row: Notification, group: str) -> list[tuple[Notification, Notice]]:
    """Claim the learner's other notifications of a group that wait to be mailed one by one."""
    rows = Notification.objects.filter(learner=row.learner_id, mail_at__isnull=False, read_at=None)
    rows = rows.filter(kind__in=kinds).exclude(pk=row.pk).select_related("learner").order_by("pk")
    found = []
    for other in rows[:MOST_TOGETHER]:
        notice = latest(other)
        together = notice is not None and notice.group == group and not is_expired(other)
        if notice and together and choice_of(other) == Choice.IMMEDIATE and claim(other):
            found.append((other, notice))
    return found


def deliver_digest(connection: BaseEmailBackend, row: Notification) -> bool:
    """Postpone the row to the next digest, or send the digest if it is due."""
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
    """Recheck claimed rows and send those that are still valid as one digest."""
    notices, address = recheck(rows), address_of(learner)
    if not notices or address is None:
        mark_done(rows)
        return False
    day = f"{slot:%Y%m%d}"
    sent = send(connection, messages.digest(learner, day, notices, address))
    if sent:
        mark_done(rows, emailed=True)
    return sent


def digest_slot(row: Notification) -> datetime:
    """Return the time of a notification's digest, from its creation time and the learner's zone."""
    return next_hour_of_day(row.created_at + MAIL_DELAY, DIGEST_HOUR, row.learner.time_zone)


def digest_rows(learner: User, slot: datetime) -> list[Notification]:
    """Return the learner's queued notifications of one digest, oldest first."""
    waiting = Notification.objects.filter(learner=learner, mail_at__isnull=False)
    rows = waiting.select_related("learner").order_by("pk")
    return [r for r in rows if digest_slot(r) == slot and choice_of(r) == Choice.DIGEST]


def recheck(rows: list[Notification]) -> list[Notice]:
    """Return current notices of the rows that are still unread and valid."""
    fresh = Notification.objects.filter(
        pk__in=[row.pk for row in rows],
        read_at=None,
        learner__is_active=True,
        learner__delete_at=None,
    ).select_related("learner")
    return [notice for row in fresh.order_by("pk") if (notice := latest(row)) is not None]


def latest(row: Notification) -> Notice | None:
    """Return the notice in its current wording, or None when it is no longer valid."""
    stored = Notice(row.learner, row.key, row.kind, row.text, row.url, row.body)
    if row.kind not in kinds:
        return stored
    return kinds[row.kind].recheck([row]).get(row.pk, stored)


def address_of(learner: User) -> str | None:
    """Return the learner's verified address, preferably the primary one, or None."""
    verified = EmailAddress.objects.filter(user=learner, verified=True).order_by("-primary", "pk")
    return verified.values_list("email", flat=True).first()


def mark_done(rows: list[Notification], *, emailed: bool = False) -> None:
    """Mark the rows as done, so that they are not mailed again."""
    values: dict[str, object] = {"mail_at": None}
    if emailed:
        values["emailed_at"] = timezone.now()
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
