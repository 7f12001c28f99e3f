"""`try`: run a lesson and print all results, without changing its files."""

import tempfile
from pathlib import Path

from .execute import Execution
from .exercises import Attempt
from .figures import figure_name
from .lessons import Lesson, find_lessons
from .runner import Done, Say, execute

FIGURES = Path(tempfile.gettempdir()) / "lessons-try"


def try_lessons(path: Path, say: Say = print) -> int:
    """Run the lessons at a path and print the results. Returns the number of problems.

    Figures are written into a temporary folder. Raises LessonError when a file is malformed.
    """
    return sum(_try_lesson(lesson, say) for lesson in find_lessons(path))


def _try_lesson(lesson: Lesson, say: Say) -> int:
    say(f"=== {lesson.path}")
    done = execute(lesson)
    problems = [_show_sample(each, say) for each in done.executions]
    problems += [_show_attempt(each, say) for each in done.attempts]
    problems.append(_show_end(done, say))
    return sum(problems)


def _show_sample(execution: Execution, say: Say) -> bool:
    say(f"\n--- {execution.sample.path.name} ({execution.seconds:.1f} s)")
    for number, line in enumerate(execution.output.splitlines(), start=1):
        say(f"{number:3} | {line}")
    for place, figure in enumerate(execution.figures, start=1):
        FIGURES.mkdir(exist_ok=True)
        file = FIGURES / figure_name(execution.sample.id, place)
        file.write_bytes(figure)
        say(f"figure {place}: {file} ({len(figure) // 1024} KB)")
    if execution.problem:
        say(f"PROBLEM: {execution.problem}")
    return bool(execution.problem)


def _show_attempt(attempt: Attempt, say: Say) -> bool:
    say(f"\n--- {attempt.what} and check ({attempt.place})")
    if attempt.output:
        say(attempt.output.rstrip("\n"))
    problem = attempt.problem()
    if problem:
        say(f"PROBLEM: {problem}")
    elif attempt.is_answer:
        say("passes, as it should")
    else:
        say(f"fails, as it should: {attempt.failure}")
    return bool(problem)


def _show_end(done: Done, say: Say) -> bool:
    if done.error:
        say(f"PROBLEM: {done.error}")
        return True
    versions = {name: each for one in done.executions for name, each in one.versions.items()}
    say(f"\n{done.seconds:.1f} s on {', '.join(f'{n} {v}' for n, v in sorted(versions.items()))}")
    return False
