"""`run` brings the captures up to date, `check` says where they no longer tell the truth."""

import datetime
from collections.abc import Callable, Iterator
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
from .lessons import Lesson, find_lessons
from .lock import locked_versions, version_problems

Say = Callable[[str], None]
MAX_DIFFERENCES = 5


def run(folder: Path, say: Say = print) -> int:
    """Execute all samples and write the captures that changed. Returns the number of problems.

    A capture that still tells the truth keeps its file, so dates don't churn.
    Raises LessonError or CaptureError when a file can't be understood.
    """
    return _for_each_execution(folder, _update, say)


def check(folder: Path, say: Say = print) -> int:
    """Execute all samples and compare with the stored captures. Returns the number of problems.

    Raises LessonError or CaptureError when a file can't be understood.
    """
    return _for_each_execution(folder, _compare, say)


def _for_each_execution(
    folder: Path, visit: Callable[[Lesson, Execution, Say], Iterator[str]], say: Say
) -> int:
    problems = samples = 0
    for lesson in find_lessons(folder):
        for execution in execute_lesson(lesson):
            samples += 1
            for problem in visit(lesson, execution, say):
                problems += 1
                say(f"{lesson.path}: {_shown(execution)}: {problem}")
    say(f"{samples} samples executed, {problems} problems")
    return problems


def _shown(execution: Execution) -> str:
    return f"{execution.sample.path.parent.name}/{execution.sample.path.name}"


def _update(lesson: Lesson, execution: Execution, say: Say) -> Iterator[str]:
    if execution.problem:
        yield execution.problem
        return
    new = capture_of(execution)
    path = capture_path(execution.sample.path)
    if _really_differs(read_capture(path), new):
        write_capture(path, new)
        say(f"wrote {path}")


def _compare(lesson: Lesson, execution: Execution, say: Say) -> Iterator[str]:
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


def capture_of(execution: Execution) -> Capture:
    """The capture that today's execution of a sample gives."""
    return Capture(
        source_sha256=source_hash(execution.sample.path),
        ran_on=datetime.datetime.now(datetime.UTC).date(),
        python=execution.python,
        versions=execution.versions,
        outcome=ERROR if execution.failed else OK,
        output=execution.output,
    )


def _really_differs(old: Capture | None, new: Capture) -> bool:
    if old is None or differences(old.output, new.output):
        return True
    return (old.source_sha256, old.versions, old.outcome) != (
        new.source_sha256, new.versions, new.outcome,
    )  # fmt: skip


def describe(difference: Difference, execution: Execution) -> str:
    """A difference as a small diff under the line of the sample that printed it."""
    line = execution.source_line(difference.line)
    place = f"line {line}" if line else "end"
    expected = "(nothing)" if difference.expected is None else difference.expected
    got = "(nothing)" if difference.got is None else difference.got
    head = f"{place}: line {difference.line} of the output differs"
    return f"{head}\n    expected  {expected}\n    got       {got}"
