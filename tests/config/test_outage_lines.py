"""What the log says of an outage: why, and nothing of anybody's."""

import json
import logging

import psycopg
import pytest
from django.db import DatabaseError, InternalError, OperationalError

from config.logs import DatabaseErrorFilter, JsonFormatter, reason
from pagecache.changes import Memory
from pagecache.outages import is_outage
from pagecache.timeouts import limits
from pagecache.watch import Watcher

SECRET = "Key (email)=(minji@example.com) exists"


def raised(outer: type[DatabaseError], inner: type[psycopg.Error] | None = None) -> DatabaseError:
    """The error as Django raises it for one of the driver's."""
    try:
        if inner is None:
            raise outer(SECRET)
        try:
            raise inner(SECRET)
        except psycopg.Error as cause:
            raise outer(SECRET) from cause
    except DatabaseError as error:
        return error


SHUTDOWN = raised(OperationalError, psycopg.errors.AdminShutdown)
READ_ONLY = raised(InternalError, psycopg.errors.ReadOnlySqlTransaction)
FULL = raised(OperationalError, psycopg.errors.DiskFull)
ABORTED = raised(InternalError, psycopg.errors.InFailedSqlTransaction)


@pytest.mark.parametrize(
    ("error", "outage"),
    [(SHUTDOWN, True), (READ_ONLY, True), (FULL, True), (ABORTED, False),
     (raised(InternalError, psycopg.errors.IdleInTransactionSessionTimeout), True),
     (raised(OperationalError), True), (raised(DatabaseError), False), (ValueError(), False)],
)  # fmt: skip
def test_an_outage_is_known_by_its_class_or_its_sqlstate(error, outage):
    assert is_outage(error) is outage


@pytest.mark.parametrize(("error", "state"), [(SHUTDOWN, "57P01"), (READ_ONLY, "25006")])
def test_a_reader_turned_away_is_one_line_with_class_and_sqlstate(
    client, db, monkeypatch, caplog, error, state
):
    def fail(**options):
        raise error

    monkeypatch.setattr("course.pages.reading.access.quest_texts", fail)
    assert client.get("/?q=minji@example.com").status_code == 503
    (record,) = [each for each in caplog.records if each.levelno >= logging.ERROR]
    line = json.loads(JsonFormatter().format(record))
    assert line["message"].startswith("503 GET : django.db.utils.")
    assert line["message"].endswith(f"{line['error']['cause']} {state}")
    assert line["error"]["sqlstate"] == state
    assert "frames" not in line["error"]
    assert "minji" not in json.dumps(line)


@pytest.mark.parametrize("json_lines", [True, False])
def test_an_error_that_is_part_of_a_line_is_named_and_not_quoted(json_lines):
    record = logging.LogRecord("x", logging.WARNING, "", 0, "Later: %s (%d)", (FULL, 3), None)
    DatabaseErrorFilter().filter(record)
    formatter = JsonFormatter() if json_lines else logging.Formatter()
    text = formatter.format(record)
    assert "psycopg.errors.DiskFull 53100 (3)" in text
    assert "minji" not in text


def test_the_filter_is_in_force(settings):
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["database_errors"]


def test_the_watcher_tells_once_that_the_database_went_and_once_that_it_is_back(
    monkeypatch, caplog
):
    memory, answers = Memory(), [SHUTDOWN, SHUTDOWN, None, None]

    def read(now):
        if error := answers.pop(0):
            raise error

    monkeypatch.setattr(memory, "read_changes", read)
    monkeypatch.setattr("pagecache.watch.connection.close", lambda: None)
    monkeypatch.setattr("pagecache.watch.check_pool", lambda **_: None)
    monkeypatch.setattr(limits, "down", False)
    watcher = Watcher(memory)
    for _time in range(4):
        watcher.look()
    lines = [each for each in caplog.records if each.name == "pagecache.watch"]
    assert [line.levelname for line in lines] == ["ERROR", "WARNING"]
    assert lines[0].getMessage() == f"The database does not answer: {reason(SHUTDOWN)}"
