"""`manage.py warm_pages`: the pages that are read most, built before new processes start."""

import pytest
from django.core import signals
from django.core.management import call_command
from django.db import close_old_connections

from config import metrics, warming
from pagecache.changes import memory
from pagecache.watch import Watcher
from tests.factories import make_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """The directory; the command leaves nothing behind in the tests' process."""
    settings.PAGECACHE_DIR = str(tmp_path / "pages")
    listeners = list(memory.listeners)
    monkeypatch.setattr(metrics.page_cache, "cache", None)
    # Its thread would have a connection of its own, outside of the test's transaction.
    monkeypatch.setattr(Watcher, "keep_fresh", lambda self: memory.poll())
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield tmp_path / "pages"
    memory.listeners[:] = listeners
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def test_it_builds_lists_quests_chapters_and_lessons_in_each_language(folder, capsys):
    make_quest(lessons=2)
    call_command("warm_pages")
    # Home, stream, tags, levels, quest, chapter and two lessons.
    assert capsys.readouterr().out.startswith("16 pages built, 0 there already, in ")
    assert len(list(folder.iterdir())) == 16
    call_command("warm_pages")
    assert capsys.readouterr().out.startswith("0 pages built, 16 there already, in ")


def test_drafts_are_no_pages(folder, capsys):
    quest, _lessons = make_quest(lessons=2)
    quest.status = "draft"
    quest.save()
    call_command("warm_pages")
    assert capsys.readouterr().out.startswith("8 pages built")


def test_a_page_that_fails_is_told_and_stops_nothing(folder, capsys, monkeypatch):
    make_quest(lessons=1)
    real = warming.environ_of

    def broken(path):
        if path == "/stream/":
            raise RuntimeError("no stream today")
        return real(path)

    monkeypatch.setattr(warming, "environ_of", broken)
    call_command("warm_pages")
    told = capsys.readouterr()
    assert told.out.startswith("13 pages built")
    assert "1 failed: /stream/" in told.err


def test_it_ends_when_its_time_is_over(folder, capsys):
    call_command("warm_pages", seconds=-1)
    assert capsys.readouterr().out.startswith("0 pages built, 0 there already")


def test_without_a_directory_there_is_nothing_to_do(settings, capsys):
    settings.PAGECACHE_DIR = ""
    call_command("warm_pages")
    assert "nothing to fill" in capsys.readouterr().out


def test_the_pages_are_those_of_the_sites_own_address(settings):
    settings.SITE_URL = "https://learn.example.org"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    environ = warming.environ_of("/tags/%EB%B0%B0%EC%97%B4/")
    assert environ["HTTP_HOST"] == "learn.example.org"
    assert environ["HTTP_X_FORWARDED_PROTO"] == environ["wsgi.url_scheme"] == "https"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/tags/배열/"
