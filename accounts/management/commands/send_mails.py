"""Send the waiting mails once, for sites that prefer cron to a worker."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.mailing.delivery import deliver_due


class Command(BaseCommand):
    """One run over the mail outbox."""

    help = "Send the mails that are due, once. `db_worker` does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and say how many went out."""
        self.stdout.write(f"{deliver_due()} mails sent.")
