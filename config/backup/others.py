"""Whether other processes use the database that is about to be replaced."""

import os
from pathlib import Path

from django.db import connection

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def others_connected() -> int:
    """Return how many other connections (Postgres) or processes (SQLite, on Linux) there are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            return int(cursor.fetchone()[0])
    return sum(has_open(process, str(connection.settings_dict["NAME"])) for process in processes())


def processes() -> list[Path]:
    """Return the folders of the machine's other processes in /proc."""
    mine = str(os.getpid())
    return [path for path in Path("/proc").glob("[0-9]*") if path.name != mine]


def has_open(process: Path, name: str) -> bool:
    """Return whether a process has the file open; False for those that we may not look into."""
    try:
        return any(os.readlink(handle) == name for handle in (process / "fd").iterdir())
    except OSError:
        return False
