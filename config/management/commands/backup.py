"""`manage.py backup FILE`: write a backup of the whole site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.writing import write


class Command(BaseCommand):
    """Writes a backup while the site runs."""

    help = "Write the whole site (tables and uploads of one moment) to FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FILE."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup and print its size."""
        try:
            manifest = write(options["file"])
        except OSError as error:
            raise CommandError(f"Can't write {options['file']}: {error}") from error
        rows = sum(table["count"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{rows} rows and {len(manifest['media'])} files are in {options['file']}."
        )
