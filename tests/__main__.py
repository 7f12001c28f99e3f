"""Run the whole suite in parallel parts: SQLite, Postgres, browsers (`python -m tests`).

The parts share nothing and run at once; the output of one is shown live, that of the others after
it. A part in which the arguments select no test is not started.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tests.selection import parts_of
from tests.with_postgres import find_binaries, missing

ROOT = Path(__file__).resolve().parent.parent
NOTHING_SELECTED = 5  # of pytest


def main(arguments: list[str]) -> int:
    """Run the parts that the arguments select, at the same time; returns 0 when all passed."""
    pytest, selected = ["-m", "pytest", *arguments], parts_of(arguments)
    lacks_postgres = "Postgres" in selected and find_binaries() is None
    # Where the browser tests are all in one folder, the others need no reading.
    where = [] if arguments else ["tests/browser"]
    commands = {
        "Browsers": [*pytest, "-m", "browser", *where],
        "Postgres": ["-m", "tests.with_postgres", *pytest],
        "SQLite": [*pytest, "-m", "not browser"],
    }
    names = [name for name in commands if name in selected]
    if lacks_postgres:
        names.remove("Postgres")
    codes = run_at_once({name: commands[name] for name in names}) if names else []
    return max(codes, default=0) or (missing() if lacks_postgres else 0)


def run_at_once(commands: dict[str, list[str]]) -> list[int]:
    """Run the last command in the foreground, the others in parallel; returns the exit codes."""
    *beside, shown = commands
    with ExitStack() as stack:
        parts = {name: Part(commands[name], stack) for name in beside}
        print(f"{shown} ({' and '.join(beside) or 'nothing'} beside it):", flush=True)
        codes = [outcome(run(commands[shown]))]
        for name, part in parts.items():
            codes.append(outcome(part.wait()))
            print(f"\n{name}:\n{part.output()}", flush=True)
    return codes


class Part:
    """A part that runs in the background; its output is collected."""

    def __init__(self, command: list[str], stack: ExitStack) -> None:
        self.log: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT
        )
        stack.callback(self.end)

    def wait(self) -> int:
        """Wait and return its exit code."""
        return self.process.wait()

    def output(self) -> str:
        """Return its output."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self) -> None:
        """Stop it after an interruption."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def outcome(code: int) -> int:
    """Return the exit code of a part; selecting no tests is no failure."""
    return 0 if code == NOTHING_SELECTED else code


def run(command: list[str]) -> int:
    """Run Python with these arguments in the project's folder; returns its exit code."""
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
