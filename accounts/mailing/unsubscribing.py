"""Unsubscribing from mails."""

from django.db import transaction

from accounts.mailing.messages import DIGEST, default_choice
from accounts.models import MailPreference

Choice = MailPreference.Choice


@transaction.atomic
def stop(*, preference: MailPreference) -> None:
    """Turn off mails of this kind; for the digest, of every kind it contains."""
    if preference.kind == DIGEST:
        daily = MailPreference.objects.filter(learner=preference.learner, choice=Choice.DIGEST)
        daily.exclude(kind=DIGEST).update(choice=Choice.NONE)
    MailPreference.objects.filter(pk=preference.pk).update(choice=Choice.NONE)


def restart(*, preference: MailPreference) -> None:
    """Turn mails of this kind on again; the kinds within the digest stay unchanged."""
    if preference.kind == DIGEST:
        return
    default = Choice(default_choice(preference.kind))
    choice = Choice.IMMEDIATE if default == Choice.NONE else default
    MailPreference.objects.filter(pk=preference.pk).update(choice=choice)
