"""The file in a foreign course's folder that says which of its files is which lesson.

It is written once something of the course is, so that a second import finds the same lessons, also
after titles were changed and files were moved. What a person adds to it counts before proposals.
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from course.content.yamls import dump, load
from course.foreign.pages import Course

NAME = "quest-import.yaml"
HEAD = """\
# Which file is which lesson: keep this file, a second import finds the lessons by it.
# `title`, `summary`, `minutes`, `status` and `skip: true` may be added to a lesson, `title` to a
# chapter, and `title`, `summary`, `emoji`, `status`, `position` to the quest.
"""


class BadMapping(Exception):
    """The mapping file can't be used; the message says why."""


@dataclass
class Mapping:
    """What the file says, and what this import adds to it."""

    quest: dict[str, Any] = field(default_factory=dict)
    chapters: dict[str, dict[str, Any]] = field(default_factory=dict)
    lessons: dict[str, dict[str, Any]] = field(default_factory=dict)

    def text(self) -> str:
        """Return the file."""
        parts = {"quest": self.quest, "chapters": self.chapters, "lessons": self.lessons}
        return HEAD + dump({name: rows for name, rows in parts.items() if rows})


def file_of(path: Path) -> Path:
    """Return where the mapping of a folder or of a single file is kept."""
    return path / NAME if path.is_dir() else path.with_name(f"{path.stem}.{NAME}")


def read_mapping(path: Path) -> Mapping:
    """Return the mapping, empty at the first import. Raises BadMapping."""
    if not path.is_file():
        return Mapping()
    try:
        value, _node = load(path.read_text(encoding="utf-8"))
    except Exception as error:  # whatever is wrong with a file that a person has edited
        raise BadMapping(f"{path.name} can't be read: {error}") from None
    value = value if isinstance(value, dict) else {}
    parts = [value.get(name) or {} for name in ("quest", "chapters", "lessons")]
    rows = [row for part in parts[1:] if isinstance(part, dict) for row in part.values()]
    if not all(isinstance(each, dict) for each in (*parts, *rows)):
        raise BadMapping(f"{path.name} must have the mappings 'quest', 'chapters' and 'lessons'.")
    return Mapping(*({str(key): each for key, each in part.items()} for part in parts))


def follow_moved(course: Course, mapping: Mapping, paths: list[str]) -> None:
    """Give the entry of a file that is gone to the one new file of the same name."""
    gone = {path: row for path, row in mapping.lessons.items() if path not in paths}
    new = [path for path in paths if path not in mapping.lessons]
    for path in gone:
        name = PurePosixPath(path).name
        same = [each for each in new if PurePosixPath(each).name == name]
        rivals = [each for each in gone if PurePosixPath(each).name == name]
        if len(same) == len(rivals) == 1:
            course.report.changed("a file that was moved; its lesson stays", same[0], 0, path)
            mapping.lessons[same[0]] = mapping.lessons.pop(path)
