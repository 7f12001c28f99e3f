"""Import a quest folder: read, check, write; all or nothing."""

from pathlib import Path

from django.db import transaction

from course.authoring.revising import Statements
from course.exporting.files import walk
from course.importing.checking import check
from course.importing.conflicts import Choice, kept_uids, remember_imported
from course.importing.files import Folder
from course.importing.nodes import Node
from course.importing.problems import ImportRefused
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

    Raises ImportRefused for mistakes in the folder, ImportConflict for what was edited on the site
    since the last import and is not decided by `choice`.
    """
    node = read_and_check(folder)
    with transaction.atomic():
        kept = kept_uids(node, choice)
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
