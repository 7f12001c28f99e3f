"""The page cache: a WSGI application in front of Django and its whole middleware stack.

It answers the anonymous with finished bytes, without a query. Pages come into it only when a view
marked them (`pagecache.public`), and leave it when one of their keys is touched in any process. It
never looks at, keeps or answers anything that belongs to a session. While the database is away it
goes on answering what it has; everything else is told to come back, at once instead of after a
time-out.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pagecache.changes import Memory
from pagecache.pages import Headers, Page, PageStore, StartResponse
from pagecache.watch import Watcher

Environ = dict[str, Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
LONGEST_QUERY = 200


class Gate:
    """Wraps a WSGI application.

    `personal` are the names of cookies whose bearer gets pages of their own; `unavailable(environ)`
    makes the headers and body of the 503; paths that start with one of `without_database` are
    passed on even while the database is away; `is_secure(environ)` says whether the reader came by
    HTTPS.
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
        unavailable: Callable[[Environ], tuple[Headers, bytes]],
        is_secure: Callable[[Environ], bool],
    ) -> None:
        self.application = application
        self.memory = memory
        self.watcher = watcher
        self.max_seconds = max_seconds
        self.personal = tuple(f"{name}=" for name in personal)
        self.without_database = tuple(without_database)
        self.unavailable = unavailable
        self.is_secure = is_secure
        self.store = PageStore(max_bytes)
        self.hits = self.built = self.refused = 0
        memory.listeners.append(self.store.forget)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """A finished page, or what Django answers."""
        if environ["PATH_INFO"].startswith(self.without_database):
            return self.application(environ, start_response)
        self.watcher.keep_fresh()
        address = self.address_of(environ)
        page = self.store.get(address) if address else None
        if page is not None and page.is_good(stale=self.watcher.down):
            self.hits += 1
            return page.answer(environ, start_response)
        if self.watcher.down:
            return self.refuse(environ, start_response)
        if address is None or environ["REQUEST_METHOD"] == "HEAD":
            return self.application(environ, start_response)
        return self.build(address, environ, start_response)

    def address_of(self, environ: Environ) -> tuple[Any, ...] | None:
        """What tells pages apart, or None for a request that may be personal."""
        cookies = environ.get("HTTP_COOKIE")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in environ:
            return None
        if cookies and any(name in cookies for name in self.personal):
            return None
        query = environ.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY:
            return None
        host = environ.get("HTTP_HOST", "")
        # The language is part of the path.
        return self.is_secure(environ), host, environ["PATH_INFO"], query

    def build(
        self, address: tuple[Any, ...], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Ask Django; keep the page when its view marked it."""
        clock = self.memory.clock
        started: list[Any] = []
        response = self.application(environ, lambda *arguments: started.extend(arguments))
        keys = getattr(response, "public_keys", None)
        if keys is None or not may_be_kept(*started[:2]):
            start_response(*started)
            return response
        page = Page(started[1], b"".join(response), self.max_seconds)
        response.close()  # type: ignore[attr-defined]
        self.built += 1
        # A change that was committed while the page was built may be missing from it.
        if not self.memory.changed_since(clock, keys):
            self.store.put(address, page, keys)
            # Again, for a change between the question and the answer.
            if self.memory.changed_since(clock, keys):
                self.store.forget(keys)
        return page.answer(environ, start_response)

    def refuse(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """503 without a try: the database is known to be away."""
        self.refused += 1
        headers, body = self.unavailable(environ)
        start_response("503 Service Unavailable", headers)
        return [body]


def may_be_kept(status: str, headers: Headers) -> bool:
    """Only a whole page that sets nothing in the reader's browser."""
    if not status.startswith("200 "):
        return False
    return not any(name.lower() in ("set-cookie", "content-encoding") for name, _ in headers)
