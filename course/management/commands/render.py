"""`manage.py render`: render every stored text again after the renderer changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from course.content.rerendering import render_all


class Command(BaseCommand):
    help = "Render every text of lessons, quests, announcements and comments again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --stale, which skips texts of the current renderer."""
        parser.add_argument("--stale", action="store_true", help="only texts of older renderers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Render all; a text that no longer renders keeps its HTML and is reported."""
        done, problems = render_all(stale_only=options["stale"])
        for problem in problems:
            self.stderr.write(problem)
        self.stdout.write(f"{done} texts rendered, {len(problems)} left as they were.")
