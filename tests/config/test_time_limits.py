"""The times after which a web process stops waiting for Postgres."""

import pytest
from django.db import OperationalError, connection, connections

from config import serving
from config.settings import database
from pagecache.timeouts import WatchedConnection, limits


@pytest.fixture
def postgres(monkeypatch, settings):
    """The settings of a site on Postgres, in the place of the tests' own."""
    settings.DATABASE_PGBOUNCER = False
    settings.DATABASE_STATEMENT_SECONDS, settings.DATABASE_LOCK_SECONDS = 10, 2.5
    found = database("postgres://cwk@db.internal/cwk?options=-c%20work_mem%3D8MB")
    monkeypatch.setattr(connections, "settings", {"default": found})
    monkeypatch.setattr(limits, "statement_seconds", None)
    return found


def test_every_process_notices_a_connection_whose_other_end_is_gone():
    options = database("postgres://cwk@db.internal/cwk")["OPTIONS"]
    assert options["connect_timeout"] == options["pool"]["timeout"] == 2
    assert options["tcp_user_timeout"] == 10_000
    assert (options["keepalives_idle"], options["keepalives_count"]) == (10, 3)
    assert options["pool"]["connection_class"] is WatchedConnection
    assert "options" not in options


def test_web_processes_limit_statements_and_waits_for_locks(postgres):
    serving.limit_statements()
    assert postgres["OPTIONS"]["options"] == (
        "-c statement_timeout=10000 -c lock_timeout=2500 "
        "-c idle_in_transaction_session_timeout=60000 -c work_mem=8MB"
    )
    assert limits.statement_seconds == 11


def test_pgbouncer_is_given_no_options_that_it_refuses(postgres, settings):
    settings.DATABASE_PGBOUNCER = True
    serving.limit_statements()
    assert postgres["OPTIONS"]["options"] == "-c work_mem=8MB"
    assert limits.statement_seconds == 11


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_understands_them(postgres):
    serving.limit_statements()
    with connection.cursor() as cursor:
        for part in postgres["OPTIONS"]["options"].split("-c ")[1:]:
            name, value = part.strip().split("=")
            cursor.execute(f"SET LOCAL {name} = '{value}'")
        cursor.execute("SET LOCAL statement_timeout = 20")
        with pytest.raises(OperationalError):
            cursor.execute("SELECT pg_sleep(5)")
