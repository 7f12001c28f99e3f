"""Pages that processes share: each `Process` below has a memory and a page cache of its own."""

import os
import time
from datetime import timedelta

import brotli
import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, close_old_connections
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.utils import timezone

from config.urls import urlpatterns as site_patterns
from pagecache import changes
from pagecache.changes import LONGEST_GAP, OVERLAP, Memory, replica
from pagecache.models import Change
from pagecache.public import depends_on, public
from pagecache.shared import Folder, SharedPages
from pagecache.wsgi import PageCache
from tests.pagecache.test_page_cache import Reader, Still

built: list[int] = []


@public()
def by_key(request, number):
    depends_on(request, f"quest:{number}")
    built.append(number)
    return HttpResponse(f"quest {number} build {len(built)}")


@public("site")
def large(request, number):
    return HttpResponse(os.urandom(20_000).hex())


urlpatterns = [
    path("quest/<int:number>/", by_key),
    path("large/<int:number>/", large),
    *site_patterns,
]
pytestmark = pytest.mark.django_db


class Process(Reader):
    """A web process of the machine; `folder` is the directory that it shares with others."""

    def __init__(self, folder, release="one", seconds=60):
        self.memory = Memory()
        watcher = Still()
        super().__init__(
            PageCache(
                WSGIHandler(),
                memory=self.memory,
                watcher=watcher,
                max_bytes=100_000,
                max_seconds=seconds,
                personal=["session"],
                without_database=[],
                unavailable_page=lambda environ: ([], b"come back"),
                is_secure=lambda environ: False,
                shared=SharedPages(
                    Folder(folder, 100_000), self.memory, release=release, max_seconds=seconds
                ),
            )
        )

    def look(self):
        """What the page cache's thread does twice a second."""
        self.memory.next_poll = 0
        self.memory.poll()

    def body(self, path="/quest/1/"):
        """The page, after a look if there is a database."""
        if not self.page_cache.watcher.down:
            self.look()
        return self.get(path)["body"]

    def loses_the_database(self):
        self.page_cache.watcher.down = True


@pytest.fixture(autouse=True)
def _pages():
    built.clear()
    # The test's transaction must outlive its requests.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    with override_settings(ROOT_URLCONF=__name__):
        yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "pages"


@pytest.fixture
def one(folder):
    return Process(folder)


@pytest.fixture
def other(folder):
    return Process(folder)


def change(key="quest:1", ago=timedelta(0)):
    """A change that a third process commits now; its transaction began earlier."""
    return Change.objects.create(key=key, at=timezone.now() - ago)


def test_a_page_is_built_once_for_all_processes(one, other):
    assert one.body() == other.body() == b"quest 1 build 1"
    assert other.page_cache.taken == 1
    assert other.body() == b"quest 1 build 1"
    assert (other.page_cache.taken, other.page_cache.hits) == (1, 1)


def test_all_processes_give_the_same_answer_in_every_coding(one, other):
    other.look()
    for accepted in ("", "gzip", "br"):
        headers = {"accept-encoding": accepted}
        other.page_cache.store.forget({"*"})
        assert one.get("/quest/1/", **headers) == other.get("/quest/1/", **headers)


def test_a_process_that_starts_later_needs_no_query_for_a_page(
    one, folder, django_assert_num_queries
):
    one.body()
    late = Process(folder)
    late.look()
    with django_assert_num_queries(0):
        assert late.get("/quest/1/")["body"] == b"quest 1 build 1"


@pytest.mark.parametrize("key", ["quest:1", "*"])
def test_after_a_change_no_process_serves_the_old_page(one, other, folder, key):
    one.body()
    change(key)
    assert Process(folder).body() == b"quest 1 build 2"
    assert other.body() == b"quest 1 build 2"
    # The builder's look found the change a moment before it built.
    assert one.body() == b"quest 1 build 2"


def test_a_change_of_something_else_drops_nothing(one, other):
    one.body()
    change("quest:2")
    assert other.body() == b"quest 1 build 1"


@pytest.mark.parametrize("ago", [timedelta(seconds=1), OVERLAP - timedelta(seconds=5)])
def test_a_change_whose_transaction_began_before_the_page_and_ended_after_counts(
    one, other, folder, ago
):
    one.body()
    change(ago=ago)
    assert other.body() == b"quest 1 build 2"
    assert Process(folder).body() == b"quest 1 build 2"


def test_a_change_that_ended_late_counts_though_a_newer_one_is_in_the_page(one, other):
    change()
    one.body()
    change(ago=timedelta(seconds=30))
    assert other.body() == b"quest 1 build 2"


def test_a_change_before_the_page_does_not_count(one, other):
    change()
    one.body()
    assert other.body() == b"quest 1 build 1"


def test_what_a_process_changed_itself_counts_at_once(
    one, folder, monkeypatch, django_capture_on_commit_callbacks
):
    one.body()
    other = Process(folder)
    other.look()
    monkeypatch.setattr(changes, "memory", other.memory)
    with django_capture_on_commit_callbacks(execute=True):
        changes.invalidate("quest:1")
    assert other.get("/quest/1/")["body"] == b"quest 1 build 2"


def test_without_a_database_all_processes_show_the_same_page(one, other, folder):
    one.body()
    other.look()
    newcomer = Process(folder)  # has never seen the database
    for process in (one, other, newcomer):
        process.loses_the_database()
        assert [process.body() for _ in range(2)] == [b"quest 1 build 1"] * 2
        assert process.get("/quest/2/")["status"] == 503


def test_a_page_that_is_known_to_be_old_is_not_shown_without_a_database_either(one, other):
    one.body()
    change()
    other.look()
    other.loses_the_database()
    assert other.get("/quest/1/")["status"] == 503


def test_what_was_served_without_a_database_is_checked_when_it_is_back(one, folder, monkeypatch):
    one.page_cache.max_seconds = one.page_cache.shared.max_seconds = 10**6
    with monkeypatch.context() as earlier:
        before = timezone.now() - 3 * LONGEST_GAP
        earlier.setattr("pagecache.changes.timezone.now", lambda: before)
        one.body()
    change(ago=2 * LONGEST_GAP)  # longer ago than a new process looks back
    other = Process(folder, seconds=10**6)
    other.loses_the_database()
    assert other.body() == b"quest 1 build 1"
    other.page_cache.watcher.down = False
    assert other.body() == b"quest 1 build 2"


def test_a_page_that_is_older_than_what_the_process_knows_is_built_anew(one, folder, monkeypatch):
    one.page_cache.max_seconds = one.page_cache.shared.max_seconds = 10**6
    before = timezone.now() - LONGEST_GAP - timedelta(minutes=1)
    monkeypatch.setattr("pagecache.changes.timezone.now", lambda: before)
    one.body()
    monkeypatch.undo()
    newcomer = Process(folder, seconds=10**6)
    assert newcomer.body() == b"quest 1 build 2"


def test_no_page_gets_older_by_being_handed_on(one, folder, monkeypatch):
    before = timezone.now() - timedelta(seconds=50)
    monkeypatch.setattr("pagecache.changes.timezone.now", lambda: before)
    one.body()
    monkeypatch.undo()
    other = Process(folder)
    assert other.body() == b"quest 1 build 1"
    (page, _keys), *_rest = other.page_cache.store.pages.values()
    assert page.expires - time.monotonic() < 11
    assert Process(folder, seconds=40).body() == b"quest 1 build 2"


def test_another_release_has_its_own_pages(one, folder):
    one.body()
    newer = Process(folder, release="two")
    assert newer.body() == b"quest 1 build 2"
    newer.loses_the_database()
    newer.page_cache.store.forget({"*"})
    assert newer.body() == b"quest 1 build 2"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-3],
        lambda content: content.replace(b'"seen"', b'"sine"'),
        lambda content: b"[]\n" + content.partition(b"\n")[2],
        lambda content: content.partition(b"\n")[0] + b"\n" + brotli.compress(b"another page"),
        lambda content: b"\xff" * 300,
    ],
)
@pytest.mark.parametrize("down", [False, True])
def test_a_file_that_is_broken_is_no_page(one, other, folder, spoil, down):
    one.body()
    for file in folder.iterdir():
        file.write_bytes(spoil(file.read_bytes()))
    other.look()
    other.page_cache.watcher.down = down
    answer = other.get("/quest/1/")
    assert (answer["status"], answer["body"]) == (
        (503, b"come back") if down else (200, b"quest 1 build 2")
    )


def test_a_directory_that_takes_nothing_stops_nobody(one, folder, monkeypatch, caplog):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pagecache.shared.tempfile.NamedTemporaryFile", full)
    assert one.body("/quest/1/") == b"quest 1 build 1"
    assert one.body("/quest/2/") == b"quest 2 build 2"
    assert one.body("/quest/1/") == b"quest 1 build 1"
    assert len(caplog.messages) == 1
    monkeypatch.undo()
    one.body("/quest/3/")
    assert len(list(folder.iterdir())) == 1


def test_a_directory_that_was_removed_is_made_again(one, other, folder):
    folder.rmdir()
    one.body("/quest/1/")
    one.body("/quest/2/")
    assert other.body("/quest/2/") == b"quest 2 build 2"


def test_a_directory_that_can_not_be_made_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("")
    process = Process(tmp_path / "file" / "pages")
    assert process.body() == process.body() == b"quest 1 build 1"


def test_pages_that_others_could_have_written_are_not_read(one, folder):
    one.body()
    folder.chmod(0o777)
    assert Process(folder).body() == b"quest 1 build 2"


def test_nobody_else_can_read_or_write_it(one, folder):
    one.body()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]


def test_the_directory_stays_within_its_bytes_and_loses_the_oldest(one, folder):
    for number in range(40):
        one.body(f"/large/{number}/")
    sizes = [file.stat().st_size for file in folder.iterdir()]
    assert 0 < sum(sizes) < 100_000 + 2 * max(sizes)
    newest = Process(folder)
    newest.body("/large/39/")
    assert newest.page_cache.taken == 1


@pytest.mark.parametrize("headers", [{"cookie": "session=x"}, {"authorization": "Basic eA=="}])
def test_what_may_be_personal_is_neither_left_nor_taken(one, other, folder, headers):
    one.get("/quest/1/", **headers)
    assert list(folder.iterdir()) == []
    one.get("/quest/1/")
    assert other.get("/quest/1/", **headers)["body"] == b"quest 1 build 3"


def test_a_page_that_changed_while_it_was_built_is_not_shared(one, folder, monkeypatch):
    def change_meanwhile(request, number):
        one.memory.forget({"site"})
        return HttpResponse("old")

    monkeypatch.setattr(urlpatterns[1], "callback", public("site")(change_meanwhile))
    one.body("/large/1/")
    assert list(folder.iterdir()) == []


def test_what_was_begun_while_values_were_dropped_is_not_kept():
    memory, clocks = Memory(), []
    memory.listeners.append(lambda keys: clocks.append(memory.clock))
    memory.forget({"site"})
    assert memory.changed_since(clocks[0], {"site"})
    assert not memory.changed_since(memory.clock, {"site"})


def test_a_look_that_fails_half_way_is_done_again(monkeypatch):
    memory = Memory()
    memory.poll()
    memory.values["quest:1"] = "old"
    change()

    def fail(changes):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(replica, "expect", fail)
        with pytest.raises(OperationalError):
            memory.read_changes(memory.polled_at + 1)
    memory.read_changes(memory.polled_at + 1)
    assert not memory.values
