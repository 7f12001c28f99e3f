"""Execute an exercise: the model answer must pass its check, and the starter must fail it."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .lessons import Answer, Exercise, Lesson
from .process import Job, run_worker


@dataclass(frozen=True)
class Attempt:
    """Result of code followed by the check; `failure` is None when it passed."""

    place: str
    what: str
    failure: str | None
    output: str = ""
    lacks_module: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether the attempt is expected to pass."""
        return self.what == "answer"

    def problem(self) -> str | None:
        """`FILE:LINE: reason` when the result is not the expected one."""
        if self.is_answer:
            return f"{self.place}: the answer fails: {self.failure}" if self.failure else None
        if self.failure is None:
            return f"{self.place}: the starter already passes the check"
        if self.lacks_module:
            return f"{self.place}: the starter can't run at all: {self.failure}"
        return None


def try_exercise(lesson: Lesson) -> Iterator[Attempt]:
    """Run the starter, then every answer, each followed by the check in a fresh process.

    Raises LessonError when a process dies or takes too long.
    """
    if lesson.exercise:
        yield _try_starter(lesson, lesson.exercise)
        for answer in lesson.exercise.answers:
            yield _try_answer(lesson, lesson.exercise, answer)


def _try_starter(lesson: Lesson, exercise: Exercise) -> Attempt:
    code = exercise.starter.read_text(encoding="utf-8")
    return _attempt(lesson, exercise, code, f"{exercise.starter}:1", "starter")


def _try_answer(lesson: Lesson, exercise: Exercise, answer: Answer) -> Attempt:
    return _attempt(lesson, exercise, answer.code, answer.place, "answer")


def _attempt(lesson: Lesson, exercise: Exercise, code: str, place: str, what: str) -> Attempt:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{what}.py"
        file.write_text(code, encoding="utf-8")
        # The check may look at what the code has drawn.
        job = Job(lesson.path, (file, exercise.check), keeps_figures_open=True)
        own, check = run_worker(job, Path(folder))
    lacks_module = str(own["error"]).startswith("ModuleNotFoundError")
    failure = _raised(own, code) or _refused(check, exercise.check)
    return Attempt(place, what, failure, own["output"] + check["output"], lacks_module)


def _raised(result: dict[str, Any], code: str) -> str | None:
    if result["error"] is None:
        return None
    return f"its line {_quoted(result['error_line'], code)} raises {result['error']}"


def _refused(result: dict[str, Any], check: Path) -> str | None:
    if result["error"] is None:
        return None
    if messages := result["messages"]:
        return f"{check.name}, line {result['error_line']}: {' / '.join(messages.values())}"
    line = _quoted(result["error_line"], check.read_text(encoding="utf-8"))
    return f"{check.name}, line {line}: {result['error']}"


def _quoted(number: int | None, code: str) -> str:
    lines = code.splitlines()
    if number is None or not 0 < number <= len(lines):
        return "?"
    return f"{number} `{lines[number - 1].strip()}`"
