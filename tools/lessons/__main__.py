"""Command line: `python -m tools.lessons run|check [FOLDER]`, in the lessons' environment."""

import argparse
import sys
from pathlib import Path

from .captures import CaptureError
from .lessons import LessonError
from .runner import check, run

QUESTS = Path("fixtures/quests")
COMMANDS = {"run": run, "check": check}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit status is 1 when there was any problem."""
    parser = argparse.ArgumentParser(prog="tools.lessons", description=__doc__)
    parser.add_argument("command", choices=COMMANDS, help="update the captures, or compare")
    parser.add_argument("folder", nargs="?", type=Path, default=QUESTS, help="default: all quests")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    try:
        return 1 if COMMANDS[options.command](options.folder) else 0
    except (LessonError, CaptureError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
