"""`manage.py import_quest FOLDER`: bring a folder of Markdown files onto the site."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course.authoring.revising import Statement, Statements
from course.importing.conflicts import EVERYTHING, Choice, ImportConflict
from course.importing.importer import import_quest, read_and_check
from course.importing.problems import ImportRefused
from course.importing.storing import Counts
from course.models import Change


class Command(BaseCommand):
    help = "Import a quest folder: all of it, or nothing and a list of every mistake."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FOLDER, --check, and whose text wins where both sides were edited."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only look for mistakes")
        for name, whose in (("--ours", "the site's"), ("--theirs", "the folder's")):
            text = f"keep {whose} text where both were edited: of these uids, or of all"
            parser.add_argument(name, nargs="*", metavar="UID", help=text)
        parser.add_argument(
            "--change",
            action="append",
            default=[],
            metavar="KIND[:UID,UID…]",
            help="what readers are told of changed lessons: typo (nothing), clarification (what "
            "changed; the default) or must-redo; with uids of these lessons, else of all others",
        )
        parser.add_argument("--note", default="", help="one line for readers about the change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import or check; mistakes go to standard error, one a line, and end with code 1."""
        statements = read_statements(options["change"], options["note"])
        try:
            if options["check"]:
                read_and_check(options["folder"])
                self.stdout.write("No mistakes found.")
                return
            counts = import_quest(
                folder=options["folder"],
                progress=self.show_progress,
                choice=Choice(uids(options["ours"]), uids(options["theirs"])),
                statements=statements,
            )
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"{len(refused.problems)} mistakes; nothing was written.") from None
        except ImportConflict as conflict:
            self.show_conflicts(conflict)
            count = len(conflict.conflicts)
            raise CommandError(f"{count} conflicts; nothing was written.") from None
        self.stdout.write(told(counts))

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


KINDS = {"typo": Change.TYPO, "clarification": Change.CLARIFICATION, "must-redo": Change.REDO}
NAMES = {value: name for name, value in KINDS.items()}


def read_statements(given: list[str], note: str) -> Statements:
    """What `--change` says; raises CommandError for a kind or a lesson that there is not."""
    by_uid: dict[str, Statement] = {}
    otherwise = Statement(Change.CLARIFICATION, note)
    for each in given:
        kind, colon, names = each.partition(":")
        if kind not in KINDS:
            raise CommandError(f"--change {each}: the kind must be one of {', '.join(KINDS)}.")
        said = Statement(KINDS[kind], note)
        if not colon:
            otherwise = said
            continue
        for uid in names.split(","):
            if not uid:
                raise CommandError(f"--change {each}: a uid is missing.")
            by_uid[uid] = said
    return Statements(otherwise, by_uid)


def told(counts: Counts) -> str:
    """What was done, in one line."""
    said = ", ".join(
        f"{counts.said[kind]} {name}" for kind, name in NAMES.items() if counts.said[kind]
    )
    parts = [
        f"{counts.new} new lessons",
        f"{counts.changed} changed ({said})" if said else "0 changed",
        f"{counts.same} as they were",
        *([f"{counts.kept} kept as the site has them"] if counts.kept else []),
    ]
    return ", ".join(parts) + "."
