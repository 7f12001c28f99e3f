"""`python -m tests [pytest arguments]`: the whole suite, on SQLite and on Postgres at once.

The two halves share nothing, so on two cores they take the time of one. The output of the Postgres
half is kept and shown after the other's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.with_postgres import find_binaries, missing

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Run both halves; returns 0 when both passed."""
    pytest = ["-m", "pytest", *arguments]
    if find_binaries() is None:
        return run(pytest) or missing()
    with tempfile.TemporaryFile() as log:
        postgres = subprocess.Popen(
            [sys.executable, "-m", "tests.with_postgres", *pytest],
            cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            print("SQLite (the Postgres half runs beside it):", flush=True)
            sqlite_code = run(pytest)
            postgres_code = postgres.wait()
        except KeyboardInterrupt:
            postgres.terminate()
            postgres.wait()
            return 130
        log.seek(0)
        print("\nPostgres:", flush=True)
        print(log.read().decode(errors="replace"), flush=True)
    return sqlite_code or postgres_code


def run(command: list[str]) -> int:
    """Run Python with these arguments in the project's folder; returns its exit code."""
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
