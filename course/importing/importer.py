"""Import a quest folder: read, check, write; all or nothing."""

from pathlib import Path

from django.db import transaction

from course.authoring.revising import Statements
from course.exporting.files import walk
from course.importing.checking import check, slug_clashes
from course.importing.conflicts import Choice, kept_uids, remember_imported
from course.importing.files import Folder
from course.importing.nodes import Node
from course.importing.problems import ImportRefused, Problem
from course.importing.reading import read_quest
from course.importing.storing import Counts, Progress, store
from course.models import Quest

ASK = Choice()


def no_progress(done: int, every: int) -> None:
    """Tell nobody."""


def read_and_check(folder: Path) -> Node:
    """The folder's quest, ready to be written; raises ImportRefused with every mistake."""
    files = Folder(folder)
    quest = read_quest(files)
    if quest:
        check(files, quest)
    if files.problems or quest is None:
        raise ImportRefused(files.problems)
    return quest


def import_quest(
    *,
    folder: Path,
    progress: Progress = no_progress,
    choice: Choice = ASK,
    statements: Statements = Statements(),  # noqa: B008 - it can't be changed
) -> Counts:
    """Write the folder's quest in one transaction, or raise and write nothing.

    `statements` say of the changed lessons what kind of change it is.

    Raises ImportRefused for mistakes in the folder and for slugs that lessons of the site keep,
    ImportConflict for what was edited on the site since the last import and is not decided by
    `choice`.
    """
    node = read_and_check(folder)
    check_named(node, statements)
    with transaction.atomic():
        kept = kept_uids(node, choice)
        clashes = slug_clashes(node, kept)
        if clashes:
            raise ImportRefused(clashes)
        counts = store(node, progress, kept, statements)
        counts.kept = len(kept)
        remember_imported(Quest.objects.get(uid=node.uid), untouched(node) | kept)
        return counts


def untouched(node: Node) -> frozenset[str]:
    """Parts of the quest that the folder does not have: the import said nothing about them."""
    quest = Quest.objects.get(uid=node.uid)
    here = {
        uid
        for rows in (quest.chapters, quest.lessons)
        for uid in rows.values_list("uid", flat=True)
    }
    return frozenset(here - {each.uid for each, _parent in walk(node)})


def check_named(node: Node, statements: Statements) -> None:
    """Whoever says something about a lesson means one of the folder; raises ImportRefused."""
    known = {each.uid for each, _parent in walk(node) if each.kind == "lesson"}
    unknown = sorted(statements.by_uid.keys() - known)
    if unknown:
        raise ImportRefused([Problem("--change", 0, f"no lesson '{uid}' here") for uid in unknown])
