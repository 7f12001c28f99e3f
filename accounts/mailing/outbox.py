"""Queue for mails about an account, sent by the worker."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.tasks import deliver_mail


def post(*, to: str, subject: str, body: str) -> OutgoingMail:
    """Queue a mail about an account and wake the worker."""
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
