"""Send the due mails once, for sites that use cron instead of a worker."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.mailing.delivery import deliver_due


class Command(BaseCommand):
    """Send all due mails once."""

    help = "Send the mails that are due, once. `db_worker` does this by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the mails and print their number."""
        self.stdout.write(f"{deliver_due()} mails sent.")
