"""Run a command with a temporary Postgres: `python -m tests.with_postgres -m pytest …`.

The cluster is a copy of one that is kept with the migrated database in it. It lives in a temporary
folder, listens on a Unix socket only, never syncs to disk and is gone afterwards. As root it runs
as the user `postgres`, because initdb refuses root. Without the Postgres programs the command is
left out with a note, or fails when REQUIRE_ALL_TESTS is set.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import kept

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl, newest version first, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    candidates = [*folders, *([Path(found).resolve().parent] if found else [])]
    return next((folder for folder in candidates if (folder / "pg_ctl").exists()), None)


def as_postgres(*command: str) -> list[str]:
    """Return the command, run as user postgres if we are root."""
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
def cluster(binaries: Path, data: Path | None = None) -> Iterator[str]:
    """A running cluster; gives its DATABASE_URL and removes everything at the end.

    It is a copy of the stopped one in `data`, or else a new one.
    """
    with tempfile.TemporaryDirectory(prefix="cwk-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        if data is None:
            hand_over(Path(folder))
            initialise(binaries, f"{folder}/data")
        else:
            shutil.copytree(data, f"{folder}/data")
            hand_over(Path(folder))
        with running(binaries, Path(folder)):
            yield f"postgres://postgres@/postgres?host={folder}"


def hand_over(folder: Path) -> None:
    """Change the owner of a folder and its contents to the cluster's user."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "postgres:", str(folder)], check=True)


def initialise(binaries: Path, data: str) -> None:
    """Make the files of an empty cluster."""
    run_quietly(
        str(binaries / "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
        "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize=1",
    )  # fmt: skip


@contextmanager
def running(binaries: Path, folder: Path, stop: str = "immediate") -> Iterator[None]:
    """The cluster in `folder` serves until the end; `stop` is how pg_ctl stops it."""
    ctl, data = str(binaries / "pg_ctl"), str(folder / "data")
    options = f"{FAST} -c listen_addresses='' -c unix_socket_directories={folder}"
    run_quietly(ctl, "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start")
    try:
        yield
    finally:
        run_quietly(ctl, "-D", data, "-m", stop, "-w", "stop")


def migrated(binaries: Path) -> Path:
    """The files of a stopped cluster with the migrated database, made now when there are none."""
    name = f"{kept.key()}-{binaries.parent.name}"
    with kept.made_once(name) as fresh:
        if fresh is not None:
            with tempfile.TemporaryDirectory(prefix="cwk-postgres-") as folder:
                Path(folder).chmod(0o755)
                hand_over(Path(folder))
                initialise(binaries, f"{folder}/data")
                with running(binaries, Path(folder), stop="fast"):
                    run_quietly(
                        str(binaries / "createdb"), "-h", folder, "-U", "postgres", kept.key()
                    )
                    kept.migrate(f"postgres://postgres@/{kept.key()}?host={folder}")
                shutil.copytree(f"{folder}/data", fresh)
    return kept.FOLDER / name


def missing() -> int:
    """Print that Postgres is missing. Returns exit code 1 when all tests are required."""
    print("Postgres is not installed, so its tests are left out (apt install postgresql).")
    return 1 if os.environ.get("REQUIRE_ALL_TESTS") else 0


def main(arguments: list[str]) -> int:
    """Run `python <arguments>` with DATABASE_URL set; returns its exit code."""
    binaries = find_binaries()
    if binaries is None:
        return missing()
    with cluster(binaries, migrated(binaries)) as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
