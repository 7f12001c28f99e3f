"""`manage.py push_key`: make the key with which this site signs its pushes."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.push.keys import new_key


class Command(BaseCommand):
    """Print a new key for PUSH_KEY; stores nothing."""

    help = "Print a new PUSH_KEY. Keep it: with another one, every device has to subscribe again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the key as a line of the environment file."""
        self.stdout.write(f"PUSH_KEY={new_key()}")
