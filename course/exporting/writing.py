"""Write a quest into a folder, as the importer reads it."""

import re
import shutil
from pathlib import Path

from course.exporting.files import Files, quest_files
from course.exporting.tree import quest_node
from course.models import Quest

OWN_FILE = re.compile(r"quest\.[a-z]{2}\.md\Z")
CHAPTER = re.compile(r"\d{2,4}-[a-z0-9-]+\Z")


class ExportRefused(Exception):
    """The quest can't be written there; the message says why."""


def export_quest(*, quest: Quest, folder: Path) -> int:
    """Write the quest's files; returns how many. A folder with the quest is brought up to date.

    Raises ExportRefused for a folder with other things in it, and for a part without a text in
    the quest's source language: its file holds what the languages share.
    """
    check_sources(quest)
    check_folder(folder)
    files = quest_files(quest_node(quest))
    clear_chapters(folder, files)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    return len(files)


def check_sources(quest: Quest) -> None:
    """Every part must have a text in the source language."""
    language = quest.source_language
    parts = {
        "quest": Quest.objects.filter(pk=quest.pk),
        "chapter": quest.chapters.all(),
        "lesson": quest.lessons.all(),
    }
    for kind, rows in parts.items():
        missing = rows.exclude(texts__language=language).values_list("uid", flat=True).first()
        if missing:
            raise ExportRefused(f"The {kind} '{missing}' has no text in the language '{language}'.")


def check_folder(folder: Path) -> None:
    """Only an empty folder or one with a quest is written to."""
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is not a folder.")
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if names and not any(OWN_FILE.match(name) for name in names):
        raise ExportRefused(f"{folder} has other files in it.")


def clear_chapters(folder: Path, files: Files) -> None:
    """Remove files of chapters and lessons that are no longer there; nothing else is touched."""
    wanted = {folder / name for name in files}
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_file() and OWN_FILE.match(path.name) and path not in wanted:
            path.unlink()
        elif path.is_dir() and CHAPTER.match(path.name):
            if not any(path in each.parents for each in wanted):
                shutil.rmtree(path)
                continue
            for file in path.rglob("*"):
                if file.is_file() and file not in wanted:
                    file.unlink()
