"""How a view says that its page is the same for every anonymous reader.

    @public("site", query={"after"})
    def stream_page(request): ...

A page whose keys are known only after a look into the database names them on the way:
`depends_on(request, f"quest:{quest.pk}", f"thread:{thread.pk}")`.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from pagecache.fragments import one_page


def depends_on(request: HttpRequest, *keys: str) -> None:
    """The page that answers this request changes when one of these keys is touched."""
    request.__dict__.setdefault("page_keys", set()).update(keys)


def public(*keys: str, query: Collection[str] = ()) -> Callable[[Any], Any]:
    """Let the page cache keep what the view answers to the anonymous.

    `keys` are the change keys of every page of the view; `query` names the parameters that it
    understands: an address with any other is built anew each time, so that nobody fills the
    cache with invented addresses.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            depends_on(request, *keys)
            with one_page():
                response = view(request, *args, **kwargs)
            if response.status_code == 200 and set(request.GET) <= set(query):
                response.public_keys = frozenset(request.page_keys)  # type: ignore[attr-defined]
            return response

        return marked

    return decorate
