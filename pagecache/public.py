"""Decorator for views whose page is the same for every anonymous reader.

    @public("site", query={"after"})
    def stream_page(request): ...

A page whose keys are known only after a look into the database names them on the way:
`depends_on(request, f"quest:{quest.pk}", f"thread:{thread.pk}")`.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from pagecache.entries import one_page
from pagecache.outages import is_outage
from pagecache.replica import from_replica, replica

# Who has one of these gets pages of their own.
PRIVATE_COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def depends_on(request: HttpRequest, *keys: str) -> None:
    """Add keys whose invalidation changes the response to this request."""
    request.__dict__.setdefault("page_keys", set()).update(keys)


def has_private_state(request: HttpRequest) -> bool:
    """Whether there is a session or a stored message, read from the cookies as Django does."""
    if any(name in request.COOKIES for name in PRIVATE_COOKIES):
        return True
    session = getattr(request, "session", None)
    return session is not None and not session.is_empty()


def for_anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: answer readers without a session from the replica, if there is one.

    For views that only read. When the replica fails, the view is called again with the primary.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not replica.is_current() or has_private_state(request):
            return view(request, *args, **kwargs)
        try:
            with from_replica():
                return view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            if not is_outage(error):
                raise
            replica.turn_away(error)
        return view(request, *args, **kwargs)

    return answer


def public(*keys: str, query: Collection[str] = ()) -> Callable[[Any], Any]:
    """Let the page cache store the view's responses to anonymous readers.

    `keys` are the keys that every page of the view depends on; `query` names the supported
    parameters. A URL with any other parameter is never cached, so that nobody can fill the cache
    with made-up URLs.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        read = for_anybody(view)

        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            depends_on(request, *keys)
            with one_page():
                response = read(request, *args, **kwargs)
            known = set(request.GET) <= set(query)
            # Asked after the view, which may have opened a session.
            if response.status_code == 200 and known and not has_private_state(request):
                response.public_keys = frozenset(request.page_keys)  # type: ignore[attr-defined]
            return response

        return marked

    return decorate
