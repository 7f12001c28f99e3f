"""`manage.py recount_xp`: check that every learner's XP is the sum of the ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gamification.recount import differences, put_right


class Command(BaseCommand):
    """Compare each total with the sum of its ledger lines, and correct differences."""

    help = "Compare each learner's XP with the sum of the ledger and put right what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --dry-run."""
        parser.add_argument(
            "--dry-run", action="store_true", help="only show differences; exit code 1 if any"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each difference and whether it was corrected."""
        found = list(differences())
        for difference in found:
            self.stdout.write(
                f"learner {difference.learner_id}: total {difference.total},"
                f" ledger {difference.ledger}"
            )
            if not options["dry_run"]:
                put_right(difference.learner_id)
        if found and options["dry_run"]:
            raise CommandError(f"{len(found)} totals differ from the ledger", returncode=1)
        done = f"{len(found)} put right" if found else "every total is the sum of its ledger"
        self.stdout.write(done)
