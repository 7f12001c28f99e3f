"""Queue for mails that are no notifications, sent by the worker."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import MailPreference, OutgoingMail
from accounts.tasks import deliver_mail


def post(
    *, to: str, subject: str, body: str, preference: MailPreference | None = None
) -> OutgoingMail:
    """Queue a mail and wake the worker. One with a preference is dropped once that says never."""
    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            to=to,
            subject=" ".join(subject.split())[:300],
            body=body,
            message_id=f"<{secrets.token_urlsafe(18)}@{settings.SITE_HOST}>",
            mail_at=timezone.now(),
            preference=preference,
        )
        deliver_mail.enqueue()
    return mail
