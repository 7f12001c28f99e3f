"""`run` updates the captures, `check` reports outdated ones."""

import datetime
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .captures import (
    ERROR,
    OK,
    Capture,
    capture_path,
    read_capture,
    source_hash,
    stale_reason,
    write_capture,
)
from .compare import Difference, differences
from .execute import Execution, execute_lesson
from .exercises import Attempt, try_exercise
from .figures import figure_name, figure_problems, write_figures
from .frontmatter import LessonError
from .lessons import Lesson, find_lessons
from .lock import locked_versions, version_problems
from .record import forget_all_but, is_unchanged, note
from .references import reference_problems

Say = Callable[[str], None]
MAX_DIFFERENCES = 5
JOBS = 2


@dataclass(frozen=True)
class Done:
    """Result of a lesson's samples and exercise; `error` when its process failed."""

    lesson: Lesson
    executions: list[Execution] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    error: str | None = None
    seconds: float = 0.0


def execute(lesson: Lesson) -> Done:
    """Run all code of a lesson. Doesn't raise for a process that fails."""
    began = time.perf_counter()
    try:
        executions = execute_lesson(lesson)
        attempts = list(try_exercise(lesson))
    except LessonError as error:
        return Done(lesson, error=str(error))
    return Done(lesson, executions, attempts, seconds=time.perf_counter() - began)


def run(path: Path, say: Say = print, *, everything: bool = False, jobs: int = JOBS) -> int:
    """Execute what changed and write the captures that changed. Returns the number of problems.

    A capture that is still correct keeps its file, so that its date doesn't change. Raises
    LessonError or CaptureError when a file can't be parsed.
    """
    lessons = find_lessons(path)
    problems = 0
    for done in _execute_changed(lessons, say, everything=everything, jobs=jobs):
        found = _say_all(_lesson_problems(done, _update, say), say)
        note(done.lesson, fine=not found)
        problems += found
    if lessons and path.resolve() == lessons[0].quests.resolve():
        forget_all_but(path, lessons)
    return _finish(lessons, problems, say)


def check(path: Path, say: Say = print, *, everything: bool = False, jobs: int = JOBS) -> int:
    """Execute changed lessons and compare with the captures. Returns the number of problems.

    Raises LessonError or CaptureError when a file can't be understood.
    """
    lessons = find_lessons(path)
    executed = _execute_changed(lessons, say, everything=everything, jobs=jobs)
    problems = sum(_say_all(_lesson_problems(done, _compare, say), say) for done in executed)
    return _finish(lessons, problems, say)


def changed(path: Path) -> list[Lesson]:
    """Yield the lessons that differ from their record."""
    return [lesson for lesson in find_lessons(path) if not is_unchanged(lesson)]


def _execute_changed(
    lessons: list[Lesson], say: Say, *, everything: bool, jobs: int
) -> Iterator[Done]:
    chosen = [lesson for lesson in lessons if everything or not is_unchanged(lesson)]
    if len(chosen) < len(lessons):
        say(f"{len(lessons) - len(chosen)} lessons are unchanged and not executed (ALL=1 does)")
    with ThreadPoolExecutor(jobs) as pool:
        for done in pool.map(execute, chosen):
            seconds = f"{done.seconds:.0f} s"
            say(f"{done.lesson.path}: {len(done.executions)} samples executed in {seconds}")
            yield done


def _finish(lessons: list[Lesson], problems: int, say: Say) -> int:
    for lesson in lessons:
        problems += _say_all(reference_problems(lesson), say)
    say(f"{len(lessons)} lessons, {problems} problems")
    return problems


def _say_all(problems: Iterator[str], say: Say) -> int:
    count = 0
    for problem in problems:
        say(problem)
        count += 1
    return count


Visit = Callable[[Execution, Say], Iterator[str]]


def _lesson_problems(done: Done, visit: Visit, say: Say) -> Iterator[str]:
    if done.error:
        yield done.error
    for execution in done.executions:
        for problem in visit(execution, say):
            yield f"{done.lesson.path}: {_shown(execution)}: {problem}"
    yield from filter(None, (attempt.problem() for attempt in done.attempts))


def _shown(execution: Execution) -> str:
    return f"{execution.sample.path.parent.name}/{execution.sample.path.name}"


def _update(execution: Execution, say: Say) -> Iterator[str]:
    if execution.problem:
        yield execution.problem
        return
    new = capture_of(execution)
    path = capture_path(execution.sample.path)
    redrawn = write_figures(execution.sample.path, execution.figures)
    if redrawn or _really_differs(read_capture(path), new):
        write_capture(path, new)
        say(f"wrote {path}")


def _compare(execution: Execution, _say: Say) -> Iterator[str]:
    if execution.problem:
        yield execution.problem
    if reason := stale_reason(execution.sample.path):
        yield reason
    stored = read_capture(capture_path(execution.sample.path))
    if stored is None:
        return
    new = capture_of(execution)
    yield from version_problems(new.versions | stored.versions, locked_versions())
    for difference in differences(stored.output, new.output)[:MAX_DIFFERENCES]:
        yield describe(difference, execution)
    yield from figure_problems(execution.sample.path, execution.figures)


def capture_of(execution: Execution) -> Capture:
    """Return the capture of a sample's current execution."""
    sample = execution.sample
    return Capture(
        source_sha256=source_hash(sample.path),
        ran_on=datetime.datetime.now(datetime.UTC).date(),
        python=execution.python,
        versions=execution.versions,
        outcome=ERROR if execution.failed else OK,
        output=execution.output,
        figures=[figure_name(sample.id, n) for n in range(1, len(execution.figures) + 1)],
    )


def _really_differs(old: Capture | None, new: Capture) -> bool:
    if old is None or differences(old.output, new.output):
        return True
    return (old.source_sha256, old.versions, old.outcome, old.figures) != (
        new.source_sha256, new.versions, new.outcome, new.figures,
    )  # fmt: skip


def describe(difference: Difference, execution: Execution) -> str:
    """Return a difference as a small diff with the line of the sample that printed it."""
    line = execution.source_line(difference.line)
    place = f"line {line}" if line else "end"
    expected = "(nothing)" if difference.expected is None else difference.expected
    got = "(nothing)" if difference.got is None else difference.got
    head = f"{place}: line {difference.line} of the output differs"
    return f"{head}\n    expected  {expected}\n    got       {got}"
