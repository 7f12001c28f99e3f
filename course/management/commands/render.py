"""`manage.py render`: render every stored text again, after a release that changed the renderer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from course.rerendering import render_all


class Command(BaseCommand):
    help = "Render every text of lessons, quests, announcements and comments again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--stale limits the work to what an older renderer made."""
        parser.add_argument("--stale", action="store_true", help="only texts of older renderers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Render; a text that no longer renders keeps its old HTML and is named."""
        done, problems = render_all(stale_only=options["stale"])
        for problem in problems:
            self.stderr.write(problem)
        self.stdout.write(f"{done} texts rendered, {len(problems)} left as they were.")
