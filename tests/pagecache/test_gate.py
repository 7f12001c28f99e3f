"""The page cache: what it keeps, what it never keeps, and when it forgets."""

import gzip

import brotli
import pytest
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from config.urls import urlpatterns as site_patterns
from pagecache.changes import Memory, memory, touch
from pagecache.gate import Gate
from pagecache.public import depends_on, public
from pagecache.watch import Watcher

built: list[object] = []


@public("site", query={"after"})
def shared(request):
    built.append(request.get_full_path())
    return HttpResponse(f"page {len(built)} " + "words " * 100)


@public()
def by_key(request, number):
    depends_on(request, f"quest:{number}")
    built.append(number)
    return HttpResponse(f"quest {number} build {len(built)}")


@public("site")
def sets_a_cookie(request):
    built.append("cookie")
    response = HttpResponse("hello")
    response.set_cookie("seen", "1")
    return response


@public("site")
def missing(request):
    built.append("missing")
    return HttpResponse("no such page", status=404)


@public("site")
def opens_a_session(request):
    built.append("session")
    request.session["basket"] = "full"
    return HttpResponse("yours")


def unmarked(request):
    built.append("unmarked")
    return HttpResponse("whoever you are")


urlpatterns = [
    path("shared/", shared),
    path("en/shared/", shared),
    path("quest/<int:number>/", by_key),
    path("cookie/", sets_a_cookie),
    path("missing/", missing),
    path("session/", opens_a_session),
    path("unmarked/", unmarked),
    *site_patterns,
]

pytestmark = pytest.mark.django_db


class Still:
    """A watcher that never looks; tests say themselves what is down."""

    down = False

    def keep_fresh(self):
        pass


class Reader:
    """Asks the gate like a server would."""

    def __init__(self, gate):
        self.gate = gate

    def get(self, path, method="GET", **headers):
        environ = RequestFactory().generic(method, path, headers=headers).environ
        answer = {}

        def start(status, pairs, exc_info=None):
            answer["status"] = int(status.split()[0])
            answer["headers"] = dict(pairs)

        body = self.gate(environ, start)
        answer["body"] = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return answer


@pytest.fixture
def gate():
    built.clear()
    listeners = list(memory.listeners)
    # The test's transaction must outlive its requests.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    with override_settings(ROOT_URLCONF=__name__):
        yield Gate(
            WSGIHandler(),
            memory=memory,
            watcher=Still(),
            max_bytes=100_000,
            max_seconds=60,
            personal=["session", "messages"],
            without_database=["/healthz"],
            unavailable=lambda environ: ([("Retry-After", "15")], b"come back"),
            is_secure=lambda environ: False,
        )
    memory.listeners[:] = listeners
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def reader(gate):
    return Reader(gate)


def test_the_second_reader_gets_the_bytes_of_the_first(reader):
    first, second = reader.get("/shared/"), reader.get("/shared/")
    assert first == second
    assert built == ["/shared/"]
    assert second["headers"]["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert second["headers"]["Vary"] == "Accept-Encoding, Cookie"


def test_a_kept_page_carries_the_headers_that_keep_it_safe(reader):
    reader.get("/shared/")
    headers = reader.get("/shared/")["headers"]
    assert "trusted-types" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Request-ID" not in headers


def test_a_touched_key_drops_the_pages_that_depend_on_it_and_no_other(
    reader, django_capture_on_commit_callbacks
):
    reader.get("/quest/1/")
    reader.get("/quest/2/")
    with django_capture_on_commit_callbacks(execute=True):
        touch("quest:1")
    assert reader.get("/quest/1/")["body"] == b"quest 1 build 3"
    assert reader.get("/quest/2/")["body"] == b"quest 2 build 2"


def test_a_change_by_another_process_drops_the_page_at_the_next_look(reader):
    reader.get("/quest/1/")
    touch("quest:1")  # the transaction of the test never commits, as if elsewhere
    memory.next_poll = 0
    memory.poll()
    assert reader.get("/quest/1/")["body"] == b"quest 1 build 2"


def test_a_page_built_while_its_key_changed_is_not_kept(reader, monkeypatch):
    def change_meanwhile(request):
        memory.forget({"site"})
        return HttpResponse("old")

    monkeypatch.setattr(urlpatterns[0], "callback", public("site")(change_meanwhile))
    reader.get("/shared/")
    assert not reader.gate.store.pages


@pytest.mark.parametrize("cookie", ["session=abc", "messages=xyz", "language=en; session=abc"])
def test_whoever_has_a_session_or_a_message_never_gets_or_leaves_a_kept_page(reader, cookie):
    reader.get("/shared/", cookie=cookie)
    assert not reader.gate.store.pages
    reader.get("/shared/")
    reader.get("/shared/", cookie=cookie)
    assert len(built) == 3


@pytest.mark.parametrize("cookie", ["language=en", "theme=dark", "csrf=token"])
def test_harmless_cookies_share_the_kept_page(reader, cookie):
    first = reader.get("/shared/")
    assert reader.get("/shared/", cookie=cookie)["body"] == first["body"]
    assert len(built) == 1


@pytest.mark.parametrize(
    "address", ["/cookie/", "/missing/", "/session/", "/unmarked/", "/shared/?utm=1", "/nowhere/"]
)
def test_these_answers_are_never_kept(reader, address):
    reader.get(address)
    reader.get(address)
    assert not reader.gate.store.pages


def test_an_answer_that_is_not_kept_is_marked_as_private(reader):
    for address in ("/unmarked/", "/shared/?utm=1"):
        assert "private" in reader.get(address)["headers"]["Cache-Control"]


def test_a_personal_answer_to_a_marked_page_is_private(reader, learner, client):
    client.force_login(learner)
    name, value = next((k, v.value) for k, v in client.cookies.items() if "session" in k)
    answer = reader.get("/shared/", cookie=f"{name}={value}")
    assert "no-store" in answer["headers"]["Cache-Control"]


def test_parameters_that_the_view_understands_are_pages_of_their_own(reader):
    one, two = reader.get("/shared/?after=1"), reader.get("/shared/?after=2")
    assert one["body"] != two["body"]
    assert reader.get("/shared/?after=1") == one


def test_each_language_and_each_host_has_its_own_page(reader):
    pages = {
        reader.get("/shared/")["body"],
        reader.get("/en/shared/")["body"],
        reader.get("/shared/", host="localhost")["body"],
    }
    assert len(pages) == 3


def test_a_refused_host_is_not_kept(reader):
    assert reader.get("/shared/", host="evil.example")["status"] == 400
    assert not reader.gate.store.pages


@pytest.mark.parametrize(
    ("accepted", "coding", "decode"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0.0, gzip;q=0", None, bytes),
    ],
)
def test_every_coding_holds_the_same_page(reader, accepted, coding, decode):
    plain = reader.get("/shared/")["body"]
    answer = reader.get("/shared/", **{"accept-encoding": accepted})
    assert answer["headers"].get("Content-Encoding") == coding
    assert decode(answer["body"]) == plain
    assert answer["headers"]["Content-Length"] == str(len(answer["body"]))


def test_each_coding_has_an_etag_of_its_own_that_answers_304(reader):
    tags = set()
    for accepted in ("", "gzip", "br"):
        tag = reader.get("/shared/", **{"accept-encoding": accepted})["headers"]["ETag"]
        tags.add(tag)
        for known in (tag, f'"other", W/{tag}'):
            headers = {"accept-encoding": accepted, "if-none-match": known}
            again = reader.get("/shared/", **headers)
            assert (again["status"], again["body"]) == (304, b"")
            assert again["headers"]["ETag"] == tag
            assert "Content-Length" not in again["headers"]
    assert len(tags) == 3


def test_an_old_etag_gets_the_new_page(reader):
    tag = reader.get("/shared/")["headers"]["ETag"]
    memory.forget({"site"})
    answer = reader.get("/shared/", **{"if-none-match": tag})
    assert answer["status"] == 200
    assert answer["headers"]["ETag"] != tag


def test_head_is_answered_without_a_body(reader):
    page = reader.get("/shared/")
    head = reader.get("/shared/", method="HEAD")
    assert (head["body"], head["headers"]) == (b"", page["headers"])


def test_a_post_passes_the_cache_by(reader):
    reader.get("/shared/")
    reader.get("/shared/", method="POST")
    assert reader.get("/shared/")["body"].startswith(b"page 1")
    assert len(reader.gate.store.pages) == 1


def test_the_store_stays_within_its_bytes(reader):
    for number in range(200):
        reader.get(f"/quest/{number}/")
    assert reader.gate.store.bytes <= 100_000
    assert len(reader.gate.store.pages) < 60
    assert reader.get("/quest/199/")["body"] == b"quest 199 build 200"
    # What was dropped left nothing behind.
    assert len(reader.gate.store.addresses) == len(reader.gate.store.pages)


def test_without_a_database_kept_pages_go_on_and_the_rest_is_told_to_come_back(reader):
    page = reader.get("/shared/")
    reader.gate.watcher.down = True
    assert reader.get("/shared/") == page
    refused = reader.get("/quest/1/")
    assert (refused["status"], refused["headers"]["Retry-After"]) == (503, "15")
    assert reader.get("/shared/", method="POST")["status"] == 503
    assert reader.get("/healthz")["status"] == 200


def test_an_old_page_is_built_anew_but_serves_while_the_database_is_away(reader):
    first = reader.get("/shared/")
    page = next(iter(reader.gate.store.pages.values()))[0]
    page.expires = 0
    reader.gate.watcher.down = True
    assert reader.get("/shared/") == first
    reader.gate.watcher.down = False
    assert reader.get("/shared/")["body"] != first["body"]


def test_a_change_of_everything_empties_the_store(reader):
    reader.get("/shared/")
    reader.get("/quest/1/")
    memory.forget({"*"})
    assert not reader.gate.store.pages


def test_a_value_built_while_its_key_changed_is_not_remembered(db):
    from pagecache.changes import remember

    def build():
        memory.forget({"rules"})
        return "old"

    assert remember("rules", build) == "old"
    assert remember("rules", lambda: "new") == "new"


def test_a_process_that_was_cut_off_for_long_forgets_everything(db):
    mine = Memory()
    mine.poll()
    mine.values["rules"] = "old"
    mine.read_changes(mine.polled_at + 7200)
    assert not mine.values


def test_a_process_is_never_more_than_a_second_behind():
    # A reader trusts a look that is at most two intervals old, see Watcher.keep_fresh.
    assert 2 * Watcher(Memory()).interval <= 1.0
