"""Import a quest folder: read, check, write; all or nothing."""

from pathlib import Path

from django.db import transaction

from course.importing.checking import check
from course.importing.files import Folder
from course.importing.problems import ImportRefused
from course.importing.reading import Node, read_quest
from course.importing.storing import Counts, Progress, store


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


def import_quest(*, folder: Path, progress: Progress = no_progress) -> Counts:
    """Write the folder's quest in one transaction; raises ImportRefused and writes nothing."""
    quest = read_and_check(folder)
    with transaction.atomic():
        return store(quest, progress)
