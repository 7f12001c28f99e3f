"""Find the lessons in a folder of quests, and the samples each of them shows, in order."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DEFAULT_SOURCE_LANGUAGE = "ko"
_NUMBERED = re.compile(r"\d{2,4}-")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---$", re.DOTALL | re.MULTILINE)


class LessonError(Exception):
    """A lesson file can't be understood; the message names the file and the reason."""


@dataclass(frozen=True)
class Sample:
    """A code sample of a lesson; `fails` when it is there to show an error."""

    path: Path
    fails: bool = False


@dataclass(frozen=True)
class Lesson:
    """A lesson in its source language (the other languages repeat the same samples)."""

    path: Path
    samples: tuple[Sample, ...]


def find_lessons(folder: Path) -> list[Lesson]:
    """Every lesson at or below a folder (of all quests, one quest or one chapter), in order.

    Raises LessonError for a lesson that is malformed or names a missing sample.
    """
    paths = sorted(path for path in folder.rglob("*.md") if _NUMBERED.match(path.name))
    return [read_lesson(path) for path in paths if _is_source(path)]


def _is_source(path: Path) -> bool:
    return path.name.endswith(f".{_source_language(path.parent.parent)}.md")


def _source_language(quest: Path) -> str:
    for path in sorted(quest.glob("quest.*.md")):
        language = read_front_matter(path).get("source")
        if language:
            return str(language)
    return DEFAULT_SOURCE_LANGUAGE


def read_lesson(path: Path) -> Lesson:
    """Read which samples a lesson shows. Raises LessonError."""
    entries = read_front_matter(path).get("samples") or []
    return Lesson(path, tuple(_read_sample(path, entry) for entry in entries))


def read_front_matter(path: Path) -> dict[str, Any]:
    """The mapping between the `---` lines at the top of a Markdown file. Raises LessonError."""
    match = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if not match:
        raise LessonError(f"{path}: has no front matter between --- lines")
    try:
        data = yaml.safe_load(match.group(1))
    except yaml.YAMLError as error:
        raise LessonError(f"{path}: front matter is not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise LessonError(f"{path}: front matter is not a mapping")
    return data


def _read_sample(lesson: Path, entry: Any) -> Sample:
    if not isinstance(entry, dict) or "file" not in entry:
        raise LessonError(f"{lesson}: a sample needs a `file`, got {entry!r}")
    if entry.get("language", "python") != "python":
        raise LessonError(f"{lesson}: only Python samples can be executed, not {entry['file']}")
    path = lesson.parent / entry["file"]
    if not path.is_file():
        raise LessonError(f"{lesson}: its sample {entry['file']} does not exist")
    return Sample(path, fails=bool(entry.get("fails", False)))
