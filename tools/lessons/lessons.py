"""Find the lessons in a folder of quests, and their executable code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answers import answer_code, distinct_codes
from .frontmatter import FrontMatter, LessonError, load, read_front_matter

DEFAULT_SOURCE_LANGUAGE = "ko"
_NUMBERED = re.compile(r"\d{2,4}-")

__all__ = ["Exercise", "Lesson", "LessonError", "Sample", "find_lessons", "read_front_matter"]


@dataclass(frozen=True)
class Sample:
    """A code sample of a lesson; `fails` if it demonstrates an error."""

    path: Path
    fails: bool = False

    @property
    def id(self) -> str:
        """The name that texts and questions refer to."""
        return self.path.stem


@dataclass(frozen=True)
class Answer:
    """A model answer: the code in the `answer` of one language's file."""

    place: str
    code: str


@dataclass(frozen=True)
class Exercise:
    """An exercise: starter code, check, and model answers."""

    starter: Path
    check: Path
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson in its source language (translations share the samples)."""

    path: Path
    samples: tuple[Sample, ...]
    exercise: Exercise | None = None
    uid: str = ""

    @property
    def quests(self) -> Path:
        """The folder of all quests, which contains quest, chapter and lesson."""
        return self.path.parent.parent.parent

    def languages(self) -> list[Path]:
        """The files of the lesson, source language first."""
        stem = self.path.name.split(".")[0]
        return [self.path, *sorted(set(self.path.parent.glob(f"{stem}.*.md")) - {self.path})]


def find_lessons(path: Path) -> list[Lesson]:
    """Return the lesson of a file, or all at or below a folder, in order.

    Raises LessonError for a lesson that is malformed or names a missing file.
    """
    if path.is_file():
        return [read_lesson(_source_file(path))]
    paths = sorted(path for path in path.rglob("*.md") if _NUMBERED.match(path.name))
    languages = {quest: _source_language(quest) for quest in {file.parent.parent for file in paths}}
    return [
        read_lesson(file)
        for file in paths
        if file == _in_language(file, languages[file.parent.parent])
    ]


def _source_file(path: Path) -> Path:
    return _in_language(path, _source_language(path.parent.parent))


def _in_language(path: Path, language: str) -> Path:
    return path.with_name(f"{path.name.split('.')[0]}.{language}.md")


def _source_language(quest: Path) -> str:
    for path in sorted(quest.glob("quest.*.md")):
        language = read_front_matter(path).get("source")
        if language:
            return str(language)
    return DEFAULT_SOURCE_LANGUAGE


def read_lesson(path: Path) -> Lesson:
    """Read the executable parts of a lesson. Raises LessonError."""
    if not path.is_file():
        raise LessonError(f"{path}: does not exist")
    front = load(path)
    entries = front.data.get("samples") or []
    return Lesson(
        path,
        samples=tuple(_read_sample(front, place, entry) for place, entry in enumerate(entries)),
        exercise=_read_exercise(front),
        uid=str(front.data.get("uid", "")),
    )


def _read_sample(front: FrontMatter, place: int, entry: Any) -> Sample:
    where = front.place("samples", place)
    if not isinstance(entry, dict) or "file" not in entry:
        raise LessonError(f"{where}: a sample needs a `file`, got {entry!r}")
    if entry.get("language", "python") != "python":
        raise LessonError(f"{where}: only Python samples can be executed, not {entry['file']}")
    return Sample(_file(front, where, entry["file"]), fails=bool(entry.get("fails", False)))


def _file(front: FrontMatter, where: str, name: Any) -> Path:
    path = front.path.parent / str(name)
    if not path.is_file():
        raise LessonError(f"{where}: {name} does not exist")
    return path


def _read_exercise(front: FrontMatter) -> Exercise | None:
    given = [key for key in ("starter", "check") if front.data.get(key)]
    if not given:
        return None
    if len(given) == 1:
        raise LessonError(f"{front.place(given[0])}: `starter` and `check` come together")
    starter, check = (_file(front, front.place(key), front.data[key]) for key in given)
    return Exercise(starter, check, _read_answers(front))


def _read_answers(front: FrontMatter) -> tuple[Answer, ...]:
    stem = front.path.name.split(".")[0]
    others = sorted(set(front.path.parent.glob(f"{stem}.*.md")) - {front.path})
    fronts = [front, *map(load, others)]
    answers = [Answer(each.place("answer"), _answer_code(each)) for each in fronts]
    if not answers[0].code:
        where = front.place("answer")
        raise LessonError(f"{where}: `check` needs an `answer` with its code in a ```python block")
    kept = distinct_codes([answer.code for answer in answers])
    return tuple(answers[index] for index in kept)


def _answer_code(front: FrontMatter) -> str:
    return answer_code(str(front.data.get("answer") or ""))
