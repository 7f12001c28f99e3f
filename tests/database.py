"""The database of a run: a copy of the kept one, made as new again after tests that commit.

`begin` replaces pytest-django's own set-up, which migrates anew in every run, and Django's flush,
which empties every table, full or not, and fills in permissions anew.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import kept

AS_MIGRATED = "as_migrated"  # the schema that keeps the rows which migrations made


@contextmanager
def begin() -> Iterator[None]:
    """Connect to a fresh copy of the migrated database; it is gone at the end."""
    begin_on = on_postgres if connection.vendor == "postgresql" else on_sqlite
    own = connection.settings_dict["NAME"]
    with begin_on() as name:
        connect_to(name)
        connection.ensure_connection()
        restore = restorer()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: restore())
            yield
        connect_to(own)


def restorer() -> Callable[[], None]:
    """Return a function that restores the current rows."""
    from django.contrib.contenttypes.models import ContentType

    restore = postgres_restorer() if connection.vendor == "postgresql" else sqlite_restorer()

    def restore_all() -> None:
        restore()
        ContentType.objects.clear_cache()

    return restore_all


def sqlite_restorer() -> Callable[[], None]:
    """Restores the whole database from a copy."""
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)

    def restore() -> None:
        connection.ensure_connection()
        copy.backup(connection.connection)

    return restore


def postgres_restorer() -> Callable[[], None]:
    """Deletes and brings back rows of the tables that have any; numbers are not given twice."""
    tables = connection.introspection.table_names()
    find = " UNION ALL ".join(
        f"""SELECT '{t}' WHERE EXISTS (SELECT 1 FROM "{t}")""" for t in tables
    )

    def filled(cursor) -> list[str]:
        cursor.execute(find)
        return [name for (name,) in cursor.fetchall()]

    with transaction.atomic(), connection.cursor() as cursor:
        kept_tables = filled(cursor)
        cursor.execute(f"CREATE SCHEMA {AS_MIGRATED}")
        for table in kept_tables:
            cursor.execute(f'CREATE TABLE {AS_MIGRATED}."{table}" AS TABLE "{table}"')

    def restore() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Foreign keys are not checked: the rows are whole when all tables are done.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in filled(cursor):
                cursor.execute(f'DELETE FROM "{table}"')
            for table in kept_tables:
                cursor.execute(f'INSERT INTO "{table}" TABLE {AS_MIGRATED}."{table}"')

    return restore


def connect_to(name: str) -> None:
    """Use another database from now on, in the threads that are still to come as well."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def on_sqlite() -> Iterator[str]:
    """A file beside the site's database."""
    name = connection.settings_dict["TEST"]["NAME"]
    shutil.copyfile(kept.migrated_sqlite(), name)
    try:
        yield name
    finally:
        connection.close()
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)


@contextmanager
def on_postgres() -> Iterator[str]:
    """A database in the same cluster, copied from the kept one or migrated where there is none."""
    template, name = kept.key(), f"test_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        else:
            name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield name
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
