"""`python -m tests [pytest arguments]`: the whole suite, on SQLite, on Postgres and in browsers.

The three parts share nothing and run at once; what two of them print is shown after the third.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tests.with_postgres import find_binaries, missing

ROOT = Path(__file__).resolve().parent.parent
NOTHING_SELECTED = 5  # of pytest


def main(arguments: list[str]) -> int:
    """Run the parts at the same time; returns 0 when all passed."""
    pytest = ["-m", "pytest", *arguments]
    beside = {"Browsers": [*pytest, "-m", "browser"]}
    postgres = find_binaries() is not None
    if postgres:
        beside["Postgres"] = ["-m", "tests.with_postgres", *pytest]
    with ExitStack() as stack:
        parts = {name: Part(command, stack) for name, command in beside.items()}
        print(f"SQLite ({' and '.join(parts)} run beside it):", flush=True)
        codes = [outcome(run([*pytest, "-m", "not browser"]))]
        for name, part in parts.items():
            codes.append(outcome(part.wait()))
            print(f"\n{name}:\n{part.output()}", flush=True)
    return max(codes) or (0 if postgres else missing())


class Part:
    """A part that runs in the background and keeps what it prints."""

    def __init__(self, command: list[str], stack: ExitStack) -> None:
        self.log: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT
        )
        stack.callback(self.end)

    def wait(self) -> int:
        """Its exit code."""
        return self.process.wait()

    def output(self) -> str:
        """What it printed."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self) -> None:
        """Stop it when the others were interrupted."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def outcome(code: int) -> int:
    """The exit code of a part; one in which nothing was selected is no failure."""
    return 0 if code == NOTHING_SELECTED else code


def run(command: list[str]) -> int:
    """Run Python with these arguments in the project's folder; returns its exit code."""
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
