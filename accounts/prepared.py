"""Queries that nearly every request of a member asks: Postgres plans them once per connection.

Planning the query of session and owner takes Postgres four times as long as answering it. Django
binds parameters in the client, so its own queries are planned each time.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def fetch_prepared(sql: str, parameters: Sequence[Any]) -> list[tuple]:
    """The rows of a query; on Postgres a prepared statement after a few times (psycopg counts).

    The text of `sql` should be constant: each one takes memory of every connection. Each parameter
    must stand where the database can tell its type.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and not settings.DATABASE_PGBOUNCER:
            cursor.cursor = psycopg.Cursor(connection.connection)
        cursor.execute(sql, parameters)
        rows: list[tuple] = cursor.fetchall()
    return rows
