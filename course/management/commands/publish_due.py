"""`manage.py publish_due`: publish the scheduled lessons that are due."""

from typing import Any

from django.core.management.base import BaseCommand

from course.authoring.schedule import publish_due


class Command(BaseCommand):
    help = "Publish the lessons whose time has come; the worker does the same on its own."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish and print their number."""
        self.stdout.write(f"{publish_due()} lessons published.")
