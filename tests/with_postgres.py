"""Run a command against a throwaway Postgres cluster: `python -m tests.with_postgres -m pytest …`.

The cluster lives in a temporary folder, listens on a Unix socket only, never syncs to disk and is
gone afterwards. As root it runs as the user `postgres`, because initdb refuses root. Without the
Postgres programs the command is left out with a note, or fails when REQUIRE_ALL_TESTS is set.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl, newest version first, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    candidates = [*folders, *([Path(found).resolve().parent] if found else [])]
    return next((folder for folder in candidates if (folder / "pg_ctl").exists()), None)


def as_postgres(*command: str) -> list[str]:
    """The command, run as user postgres when we are root."""
    if os.geteuid() != 0:
        return list(command)
    return ["runuser", "-u", "postgres", "--", *command]


def run_quietly(*command: str) -> None:
    """Run a command of the cluster; show its output only when it fails."""
    result = subprocess.run(
        as_postgres(*command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout.decode(errors='replace')}")


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A running cluster; gives its DATABASE_URL and removes everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cwk-postgres-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    run_quietly(
        str(binaries / "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
        "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
    )  # fmt: skip
    ctl = str(binaries / "pg_ctl")
    options = f"{FAST} -c listen_addresses='' -c unix_socket_directories={folder}"
    run_quietly(ctl, "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield f"postgres://postgres@/postgres?host={folder}"
    finally:
        run_quietly(ctl, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def missing() -> int:
    """Say that Postgres is not there; an exit code of 1 when all tests are required."""
    print("Postgres is not installed, so its tests are left out (apt install postgresql).")
    return 1 if os.environ.get("REQUIRE_ALL_TESTS") else 0


def main(arguments: list[str]) -> int:
    """Run `python <arguments>` with DATABASE_URL set; returns its exit code."""
    binaries = find_binaries()
    if binaries is None:
        return missing()
    with cluster(binaries) as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
