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
from pagecache.changes import Memory, invalidate, memory
from pagecache.public import depends_on, public
from pagecache.watch import Watcher
from pagecache.wsgi import PageCache

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


@public("site")
def says_its_host(request):
    built.append(request.get_host())
    return HttpResponse(f"host {len(built)}")


@public("site")
def looks_at_the_session(request):
    built.append("looked")
    return HttpResponse(f"basket {request.session.get('basket')} {len(built)}")


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
    path("host/", says_its_host),
    path("basket/", looks_at_the_session),
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
    """Asks the page cache like a server would."""

    def __init__(self, page_cache):
        self.page_cache = page_cache

    def get(self, path, method="GET", **headers):
        environ = RequestFactory().generic(method, path, headers=headers).environ
        answer = {}

        def start(status, pairs, exc_info=None):
            answer["status"] = int(status.split()[0])
            answer["headers"] = dict(pairs)

        body = self.page_cache(environ, start)
        answer["body"] = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        return answer


@pytest.fixture
def page_cache():
    built.clear()
    listeners = list(memory.listeners)
    # The test's transaction must outlive its requests.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    with override_settings(ROOT_URLCONF=__name__):
        yield PageCache(
            WSGIHandler(),
            memory=memory,
            watcher=Still(),
            max_bytes=100_000,
            max_seconds=60,
            personal=["session", "messages"],
            without_database=["/healthz"],
            unavailable_page=lambda environ: ([("Retry-After", "15")], b"come back"),
            is_secure=lambda environ: False,
        )
    memory.listeners[:] = listeners
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def reader(page_cache):
    return Reader(page_cache)


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
        invalidate("quest:1")
    assert reader.get("/quest/1/")["body"] == b"quest 1 build 3"
    assert reader.get("/quest/2/")["body"] == b"quest 2 build 2"


def test_a_change_by_another_process_drops_the_page_at_the_next_look(reader):
    reader.get("/quest/1/")
    invalidate("quest:1")  # the transaction of the test never commits, as if elsewhere
    memory.next_poll = 0
    memory.poll()
    assert reader.get("/quest/1/")["body"] == b"quest 1 build 2"


def test_a_page_built_while_its_key_changed_is_not_kept(reader, monkeypatch):
    def change_meanwhile(request):
        memory.forget({"site"})
        return HttpResponse("old")

    monkeypatch.setattr(urlpatterns[0], "callback", public("site")(change_meanwhile))
    reader.get("/shared/")
    assert not reader.page_cache.store.pages


@pytest.mark.parametrize(
    "cookie",
    [
        *("session=abc", "messages=xyz", "language=en; session=abc"),
        # Django strips what is space to it, before and after a name.
        *("session =abc", " session\t=abc", "language=en;session =abc"),
        "\u00c2\u00a0session=abc",  # a no-break space in UTF-8, as a server hands it over
    ],
)
def test_whoever_has_a_session_or_a_message_never_gets_or_leaves_a_kept_page(reader, cookie):
    reader.get("/shared/", cookie=cookie)
    assert not reader.page_cache.store.pages
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
    assert not reader.page_cache.store.pages


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


@pytest.mark.parametrize("address", ["/shared/?", "/shared/?&", "/shared/?&&", "/shared/"])
def test_a_query_without_parameters_is_none(reader, address):
    assert reader.get("/shared/")["body"] == reader.get(address)["body"]
    assert len(reader.page_cache.store.pages) == 1


def test_a_parameter_is_one_however_it_is_written(reader):
    addresses = ["/shared/?after=1", "/shared/?&after=1&", "/shared/?after=%31"]
    assert len({reader.get(address)["body"] for address in addresses}) == 1
    assert len(reader.page_cache.store.pages) == 1


@pytest.mark.parametrize("host", ["testserver:80", "testserver:8443", "TestServer", "testserver."])
def test_a_host_is_one_with_any_port_and_in_any_case(reader, host):
    first = reader.get("/host/", host="testserver")
    assert reader.get("/host/", host=host)["body"] == first["body"]
    assert len(reader.page_cache.store.pages) == 1


@pytest.mark.parametrize("path", ["/", "/en/", "/stream/"])
def test_no_page_that_is_kept_shows_the_host_that_it_was_asked_by(reader, path):
    answer = reader.get(path, host="localhost:4711")
    assert len(reader.page_cache.store.pages) == 1
    assert b"4711" not in answer["body"]
    assert "4711" not in str(answer["headers"])


@pytest.mark.parametrize("host", ["", "a b", "testserver:80:80", "evil.example/testserver"])
def test_a_host_that_django_refuses_gets_no_kept_page(reader, host):
    reader.get("/shared/", host="testserver")
    reader.get("/shared/", host=host)
    assert len(reader.page_cache.store.pages) == 1
    assert reader.page_cache.hits == 0


def test_an_answer_made_of_a_session_is_not_kept_even_if_the_cache_saw_no_cookie(
    reader, client, settings
):
    session = client.session
    session["basket"] = "full"
    session.save()
    # As if the cache read the header in another way than Django.
    reader.page_cache.personal = frozenset()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    assert b"basket full" in reader.get("/basket/", cookie=cookie)["body"]
    assert not reader.page_cache.store.pages
    assert b"basket None" in reader.get("/basket/")["body"]


def test_a_refused_host_is_not_kept(reader):
    assert reader.get("/shared/", host="evil.example")["status"] == 400
    assert not reader.page_cache.store.pages


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
    assert len(reader.page_cache.store.pages) == 1


def test_the_store_stays_within_its_bytes(reader):
    for number in range(200):
        reader.get(f"/quest/{number}/")
    assert reader.page_cache.store.bytes <= 100_000
    assert len(reader.page_cache.store.pages) < 60
    assert reader.get("/quest/199/")["body"] == b"quest 199 build 200"
    # What was dropped left nothing behind.
    assert len(reader.page_cache.store.addresses) == len(reader.page_cache.store.pages)


def test_without_a_database_kept_pages_go_on_and_the_rest_is_told_to_come_back(reader):
    page = reader.get("/shared/")
    reader.page_cache.watcher.down = True
    assert reader.get("/shared/") == page
    refused = reader.get("/quest/1/")
    assert (refused["status"], refused["headers"]["Retry-After"]) == (503, "15")
    assert reader.get("/shared/", method="POST")["status"] == 503
    assert reader.get("/healthz")["status"] == 200


def test_an_old_page_is_built_anew_but_serves_while_the_database_is_away(reader):
    first = reader.get("/shared/")
    page = next(iter(reader.page_cache.store.pages.values()))[0]
    page.expires = 0
    reader.page_cache.watcher.down = True
    assert reader.get("/shared/") == first
    reader.page_cache.watcher.down = False
    assert reader.get("/shared/")["body"] != first["body"]


def test_a_change_of_everything_empties_the_store(reader):
    reader.get("/shared/")
    reader.get("/quest/1/")
    memory.forget({"*"})
    assert not reader.page_cache.store.pages


def test_a_value_built_while_its_key_changed_is_not_remembered(db):
    from pagecache.changes import cached_value

    def build():
        memory.forget({"rules"})
        return "old"

    assert cached_value("rules", build) == "old"
    assert cached_value("rules", lambda: "new") == "new"


def test_a_process_that_was_cut_off_for_long_forgets_everything(db):
    mine = Memory()
    mine.poll()
    mine.values["rules"] = "old"
    mine.read_changes(mine.polled_at + 7200)
    assert not mine.values


def test_a_process_is_never_more_than_a_second_behind():
    # A reader trusts a look that is at most two intervals old, see Watcher.keep_fresh.
    assert 2 * Watcher(Memory()).interval <= 1.0
