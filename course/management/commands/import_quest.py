"""`manage.py import_quest FOLDER`: bring a folder of Markdown files onto the site."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course.importing.conflicts import EVERYTHING, Choice, ImportConflict
from course.importing.importer import import_quest, read_and_check
from course.importing.problems import ImportRefused


class Command(BaseCommand):
    help = "Import a quest folder: all of it, or nothing and a list of every mistake."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FOLDER, --check, and whose text wins where both sides were edited."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only look for mistakes")
        for name, whose in (("--ours", "the site's"), ("--theirs", "the folder's")):
            text = f"keep {whose} text where both were edited: of these uids, or of all"
            parser.add_argument(name, nargs="*", metavar="UID", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import or check; mistakes go to standard error, one a line, and end with code 1."""
        try:
            if options["check"]:
                read_and_check(options["folder"])
                self.stdout.write("No mistakes found.")
                return
            counts = import_quest(
                folder=options["folder"],
                progress=self.show_progress,
                choice=Choice(uids(options["ours"]), uids(options["theirs"])),
            )
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(refused.problems)} mistakes; nothing was written.") from None
        except ImportConflict as conflict:
            self.show_conflicts(conflict)
            count = len(conflict.conflicts)
            raise CommandError(f"{count} conflicts; nothing was written.") from None
        self.stdout.write(
            f"{counts.new} new lessons, {counts.changed} changed, {counts.same} as they were"
            f"{f', {counts.kept} kept as the site has them' if counts.kept else ''}."
        )

    def show_conflicts(self, conflict: ImportConflict) -> None:
        """Each conflict with its diff, and how to decide."""
        for each in conflict.conflicts:
            self.stderr.write(f"{each}\n")
        names = " ".join(each.uid for each in conflict.conflicts)
        self.stderr.write(
            f"Keep the site's text:     --ours {names}\n"
            f"Take the folder's text:   --theirs {names}\n"
            "Without names either means all conflicts."
        )

    def show_progress(self, done: int, every: int) -> None:
        """A counter on the terminal when there is much to wait for."""
        if every < 50 or not sys.stdout.isatty():
            return
        self.stdout.write(f"\r{done} / {every} lessons", ending="\n" if done == every else "")
        self.stdout.flush()


def uids(given: list[str] | None) -> frozenset[str]:
    """An option's uids; the option without any means everything."""
    return frozenset() if given is None else frozenset(given or [EVERYTHING])
