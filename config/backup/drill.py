"""Try a backup: restore it into a scratch database, write it out again, compare, drop."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from config.backup.restoring import RestoreRefused, check_file

# A restore gives every learner's clock a new epoch, so of these the number of rows is compared.
CHANGED_BY_RESTORE = {"course.clock"}


class DrillFailed(Exception):
    """The backup could not be restored, or came back different; the message says how."""


@dataclass(frozen=True)
class Drill:
    """What came back, and how long it took."""

    tables: int
    rows: int
    files: int
    seconds: float


def drill(source: Path) -> Drill:
    """Restore the backup where it hurts nobody, and compare. Raises DrillFailed."""
    started = time.monotonic()
    try:
        before = check_file(source)
    except (RestoreRefused, OSError) as error:
        raise DrillFailed(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="cwk-drill-") as name, scratch(Path(name)) as url:
        folder = Path(name)
        # Whatever would be replaced is here and nowhere else: no bucket either.
        here = {"DATABASE_URL": url, "MEDIA_ROOT": str(folder / "media"), "MEDIA_S3_BUCKET": ""}
        made = {**os.environ, **here}
        for step in (("migrate", "-v0"), ("restore", str(source.resolve()))):
            run(made, *step)
        run(made, "backup", str(folder / "again.zip"))
        after = check_file(folder / "again.zip")
    if different := differences(before, after):
        raise DrillFailed(f"Not the same after the restore: {', '.join(different)}.")
    rows = sum(table["count"] for table in before["tables"].values())
    seconds = time.monotonic() - started
    return Drill(len(before["tables"]), rows, len(before["media"]), seconds)


def run(environment: dict[str, str], *words: str) -> None:
    """Run a management command in a process of its own. Raises DrillFailed."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DrillFailed(f"{words[0]}: {done.stderr.strip()[-2000:]}")


@contextmanager
def scratch(folder: Path) -> Iterator[str]:
    """Make an empty database and give its DATABASE_URL; it is dropped at the end."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'scratch.sqlite3'}"
        return
    name = f"cwk_drill_{secrets.token_hex(6)}"
    try:
        execute(f"CREATE DATABASE {name} TEMPLATE template0")
    except DatabaseError as error:
        raise DrillFailed(
            "The database's user may not make a database for the drill. Allow it: "
            f"ALTER ROLE {connection.settings_dict['USER'] or 'cwk'} CREATEDB;"
        ) from error
    try:
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    finally:
        execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def execute(statement: str) -> None:
    """Execute a statement that can't be in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of the tables and files that did not come back as they were."""
    return [
        name
        for part in ("tables", "media")
        for name in sorted(before[part].keys() | after[part].keys())
        if mark(before[part], name) != mark(after[part], name)
    ]


def mark(part: dict[str, Any], name: str) -> str | int | None:
    """Return the checksum of a table or file, or what else it is compared by; None: missing."""
    if name not in part:
        return None
    found: str | int = part[name]["count" if name in CHANGED_BY_RESTORE else "sha256"]
    return found
