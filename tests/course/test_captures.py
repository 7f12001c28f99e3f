"""Every sample of every lesson was executed as it stands, on the libraries that are locked."""

from pathlib import Path
from typing import Any

import pytest

from tools.lessons.captures import capture_path, read_capture, stale_reason
from tools.lessons.lessons import Lesson, Sample, find_lessons, read_front_matter
from tools.lessons.lock import locked_versions, version_problems
from tools.lessons.references import reference_problems

QUESTS = Path(__file__).resolve().parents[2] / "fixtures" / "quests"
LESSONS = find_lessons(QUESTS)
SAMPLES = [sample for lesson in LESSONS for sample in lesson.samples]


def _name(path: Path) -> str:
    return str(path.relative_to(QUESTS))


def test_there_are_lessons_with_samples() -> None:
    assert LESSONS
    assert all(lesson.samples for lesson in LESSONS)


@pytest.mark.parametrize("path", [sample.path for sample in SAMPLES], ids=_name)
def test_the_capture_of_a_sample_is_fresh(path: Path) -> None:
    reason = stale_reason(path)
    if reason:
        pytest.fail(reason, pytrace=False)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: _name(sample.path))
def test_a_capture_was_made_on_the_locked_versions(sample: Sample) -> None:
    capture = read_capture(capture_path(sample.path))

    assert capture is not None
    assert version_problems(capture.versions, locked_versions()) == []
    assert capture.outcome == ("error" if sample.fails else "ok")


def _files(lesson: Lesson) -> set[Path]:
    files = {lesson.exercise.starter, lesson.exercise.check} if lesson.exercise else set()
    for sample in lesson.samples:
        capture = read_capture(capture_path(sample.path))
        figures = capture.figures if capture else []
        files |= {sample.path, capture_path(sample.path), *map(sample.path.with_name, figures)}
    return files


def test_every_file_beside_the_samples_belongs_to_a_lesson() -> None:
    expected = {file for lesson in LESSONS for file in _files(lesson)}

    assert set(QUESTS.glob("*/*/samples/*")) == expected


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: _name(lesson.path))
def test_what_a_lesson_says_of_outputs_and_figures_is_there(lesson: Lesson) -> None:
    assert list(reference_problems(lesson)) == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: _name(lesson.path))
def test_the_languages_of_a_lesson_show_the_same_samples(lesson: Lesson) -> None:
    stem = lesson.path.name.split(".")[0]
    languages = [read_front_matter(path) for path in lesson.path.parent.glob(f"{stem}.*.md")]

    assert len(languages) > 1
    assert len({str(_sample_files(language)) for language in languages}) == 1
    assert len({language["uid"] for language in languages}) == 1


def _sample_files(front_matter: dict[str, Any]) -> list[str]:
    return [entry["file"] for entry in front_matter.get("samples", [])]
