"""Import a quest folder: read, check and write, all or nothing."""

from pathlib import Path

from django.db import transaction

from course.authoring.revising import ChangeNotes
from course.content.images.storing import known_pictures
from course.content.steps import Progress, no_progress
from course.folders.canonical import walk
from course.folders.checking import check, slug_clashes
from course.folders.conflicts import Choice, compare, kept_uids, remember_imported
from course.folders.files import Folder
from course.folders.nodes import Node
from course.folders.problems import ImportRefused, Problem
from course.folders.reading import read_quest
from course.folders.storing import Counts, store
from course.models import Quest

ASK = Choice()


def read_and_check(folder: Path, progress: Progress = no_progress) -> Node:
    """Return the folder's valid quest. Raises ImportRefused with every mistake."""
    files = Folder(folder, known_pictures())
    quest = read_quest(files)
    if quest:
        check(files, quest, progress)
    if files.problems or quest is None:
        raise ImportRefused([*files.problems, *files.warnings])
    quest.warnings = sorted(set(files.warnings))
    return quest


def import_quest(
    *,
    folder: Path,
    progress: Progress = no_progress,
    choice: Choice = ASK,
    change_notes: ChangeNotes = ChangeNotes(),  # noqa: B008 - it can't be changed
) -> Counts:
    """Write the folder's quest in one transaction, or raise and write nothing.

    `change_notes` give the kind of change of each changed lesson. Raises ImportRefused for mistakes
    in the folder and for slugs of lessons that stay, ImportConflict for edits on the site since the
    last import that `choice` doesn't decide.
    """
    node = read_and_check(folder, progress)
    check_named(node, change_notes)
    with transaction.atomic():
        found = compare(node)
        kept = kept_uids(found.conflicts, choice)
        clashes = slug_clashes(node, kept)
        if clashes:
            raise ImportRefused(clashes)
        counts = store(node, progress, kept, change_notes, frozenset(found.same))
        counts.kept, counts.warnings = len(kept), node.warnings
        quest = Quest.objects.get(uid=node.uid)
        remember_imported(quest, absent_from_folder(node) | kept, found.same)
        return counts


def absent_from_folder(node: Node) -> frozenset[str]:
    """Return stored parts that the folder lacks; the import leaves them unchanged."""
    quest = Quest.objects.get(uid=node.uid)
    here = {
        uid
        for rows in (quest.chapters, quest.lessons)
        for uid in rows.values_list("uid", flat=True)
    }
    return frozenset(here - {each.uid for each, _parent in walk(node)})


def check_named(node: Node, change_notes: ChangeNotes) -> None:
    """Raise ImportRefused if a change note names a lesson that is not in the folder."""
    known = {each.uid for each, _parent in walk(node) if each.kind == "lesson"}
    unknown = sorted(change_notes.by_uid.keys() - known)
    if unknown:
        raise ImportRefused([Problem("--change", 0, f"no lesson '{uid}' here") for uid in unknown])
