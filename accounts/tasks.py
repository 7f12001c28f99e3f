"""Background tasks of accounts.

The database rows say what is to be done; a task only triggers looking at them. So a task that is
lost or runs twice does no harm.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from django_tasks import task

from accounts.deletion import erase_due, forget_abandoned
from accounts.mailing.delivery import deliver_due
from accounts.push.delivery import push_due
from accounts.registry import chores
from pagecache.models import SiteFact

logger = logging.getLogger(__name__)
FINISHED_TASKS_KEPT = timedelta(days=1)


@task()
def deliver_mail() -> int:
    """Send the due mails. Returns their number."""
    return deliver_due()


@task()
def sweep() -> None:
    """Do everything that is due: mails, deletions, and the chores of the other apps."""
    jobs = {"mail": deliver_due, "push": push_due, "erase": erase_due, **chores}
    if cache.add("accounts:hourly", True, timeout=3600):
        jobs |= {"sessions": clear_sessions, "abandoned": forget_abandoned, "tasks": prune_tasks}
    for name, job in jobs.items():
        try:
            job()
        except Exception:
            logger.exception("The chore %r failed and will be tried at the next sweep", name)
    SiteFact.note("sweep")


def clear_sessions() -> None:
    """Delete expired sessions."""
    call_command("clearsessions")


def prune_tasks() -> None:
    """Delete old task rows, including those that a killed worker left as RUNNING."""
    if "DatabaseBackend" not in settings.TASKS["default"]["BACKEND"]:
        return
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(started_at__lt=timezone.now() - FINISHED_TASKS_KEPT).delete()
