"""Counters in the database's cache: exact, one query each, gone when their time is over."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.ratelimit import RateLimited, hit
from config import cache as module
from config.cache import TableCache

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(monkeypatch):
    """The cache that a site has without CACHE_URL; its sweeps are left to the tests."""
    monkeypatch.setattr(module.random, "randrange", lambda _most: 1)
    return TableCache("shared_cache", {})


def keys() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        return {row[0].rpartition(":")[2] for row in cursor.fetchall()}


def test_a_site_counts_in_its_database_unless_told():
    program = "from django.conf import settings; print(settings.CACHES['default']['BACKEND'])"
    environment = {k: v for k, v in os.environ.items() if k != "CACHE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "true"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "config.cache.TableCache"


def test_each_key_has_a_number_of_its_own(table):
    assert [table.count_up(key, 60) for key in "aabaab"] == [1, 2, 1, 3, 4, 2]


def test_counting_takes_one_query(table):
    with CaptureQueriesContext(connection) as queries:
        table.count_up("a", 60)
        table.count_up("a", 60)
    assert len(queries) == 2


def test_a_limit_counts_there(table, monkeypatch):
    monkeypatch.setattr("accounts.ratelimit.cache", table)
    for _ in range(3):
        hit("post", "minji", most=3, seconds=60)
    with pytest.raises(RateLimited):
        hit("post", "minji", most=3, seconds=60)


def test_a_sweep_takes_what_is_expired_and_leaves_the_rest(table, monkeypatch):
    table.count_up("old", 60)
    later = timezone.now() + timedelta(seconds=61)
    monkeypatch.setattr(module.timezone, "now", lambda: later)
    monkeypatch.setattr(module.random, "randrange", lambda _most: 0)
    table.count_up("new", 60)
    assert keys() == {"new"}


def test_what_others_keep_in_the_table_is_not_touched(table):
    table.set("words", ["a", "b"], 3600)
    table.add("asked", 7, 3600)  # as an older release counted
    assert table.count_up("words", 60) == table.count_up("asked", 60) == 1
    assert (table.get("words"), table.get("asked")) == (["a", "b"], 7)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_no_count_of_many_at_once_is_lost(table):
    counts = []

    def count():
        counts.extend(table.count_up("a", 60) for _ in range(25))
        connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == list(range(1, 201))
