"""`manage.py restore FILE`: replace the site's contents by a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.others import others_connected
from config.backup.restoring import RestoreRefused, RollbackFailed, restore


class Command(BaseCommand):
    """Restores all of a backup, or nothing."""

    help = "Replace the site by what `manage.py backup` wrote to FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FILE and --overwrite."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace a site that has people or quests"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore the backup, or print why it was refused; warn of processes that still run."""
        if options["overwrite"] and (count := others_connected()):
            self.stderr.write(
                f"{count} other connections to the database are open. What they write meanwhile "
                "is lost: stop the web processes and the workers before a restore."
            )
        try:
            manifest = restore(options["file"], overwrite=options["overwrite"])
        except (RestoreRefused, RollbackFailed) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The site is as it was at {manifest['made_at']}.")
