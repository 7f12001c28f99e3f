"""`manage.py new_epoch`: to be run after a restore from a backup."""

from typing import Any

from django.core.management.base import BaseCommand

from course.progress.epochs import start_new_epoch


class Command(BaseCommand):
    """Make every browser send again what it still holds."""

    help = "Run after restoring a backup: browsers then send again what the backup lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Give every learner's progress a new epoch."""
        self.stdout.write(f"{start_new_epoch()} learners' browsers will send again what they hold.")
