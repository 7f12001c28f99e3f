"""`manage.py new_epoch`: run after restoring the database from a backup."""

from typing import Any

from django.core.management.base import BaseCommand

from course.progress.epochs import start_new_epoch


class Command(BaseCommand):
    """Makes every browser send its progress again."""

    help = "Run after restoring a backup: browsers then send again what the backup lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start a new epoch for every learner's progress."""
        self.stdout.write(f"{start_new_epoch()} learners' browsers will send again what they hold.")
