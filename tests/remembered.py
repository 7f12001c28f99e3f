"""Rows that are created once per run and restored for each test that needs them.

What a fixture makes with the site's own operations (an imported quest, a filled site) takes tenths
of a second to seconds; inserting the rows it left takes milliseconds. Each test gets them in a
transaction of its own, so nothing that it does to them reaches another one.
"""

from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.db import connection, transaction

from course.folders.importer import import_quest

Rows = dict[str, list[Any]]
kept: dict[Hashable, "Made | None"] = {}


@dataclass
class Made:
    """What was made: rows by table, how many each of these tables had before, the result."""

    rows: Rows
    before: dict[str, int]
    result: Any
    storage: Any  # where its files are

    def fits(self) -> bool:
        """Whether the tables have as many rows as when these were made."""
        return count(self.before) == self.before


def remembered(key: Hashable, make: Callable[[], Any]) -> Any:
    """The result of `make()`, with its rows in the database; only the first call makes them.

    It is called again where the tables are not as they were, and always when it changes or deletes
    rows that were there before.
    """
    found = kept.get(key)
    if found and found.storage is not storages["default"]:
        del kept[key]  # another storage lacks the files that came with the rows
    elif found and found.fits():
        with transaction.atomic():  # they refer to each other
            for table, rows in found.rows.items():
                insert(table, rows)
        return deepcopy(found.result)
    if key in kept:
        return make()
    before = all_rows()
    result = make()
    after = all_rows()
    gone = any(set(rows) - set(after.get(table, ())) for table, rows in before.items())
    kept[key] = None if gone else made(before, after, deepcopy(result))
    return result


def made(before: Rows, after: Rows, result: Any) -> Made:
    """The difference between two states of the database."""
    rows = {}
    for table, every in after.items():
        had = set(before.get(table, ()))
        rows[table] = [row for row in every if row not in had]
    rows = {table: new for table, new in rows.items() if new}
    counts = {table: len(before.get(table, ())) for table in rows}
    return Made(rows, counts, result, storages["default"])


def import_once(folder: Path) -> None:
    """Import a quest's folder, for a test that is about what comes after."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = sha256()
    for file in files:
        found.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    remembered(("quest", found.hexdigest()), lambda: import_quest(folder=folder))


@cache
def columns() -> dict[str, list[str]]:
    """The columns of every table; none that the database computes."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if connection.vendor == "postgresql":
            return {table: [] for table in tables}  # COPY knows them
        found = {}
        for table in tables:
            cursor.execute(f'PRAGMA table_xinfo("{table}")')
            found[table] = [row[1] for row in cursor.fetchall() if row[6] == 0]
        return found


def count(tables: dict[str, Any]) -> dict[str, int]:
    """The number of rows of each of these tables."""
    if not tables:
        return {}
    each = [f"""SELECT '{table}', count(*) FROM "{table}" """ for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())


def all_rows() -> Rows:
    """Every row as the database keeps it, by table."""
    filled = [table for table, number in count(columns()).items() if number]
    read = read_postgres if connection.vendor == "postgresql" else read_sqlite
    return {table: read(table) for table in filled}


def read_postgres(table: str) -> list[Any]:
    """The lines of COPY."""
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy).splitlines(keepends=True)


def read_sqlite(table: str) -> list[Any]:
    """The values; the plus keeps Python's converters away."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(f"+{name}" for name in quoted(table))} FROM "{table}"')
        return cursor.fetchall()


def insert(table: str, rows: list[Any]) -> None:
    """Insert what was read."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(b"".join(rows))
            return
        names = quoted(table)
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({places})', rows)


def quoted(table: str) -> list[str]:
    """The columns' names for SQL."""
    return [f'"{name}"' for name in columns()[table]]
