"""Whether what nobody sees goes on: mails, jobs, the worker, backups."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Notification, OutgoingMail
from pagecache.models import SiteFact

# Sweeps come twice a minute, a backup every night, and a code is no use after ten minutes.
LATE_MAIL, LATE_SWEEP, LATE_BACKUP = 5 * 60, 5 * 60, 26 * 60 * 60
MANY_TASKS = 1000


@dataclass(frozen=True)
class Pulse:
    """Ages in seconds, and a count. None: it never happened."""

    mail_seconds: float
    tasks_waiting: int
    sweep_seconds: float | None
    backup_seconds: float | None

    def warnings(self) -> list[str]:
        """Return what an operator should look at. What never happened is no reason to warn."""
        found = {
            "mails are not sent": self.mail_seconds > LATE_MAIL,
            "many jobs wait": self.tasks_waiting > MANY_TASKS,
            "the worker does not sweep": (self.sweep_seconds or 0) > LATE_SWEEP,
            "the last backup is old": (self.backup_seconds or 0) > LATE_BACKUP,
        }
        return [text for text, is_so in found.items() if is_so]


def take_pulse() -> Pulse:
    """Return the site's pulse; four queries. Raises DatabaseError."""
    facts = dict(SiteFact.objects.values_list("name", "at"))
    return Pulse(
        mail_seconds=oldest_mail(),
        tasks_waiting=DBTaskResult.objects.ready().count(),
        sweep_seconds=age(facts.get("sweep")),
        backup_seconds=age(facts.get("backup")),
    )


def oldest_mail() -> float:
    """Return the age of the oldest mail that should have been sent; 0 when none waits.

    A notification waits from when its mail is due, or since it was made when a try has failed.
    """
    outgoing = OutgoingMail.objects.filter(mail_at__isnull=False).aggregate(at=Min("created_at"))
    now = timezone.now()
    overdue = Notification.objects.filter(
        Q(mail_at__lte=now) | Q(mail_at__isnull=False, mail_tries__gt=0)
    ).aggregate(at=Min("created_at", filter=Q(mail_tries__gt=0)), due=Min("mail_at"))
    moments = [each for each in (outgoing["at"], overdue["at"], overdue["due"]) if each]
    return max((now - each).total_seconds() for each in moments) if moments else 0.0


def age(moment: datetime | None) -> float | None:
    """Return the seconds since then."""
    return (timezone.now() - moment).total_seconds() if moment else None
