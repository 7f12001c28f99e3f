"""`manage.py restore FILE`: replace the site's contents by a backup."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.drill import DrillFailed, drill
from config.backup.others import others_connected
from config.backup.restoring import RestoreRefused, RollbackFailed, restore


class Command(BaseCommand):
    """Restores all of a backup, or nothing."""

    help = "Replace the site by what `manage.py backup` wrote to FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FILE, --overwrite and --drill."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--overwrite", action="store_true", help="replace a site that has people or quests"
        )
        parser.add_argument(
            "--drill", action="store_true", help="only try it, in a database that is dropped again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore the backup, or print why it was refused; warn of processes that still run."""
        if options["drill"]:
            self.drill(options["file"])
            return
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

    def drill(self, file: Path) -> None:
        """Restore into a scratch database and compare. Raises CommandError for a difference."""
        try:
            found = drill(file)
        except DrillFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{file} can be restored: {found.rows} rows in {found.tables} tables and {found.files} "
            f"files came back as they were, in {found.seconds:.0f} s."
        )
