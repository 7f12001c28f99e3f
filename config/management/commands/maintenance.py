"""`manage.py maintenance on|off`: readers are served, writers are told until when."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import maintenance

MOST_MINUTES = 24 * 60


class Command(BaseCommand):
    help = "Turn away what would write, until a time that is told; pages are served."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add on|off and --minutes."""
        parser.add_argument("what", choices=["on", "off"])
        parser.add_argument("--minutes", type=int, default=30, help="how long (default 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Begin or end it, and say what holds now."""
        if options["what"] == "off":
            was_on = maintenance.end()
            self.stdout.write("Writes are taken again." if was_on else "It was off already.")
            return
        minutes = options["minutes"]
        if not 1 <= minutes <= MOST_MINUTES:
            raise CommandError(f"--minutes must be from 1 to {MOST_MINUTES}.")
        until = timezone.localtime(maintenance.begin(timedelta(minutes=minutes)))
        self.stdout.write(
            f"Writes are turned away until {until:%Y-%m-%d %H:%M %Z}, within a second everywhere. "
            "Workers go on: systemctl stop cwk-worker, where nothing may change."
        )
