"""What a click on "stop these mails" does."""

from django.db import transaction

from accounts.mailing.letters import DIGEST, default_choice
from accounts.models import MailPreference

Choice = MailPreference.Choice


@transaction.atomic
def stop(*, preference: MailPreference) -> None:
    """Mail nothing of this kind any more; the daily mail's token ends all that it gathers."""
    if preference.kind == DIGEST:
        daily = MailPreference.objects.filter(learner=preference.learner, choice=Choice.DIGEST)
        daily.exclude(kind=DIGEST).update(choice=Choice.NONE)
    MailPreference.objects.filter(pk=preference.pk).update(choice=Choice.NONE)


def restart(*, preference: MailPreference) -> None:
    """Mail this kind again. What the daily mail had gathered is for the settings page to say."""
    if preference.kind == DIGEST:
        return
    default = Choice(default_choice(preference.kind))
    choice = Choice.IMMEDIATE if default == Choice.NONE else default
    MailPreference.objects.filter(pk=preference.pk).update(choice=choice)
