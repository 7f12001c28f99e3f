"""`manage.py load_rules`: store the levels and achievements of fixtures/rules/."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gamification.providers import possible
from gamification.reachability import unreachable
from gamification.rulefiles import RuleFileError, read_rule_files, store_rules
from gamification.rules import read_rules

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "rules"


class Command(BaseCommand):
    """Validate both files, then insert or update their rows; idempotent."""

    help = "Store levels and achievements from YAML files; what staff edited stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --folder and --overwrite."""
        parser.add_argument("--folder", type=Path, default=FOLDER)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace what staff edited in the admin, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the files, print a report, and warn about rules that nobody can meet now."""
        try:
            rows = read_rule_files(options["folder"])
            loaded = store_rules(*rows, overwrite=options["overwrite"])
        except RuleFileError as error:
            raise CommandError("Nothing was stored:\n" + "\n".join(error.problems)) from error
        self.stdout.write(f"{len(loaded.added)} added, {len(loaded.changed)} changed")
        for kept in loaded.kept:
            self.stdout.write(f"kept as staff edited it: {kept}")
        self.warn_of_the_unreachable()

    def warn_of_the_unreachable(self) -> None:
        """Print the rules that nobody can meet yet, for instance for lack of lessons."""
        there_is = possible()
        if there_is is None:
            return
        slugs, levels = unreachable(read_rules(), there_is)
        for name in [*slugs, *(f"level {number}" for number in levels)]:
            self.stdout.write(self.style.WARNING(f"nobody can reach yet: {name}"))
