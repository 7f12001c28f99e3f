"""Write a quest into a folder in the importer's format."""

import re
import shutil
import unicodedata
from pathlib import Path

from course.folders.canonical import Files, quest_files
from course.folders.files import is_litter
from course.folders.tree import quest_node
from course.models import Quest

OWN_FILE = re.compile(r"(?:quest\.[a-z]{2}\.md|glossary\.[a-z]{2}\.yaml)\Z")
CHAPTER = re.compile(r"\d{2,4}-[a-z0-9-]+\Z")


class ExportRefused(Exception):
    """The quest can't be written there; the message says why."""


def export_quest(*, quest: Quest, folder: Path) -> int:
    """Write or update the quest's files. Returns their number.

    Raises ExportRefused for a folder with other contents, and for a part without a text in the
    quest's source language, whose file holds what the languages share.
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
    """Raise ExportRefused for a part without a text in the source language."""
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
    """Raise ExportRefused unless the folder is empty or holds a quest."""
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is not a folder.")
    paths = list(folder.iterdir()) if folder.is_dir() else []
    names = [path.name for path in paths if not is_litter(path)]
    if names and not any(OWN_FILE.match(name) for name in names):
        raise ExportRefused(f"{folder} has other files in it.")


def clear_chapters(folder: Path, files: Files) -> None:
    """Delete files of removed chapters and lessons; other files are kept."""
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
                if file.is_file() and file not in wanted and not is_other_form(file):
                    file.unlink()


def is_other_form(file: Path) -> bool:
    """Return whether the disk has this file under its name in NFC too: macOS keeps one of both."""
    plain = file.with_name(unicodedata.normalize("NFC", file.name))
    return plain != file and plain.exists() and plain.samefile(file)
