"""The runnable code of a lesson: its Python samples, and its exercise.

Each has a name within the lesson, `sample:grad-2` or `exercise`. Samples share one Python, so
earlier ones are run first; an exercise runs alone, followed by its check.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from course.models import LessonText, Runs

EXERCISE = "exercise"
SAMPLE = "sample:"


@dataclass(frozen=True)
class Program:
    """Initial code, and what runs before and after the learner's code."""

    part: str
    title: str
    code: str
    before: tuple[str, ...] = ()
    check: str = ""

    @property
    def anchor(self) -> str:
        """The id of its element on the lesson's page."""
        return EXERCISE if self.part == EXERCISE else f"sample-{self.part.removeprefix(SAMPLE)}"


def find_program(text: LessonText, part: str) -> Program | None:
    """Return the program with this name, or None."""
    return next((each for each in programs_of(text) if each.part == part), None)


def wants_browser(text: LessonText) -> bool:
    """Return whether the code of this lesson runs in the reader's browser."""
    return bool(text.lesson.quest.runs == Runs.BROWSER)


def programs_of(text: LessonText) -> Iterator[Program]:
    """Return all programs of a lesson, in order."""
    before: list[str] = []
    for row in text.extras.get("samples", ()):
        if row["language"] != "python":
            continue
        if row.get("id"):
            yield Program(f"{SAMPLE}{row['id']}", row["title"], row["source"], tuple(before))
        before.append(row["source"])
    lesson = text.lesson
    if lesson.check_code and text.exercise:
        yield Program(EXERCISE, "", lesson.starter, check=lesson.check_code)
