"""The page cache: a WSGI application in front of Django and its whole middleware stack.

It answers anonymous requests with cached bytes, without a query. Pages are stored only when a view
marked them (`pagecache.public`), and dropped when one of their keys is invalidated in any process.
It never reads, stores or returns anything that belongs to a session. While the database is
unavailable it keeps serving cached pages and answers everything else at once with 503.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.core.handlers.wsgi import get_bytes_from_wsgi, get_str_from_wsgi
from django.http import QueryDict, parse_cookie
from django.http.request import split_domain_port

from pagecache.changes import Memory
from pagecache.pages import Headers, Page, PageStore, StartResponse
from pagecache.shared import SharedPages
from pagecache.watch import Watcher

Environ = dict[str, Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
LONGEST_QUERY = 200


class PageCache:
    """Wraps a WSGI application.

    `personal` are the names of cookies that bypass the cache; `unavailable_page(environ)` returns
    the headers and body of the 503; paths that start with one of `without_database` are passed on
    even while the database is unavailable; `is_secure(environ)` says whether the request came by
    HTTPS; `shared` are the pages of this machine's other processes.
    """

    def __init__(
        self,
        application: Application,
        *,
        memory: Memory,
        watcher: Watcher,
        max_bytes: int,
        max_seconds: float,
        personal: Iterable[str],
        without_database: Iterable[str],
        unavailable_page: Callable[[Environ], tuple[Headers, bytes]],
        is_secure: Callable[[Environ], bool],
        shared: SharedPages | None = None,
    ) -> None:
        self.application = application
        self.memory = memory
        self.watcher = watcher
        self.max_seconds = max_seconds
        self.personal = frozenset(personal)
        self.without_database = tuple(without_database)
        self.unavailable_page = unavailable_page
        self.is_secure = is_secure
        self.shared = shared
        self.store = PageStore(max_bytes)
        self.hits = self.taken = self.built = self.refused = 0
        memory.listeners.append(self.store.forget)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Return a cached page, or Django's response."""
        if environ["PATH_INFO"].startswith(self.without_database):
            return self.application(environ, start_response)
        self.watcher.keep_fresh()
        address = self.address_of(environ)
        page = self.store.get(address) if address else None
        if page is not None and page.is_good(stale=self.watcher.down):
            self.hits += 1
            return page.answer(environ, start_response)
        page = self.take(address) if address and self.shared else None
        if page is not None:
            self.taken += 1
            return page.answer(environ, start_response)
        if self.watcher.down:
            return self.unavailable(environ, start_response)
        if address is None or environ["REQUEST_METHOD"] == "HEAD":
            return self.application(environ, start_response)
        return self.build(address, environ, start_response)

    def address_of(self, environ: Environ) -> tuple[Any, ...] | None:
        """Return the cache address, or None for a request that may be personal.

        The port is left out, so cached pages must not contain the Host header; links to the site
        start with settings.SITE_URL.
        """
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in environ:
            return None
        if "HTTP_COOKIE" in environ and not self.personal.isdisjoint(cookies_of(environ)):
            return None
        query = environ.get("QUERY_STRING", "")
        host = host_of(environ.get("HTTP_HOST", environ["SERVER_NAME"]))
        if not host or len(query) > LONGEST_QUERY:
            return None
        # The language is part of the path.
        return self.is_secure(environ), host, environ["PATH_INFO"], query and query_of(environ)

    def take(self, address: tuple[Any, ...]) -> Page | None:
        """Return the page that another process has built, and store it as an own one."""
        clock = self.memory.clock
        found = self.shared.read(address, stale=self.watcher.down) if self.shared else None
        if found is None:
            return None
        page, keys = found
        # One that nobody could check is asked for again, so that it goes when the database is back.
        if not self.watcher.down:
            self.put(address, page, keys, clock)
        return page

    def build(
        self, address: tuple[Any, ...], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Call Django, and store the page if its view marked it."""
        position = self.memory.position()
        started: list[Any] = []
        response = self.application(environ, lambda *arguments: started.extend(arguments))
        keys = getattr(response, "public_keys", None)
        if keys is None or not may_be_kept(*started[:2]):
            start_response(*started)
            return response
        page = Page(started[1], b"".join(response), self.max_seconds)
        response.close()  # type: ignore[attr-defined]
        self.built += 1
        answer = page.answer(environ, start_response)
        if self.put(address, page, keys, position.clock) and self.shared:
            self.shared.write(address, page, keys, position)
        return answer

    def put(self, address: tuple[Any, ...], page: Page, keys: frozenset[str], clock: int) -> bool:
        """Store the page, unless a key changed after `clock`. Returns whether it is stored.

        A change that was committed while the page was built may be missing from it.
        """
        if self.memory.changed_since(clock, keys):
            return False
        self.store.put(address, page, keys)
        # Again, for a change between the question and the answer.
        if self.memory.changed_since(clock, keys):
            self.store.forget(keys)
            return False
        return True

    def unavailable(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Return 503 without calling Django, because the database is known to be unavailable."""
        self.refused += 1
        headers, body = self.unavailable_page(environ)
        start_response("503 Service Unavailable", headers)
        return [body]


def cookies_of(environ: Environ) -> dict[str, str]:
    """Return the cookies as Django parses them, so that both see the same ones."""
    return parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))


def query_of(environ: Environ) -> str:
    """Return the query as Django parses it, in normalized form: "" for "&&"."""
    return QueryDict(get_bytes_from_wsgi(environ, "QUERY_STRING", "")).urlencode()


@lru_cache(maxsize=256)
def host_of(header: str) -> str:
    """Return the name in a Host header, without port; "" for a header that Django rejects."""
    return split_domain_port(header)[0]


def may_be_kept(status: str, headers: Headers) -> bool:
    """Return whether the response may be stored: a complete page that sets no cookies."""
    if not status.startswith("200 "):
        return False
    return not any(name.lower() in ("set-cookie", "content-encoding") for name, _ in headers)
