"""Prepared statements for queries that nearly every request of a signed-in user runs.

Planning the query of session and user takes Postgres four times as long as executing it. Django
binds parameters in the client, so its own queries are planned each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def fetch_prepared(sql: str, parameters: Sequence[Any]) -> list[tuple]:
    """Return the rows of a query; psycopg turns it into a prepared statement after a few runs.

    The text of `sql` should be constant, since each one takes memory in every connection. Each
    parameter must stand where the database can infer its type.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not settings.DATABASE_PGBOUNCER:
            cursor.cursor = psycopg.Cursor(connection.connection)
        cursor.execute(sql, parameters)
        rows: list[tuple] = cursor.fetchall()
    return rows


@dataclass(frozen=True)
class Select:
    """A query that returns a text and a number per row, labelled so that it can be combined."""

    sql: str
    parameters: Sequence[Any]


def fetch_together(*selects: Select) -> dict[str, list[tuple[str, int]]]:
    """Run several selects as one prepared query. Returns the (text, number) rows by label."""
    found: dict[str, list[tuple[str, int]]] = {}
    sql = " UNION ALL ".join(each.sql for each in selects)
    for what, text, number in fetch_prepared(sql, [p for each in selects for p in each.parameters]):
        found.setdefault(what, []).append((text, number))
    return found
