"""The polling thread distinguishes an outage from a programming error."""

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from pagecache.changes import Memory
from pagecache.timeouts import limits
from pagecache.watch import Watcher


@pytest.mark.parametrize(
    ("error", "down"), [(OperationalError, True), (InterfaceError, True), (ProgrammingError, False)]
)
def test_only_a_database_that_does_not_answer_is_down(monkeypatch, error, down):
    memory = Memory()

    def fail(now):
        raise error("the look failed")

    monkeypatch.setattr(memory, "read_changes", fail)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr("pagecache.watch.check_pool", lambda **_: None)
    monkeypatch.setattr(limits, "down", False)
    watcher = Watcher(memory)

    watcher.look()

    assert watcher.down is limits.down is down
