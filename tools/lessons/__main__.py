"""Execute the lessons' code: `python -m tools.lessons COMMAND [PATH]`.

run      write the captures of what changed (a lesson that is named is always executed)
check    execute what changed and compare it with the captures; writes nothing
try      run the samples and the exercise and print everything; writes nothing
changed  name the lessons that differ from what was last executed (needs no JAX)
"""

import argparse
import sys
from pathlib import Path

from .captures import CaptureError
from .frontmatter import LessonError
from .runner import JOBS, changed, check, run
from .trying import try_lessons

QUESTS = Path("fixtures/quests")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status is 1 when there was any problem (or change)."""
    parser = _parser()
    options = parser.parse_intermixed_args(arguments)
    path = options.lesson or options.path
    if not path.exists():
        parser.error(f"{path} is not there")
    try:
        return 1 if _run(options, path) else 0
    except (LessonError, CaptureError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools.lessons",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("run", "check", "try", "changed"))
    parser.add_argument("path", nargs="?", type=Path, default=QUESTS, help="a folder or a lesson")
    parser.add_argument("--lesson", type=Path, help="the same as PATH")
    parser.add_argument("--all", action="store_true", help="execute what is unchanged, too")
    parser.add_argument("--jobs", type=int, default=JOBS, help="lessons at once (default: 2)")
    return parser


def _run(options: argparse.Namespace, path: Path) -> int:
    if options.command == "try":
        return try_lessons(path)
    if options.command == "changed":
        lessons = changed(path)
        for lesson in lessons:
            print(f"{lesson.path}: changed since it was last executed")
        return len(lessons)
    command = run if options.command == "run" else check
    everything = options.all or path.is_file()
    return command(path, everything=everything, jobs=max(1, options.jobs))


if __name__ == "__main__":
    sys.exit(main())
