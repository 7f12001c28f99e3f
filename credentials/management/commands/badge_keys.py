"""`manage.py badge_keys`: make or rotate the keys that sign certificates and achievements."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credentials.badges.keys import BadKeys, name_of, new_keys, read_keys, rotated


class Command(BaseCommand):
    """Make, rotate or list the keys in a file for BADGE_KEYS_FILE."""

    help = (
        "Make the keys that sign certificates (`make FILE`), put a new one before the old "
        "(`rotate FILE`), or list them (`show FILE`). The file is for BADGE_KEYS_FILE."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what to do, and the file."""
        parser.add_argument("what", choices=["make", "rotate", "show"])
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print the keys' names."""
        path: Path = options["file"]
        try:
            if options["what"] == "make":
                if path.exists():
                    raise CommandError(f"{path} is there already; use `rotate`.")
                write(path, new_keys())
            elif options["what"] == "rotate":
                write(path, rotated(path.read_text()))
            keys = read_keys(path.read_text())
        except (OSError, BadKeys) as error:
            raise CommandError(str(error)) from error
        for number, key in enumerate(keys):
            does = "signs" if number == 0 else "verifies"
            self.stdout.write(f"{name_of(key)} {does}")
        if options["what"] != "show":
            self.stdout.write("Restart the site, so that every process reads the file.")


def write(path: Path, text: str) -> None:
    """Replace a file by one that only its owner may read; a crash leaves the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent)  # made with mode 600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
