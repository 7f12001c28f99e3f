"""`manage.py import_quest FOLDER`: import a folder; `--from PATH`: a course of another make."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from course.authoring.revising import ChangeNote, ChangeNotes
from course.folders.conflicts import EVERYTHING, Choice, ImportConflict
from course.folders.importer import import_quest, read_and_check
from course.folders.problems import ERROR, ImportRefused, Problem
from course.folders.storing import Counts
from course.folders.writing import ExportRefused
from course.foreign.detecting import NoCourse
from course.foreign.mapping import BadMapping
from course.management.importing import (
    MAKES,
    Converted,
    agreed,
    converted,
    described,
    licences,
    note_warnings,
    retold,
)
from course.models import Change


class Command(BaseCommand):
    help = "Import a quest folder: all of it, or nothing and a list of every mistake."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add FOLDER or --from, --check, and options for conflicts and changes."""
        parser.add_argument("folder", type=Path, nargs="?")
        add_foreign_arguments(parser)
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
        if bool(options["folder"]) == bool(options["foreign"]):
            raise CommandError("Name either a quest's FOLDER or --from a course of another make.")
        try:
            if options["foreign"]:
                self.import_foreign(options, change_notes)
            elif options["check"]:
                self.check_folder(options["folder"])
            else:
                counts = self.import_folder(options["folder"], options, change_notes)
                self.show_warnings(counts.warnings)
                self.stdout.write(summary_line(counts))
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            count = sum(problem.severity == ERROR for problem in refused.problems)
            raise CommandError(f"{count} mistakes; nothing was written.") from None
        except ImportConflict as conflict:
            self.show_conflicts(conflict)
            count = len(conflict.conflicts)
            raise CommandError(f"{count} conflicts; nothing was written.") from None
        except (NoCourse, BadMapping, ExportRefused) as refusal:
            raise CommandError(str(refusal)) from None

    def check_folder(self, folder: Path) -> None:
        """Look for mistakes only."""
        node = read_and_check(folder, self.show_progress)
        self.show_warnings(node.warnings)
        self.stdout.write("No mistakes found.")

    def import_folder(
        self, folder: Path, options: dict[str, Any], change_notes: ChangeNotes
    ) -> Counts:
        """Import a folder in our format."""
        return import_quest(
            folder=folder,
            progress=self.show_progress,
            choice=Choice(uids(options["ours"]), uids(options["theirs"])),
            change_notes=change_notes,
        )

    def import_foreign(self, options: dict[str, Any], change_notes: ChangeNotes) -> None:
        """Convert a foreign course and tell what becomes of it; import it when that is agreed."""
        asked = {name: options[name] or "" for name in ("language", "status", "site")}
        source, into = options["foreign"], options["into"]
        with converted(source, into, progress=self.show_progress, **asked) as it:
            if not it.course.pages:
                raise CommandError("No pages were found; nothing was written.")
            problems = self.check_converted(it)
            for line in described(it, everything=options["verbosity"] > 1):
                self.stdout.write(line)
            if options["into"]:
                it.remember()
                self.stdout.write(f"Written in our format to {options['into']}.")
            if problems:
                raise ImportRefused(problems)
            if options["write"] or not (options["check"] or options["into"]):
                self.finish_foreign(it, options, change_notes)

    def check_converted(self, it: Converted) -> list[Problem]:
        """Check the converted folder as every folder is; returns mistakes in the course's files."""
        try:
            note_warnings(it, read_and_check(it.folder, self.show_progress).warnings)
        except ImportRefused as refused:
            return retold(it, [each for each in refused.problems if each.severity == ERROR])
        return []

    def finish_foreign(
        self, it: Converted, options: dict[str, Any], change_notes: ChangeNotes
    ) -> None:
        """Import a converted course if that is agreed, and remember which file is which lesson."""
        for name in licences(it.course):
            self.stdout.write(f"{name} says under which terms the course may be used.")
        if not (options["write"] or agreed("Import this quest?")):
            self.stdout.write("Nothing was written. `--write` imports it.")
            return
        counts = self.import_folder(it.folder, options, change_notes)
        it.remember()
        self.stdout.write(summary_line(counts))
        self.stdout.write(f"{it.mapping_file} says which file is which lesson.")

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

    def show_progress(self, step: str, done: int, every: int) -> None:
        """Show on the terminal how far each step of a long import has come."""
        if every < 50 or not self.stdout.isatty():
            return
        self.stdout.write(
            f"\r{step}: {done} / {every} lessons", ending="\n" if done == every else ""
        )
        self.stdout.flush()


def add_foreign_arguments(parser: ArgumentParser) -> None:
    """Add the options for courses of other makes."""
    parser.add_argument(
        "--from",
        dest="foreign",
        type=Path,
        metavar="PATH",
        help=f"a folder or file of another make ({MAKES}); tells what would become of it",
    )
    parser.add_argument("--write", action="store_true", help="import what --from names")
    text = "write the course in our format into this folder instead of importing it"
    parser.add_argument("--into", type=Path, metavar="FOLDER", help=text)
    parser.add_argument(
        "--language", choices=("ko", "en"), help="of the course; else it is guessed"
    )
    parser.add_argument("--status", choices=("draft", "published"), help="of the new quest")
    parser.add_argument(
        "--site", help="where the course is published, for links that lead out of it"
    )


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
