"""Record of executed lessons: a hash per lesson, so that unchanged ones are skipped.

One file beside the folder of quests, one line per lesson. It can be merged line by line: a wrong
line only makes the lesson run again.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from .captures import capture_path
from .figures import figure_paths
from .lessons import Lesson
from .lock import locked_versions
from .process import MATPLOTLIBRC, WORKER

NAME = "lessons-ran.yaml"
HEADER = (
    "# What `make lessons-update` executed: a hash of the code, the outputs and the libraries.\n"
)


def record_path(quests: Path) -> Path:
    """Return the record file of a folder of quests."""
    return quests.resolve().parent / NAME


def fingerprint(lesson: Lesson) -> str:
    """Return a hash of everything that affects a lesson's code and its captures."""
    parts: list[object] = [_file(path) for path in _files(lesson)]
    parts += [sample.fails for sample in lesson.samples]
    parts += [answer.code for answer in lesson.exercise.answers] if lesson.exercise else []
    return hashlib.sha256(json.dumps([_tools(), *parts]).encode()).hexdigest()[:32]


def _files(lesson: Lesson) -> Iterable[Path]:
    for sample in lesson.samples:
        yield from (sample.path, capture_path(sample.path), *figure_paths(sample.path))
    if lesson.exercise:
        yield from (lesson.exercise.starter, lesson.exercise.check)


def _file(path: Path) -> list[str]:
    data = path.read_bytes() if path.is_file() else b""
    return [path.name, hashlib.sha256(data).hexdigest()]


@cache
def _tools() -> list[object]:
    return [_file(WORKER), _file(MATPLOTLIBRC), sorted(locked_versions().items())]


def read_record(quests: Path) -> dict[str, str]:
    """Return the hash of each lesson by uid; empty without a record."""
    path = record_path(quests)
    data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return {str(uid): str(value) for uid, value in data.items()} if isinstance(data, dict) else {}


def is_unchanged(lesson: Lesson) -> bool:
    """Return whether a lesson is unchanged since it last ran without a problem."""
    return read_record(lesson.quests).get(lesson.uid) == fingerprint(lesson)


def note(lesson: Lesson, *, fine: bool) -> None:
    """Record that a lesson ran without a problem, or remove that record."""
    record = read_record(lesson.quests)
    before = dict(record)
    if fine:
        record[lesson.uid] = fingerprint(lesson)
    else:
        record.pop(lesson.uid, None)
    if record != before:
        _write(lesson.quests, record)


def forget_all_but(quests: Path, lessons: Iterable[Lesson]) -> None:
    """Remove lessons that no longer exist from the record."""
    uids = {lesson.uid for lesson in lessons}
    record = read_record(quests)
    kept = {uid: value for uid, value in record.items() if uid in uids}
    if kept != record:
        _write(quests, kept)


def _write(quests: Path, record: dict[str, str]) -> None:
    lines = [f"{uid}: {value}\n" for uid, value in sorted(record.items())]
    record_path(quests).write_text(HEADER + "".join(lines), encoding="utf-8")
