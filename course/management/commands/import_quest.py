"""`manage.py import_quest FOLDER`: import a folder of Markdown files."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course.authoring.revising import ChangeNote, ChangeNotes
from course.folders.conflicts import EVERYTHING, Choice, ImportConflict
from course.folders.importer import import_quest, read_and_check
from course.folders.problems import ERROR, ImportRefused, Problem
from course.folders.storing import Counts
from course.models import Change


class Command(BaseCommand):
    help = "Import a quest folder: all of it, or nothing and a list of every mistake."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FOLDER, --check, and options that resolve conflicts and describe changes."""
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
        """Import or check; prints mistakes to standard error, one per line, and exits with 1."""
        change_notes = read_statements(options["change"], options["note"])
        try:
            if options["check"]:
                node = read_and_check(options["folder"])
                self.show_warnings(node.warnings)
                self.stdout.write("No mistakes found.")
                return
            counts = import_quest(
                folder=options["folder"],
                progress=self.show_progress,
                choice=Choice(uids(options["ours"]), uids(options["theirs"])),
                change_notes=change_notes,
            )
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            count = sum(problem.severity == ERROR for problem in refused.problems)
            raise CommandError(f"{count} mistakes; nothing was written.") from None
        except ImportConflict as conflict:
            self.show_conflicts(conflict)
            count = len(conflict.conflicts)
            raise CommandError(f"{count} conflicts; nothing was written.") from None
        self.show_warnings(counts.warnings)
        self.stdout.write(summary_line(counts))

    def show_warnings(self, warnings: list[Problem]) -> None:
        """Print warnings, one per line."""
        for problem in warnings:
            self.stderr.write(str(problem))

    def show_conflicts(self, conflict: ImportConflict) -> None:
        """Print each conflict with its diff, and how to resolve it."""
        for each in conflict.conflicts:
            self.stderr.write(f"{each}\n")
        names = " ".join(each.uid for each in conflict.conflicts)
        self.stderr.write(
            f"Keep the site's text:     --ours {names}\n"
            f"Take the folder's text:   --theirs {names}\n"
            "Without names either means all conflicts."
        )

    def show_progress(self, done: int, every: int) -> None:
        """Show a counter on the terminal during a long import."""
        if every < 50 or not sys.stdout.isatty():
            return
        self.stdout.write(f"\r{done} / {every} lessons", ending="\n" if done == every else "")
        self.stdout.flush()


def uids(given: list[str] | None) -> frozenset[str]:
    """Return an option's uids; `*` if it has none."""
    return frozenset() if given is None else frozenset(given or [EVERYTHING])


KINDS = {"typo": Change.TYPO, "clarification": Change.CLARIFICATION, "must-redo": Change.REDO}
NAMES = {value: name for name, value in KINDS.items()}


def read_statements(given: list[str], note: str) -> ChangeNotes:
    """Parse `--change`. Raises CommandError for an unknown kind or lesson."""
    by_uid: dict[str, ChangeNote] = {}
    otherwise = ChangeNote(Change.CLARIFICATION, note)
    for each in given:
        kind, colon, names = each.partition(":")
        if kind not in KINDS:
            raise CommandError(f"--change {each}: the kind must be one of {', '.join(KINDS)}.")
        said = ChangeNote(KINDS[kind], note)
        if not colon:
            otherwise = said
            continue
        for uid in names.split(","):
            if not uid:
                raise CommandError(f"--change {each}: a uid is missing.")
            by_uid[uid] = said
    return ChangeNotes(otherwise, by_uid)


def summary_line(counts: Counts) -> str:
    """One-line summary of the import."""
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
