"""`manage.py backup FILE`: write a backup of the whole site."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from config.backup.restoring import RestoreRefused, check_file
from config.backup.tables import applied_migrations
from config.backup.writing import write
from pagecache.models import SiteFact
from pagecache.outages import is_outage


class Command(BaseCommand):
    """Writes a backup while the site runs."""

    help = "Write the whole site (tables and uploads of one moment) to FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FILE and --check."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only check a backup in FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup, or check one, and print its size."""
        if options["check"]:
            self.check_file(options["file"])
            return
        try:
            manifest = write(options["file"])
        except OSError as error:
            raise CommandError(f"Can't write {options['file']}: {error}") from error
        self.note(datetime.fromisoformat(manifest["made_at"]))
        rows = sum(table["count"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{rows} rows and {len(manifest['media'])} files are in {options['file']}."
        )

    def note(self, made_at: datetime) -> None:
        """Note the moment for /readyz and the metrics, where the database takes writes."""
        try:
            SiteFact.note("backup", made_at)
        except DatabaseError as error:
            if not is_outage(error):
                raise
            self.stderr.write("The backup is made; that it was could not be noted.")

    def check_file(self, file: Path) -> None:
        """Read all of a backup and compare it with its list. Raises CommandError."""
        try:
            manifest = check_file(file)
        except (RestoreRefused, OSError) as error:
            raise CommandError(str(error)) from None
        rows = sum(table["count"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{file} is whole: {rows} rows and {len(manifest['media'])} files "
            f"of {manifest['made_at']}."
        )
        if set(manifest["migrations"]) != set(applied_migrations()):
            self.stdout.write("It is of another release: only that one can restore it.")
