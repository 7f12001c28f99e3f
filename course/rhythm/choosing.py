"""Save what a learner chose: goal, reminder, quiet hours, weekly letter."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import MailPreference, User
from course.models import Rhythm
from course.rhythm import letters, reminding
from course.rhythm.goals import LIMITS, Unit

Choice = MailPreference.Choice


@dataclass(frozen=True)
class Chosen:
    """What the settings say; `goal_unit` is empty for no goal, `remind_hour` None for never."""

    goal_unit: str = ""
    goal_amount: int = 0
    remind_hour: int | None = None
    remind_by_mail: bool = True
    letter: bool = False
    quiet_from: int = 22
    quiet_until: int = 8


def rhythm_of(learner: User) -> Rhythm:
    """Return the learner's row, or one without a goal; one query."""
    return Rhythm.objects.filter(learner=learner).first() or Rhythm(learner=learner)


def mailed(learner: User, kind: str) -> bool:
    """Return whether the learner has this kind of notification mailed; one query."""
    row = MailPreference.objects.filter(learner=learner, kind=kind).first()
    return row is None or row.choice != Choice.NONE


def chosen_of(learner: User) -> Chosen:
    """Return what the learner chose; three queries."""
    row = rhythm_of(learner)
    return Chosen(
        goal_unit=row.goal_unit,
        goal_amount=row.goal_amount,
        remind_hour=row.remind_hour,
        remind_by_mail=mailed(learner, reminding.KIND),
        letter=letters.wants_letter(learner),
        quiet_from=learner.quiet_from,
        quiet_until=learner.quiet_until,
    )


@transaction.atomic
def choose(*, learner: User, chosen: Chosen) -> None:
    """Save the choices. Raises ValueError for a goal outside of its limits."""
    if chosen.goal_unit:
        least, most = LIMITS[Unit(chosen.goal_unit)]
        if not least <= chosen.goal_amount <= most:
            raise ValueError("this goal is outside of its limits")
    hour = chosen.remind_hour
    now = timezone.now()
    at = None if hour is None else reminding.next_reminder(hour, learner.time_zone, now)
    Rhythm.objects.update_or_create(
        learner=learner,
        defaults={
            "goal_unit": chosen.goal_unit,
            "goal_amount": chosen.goal_amount if chosen.goal_unit else 0,
            "remind_hour": hour,
            "remind_at": at,
            "letter_at": letters.next_letter(learner.time_zone, now),
        },
    )
    learner.quiet_from, learner.quiet_until = chosen.quiet_from, chosen.quiet_until
    learner.save(update_fields=["quiet_from", "quiet_until"])
    mail_kind(learner, reminding.KIND, chosen.remind_by_mail)
    mail_kind(learner, letters.KIND, chosen.letter)


def mail_kind(learner: User, kind: str, on: bool) -> None:
    """Switch the mails of one kind on or off; links in mails already sent stay valid."""
    choice = Choice.IMMEDIATE if on else Choice.NONE
    MailPreference.objects.update_or_create(learner=learner, kind=kind, defaults={"choice": choice})
