"""Pages composed of one cached partial page and each reader's personal parts.

Everything of a template outside `{% personal %}` is rendered once for all members (and once for all
anonymous readers), so a request renders only the personal parts. Shared parts are rendered without
the reader: every variable that `personal()` returns is a placeholder, and context processors get a
request that has a path and nothing else.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import Context, Template
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from pagecache.entries import get_or_build
from pagecache.placeholders import (
    COLLECTED,
    PATTERN,
    Part,
    Placeholder,
    blanks,
    filling_of,
    placeholder,
)
from pagecache.public import has_private_state

Values = Callable[[], dict[str, Any]]
# The name under which member forms find what their page shares.
SHARED = "_shared_with_all"


class PartialPage:
    """HTML split at its placeholders, and what fills each of them."""

    def __init__(self, html: str, nodes: Mapping[str, Part]) -> None:
        pieces = PATTERN.split(html)
        self.texts = [mark_safe(text) for text in pieces[::2]]
        self.fillings = [filling_of(name, nodes) for name in pieces[1::2]]
        self.size = len(html) * 2

    def fill(self, context: Context) -> SafeString:
        """Return the HTML with the reader's personal parts."""
        pieces: list[str] = [self.texts[0]]
        for filling, text in zip(self.fillings, self.texts[1:], strict=True):
            pieces += (filling(context), text)
        return mark_safe("".join(pieces))


@dataclass(frozen=True)
class Shared:
    """The shared variables of a page, for rendering its shared parts.

    `values` are the shared variables, `personal` the names of all others.
    """

    template: Template
    address: tuple[Hashable, ...]
    keys: frozenset[str]
    request: HttpRequest
    values: dict[str, Any]
    personal: frozenset[str]

    def cut(self, part: Template | Part, known: Mapping[str, Any]) -> PartialPage:
        """Return the part for all readers that have the same `known` values."""
        nodes: dict[str, Part] = {}
        values = {**self.values, **blanks(self.personal, known), COLLECTED: nodes}
        return PartialPage(render_shared(self.template, part, values, self.request), nodes)


def render_page(
    request: HttpRequest, name: str, *, shared: Values, personal: Values
) -> HttpResponse:
    """Like `render`, for a view marked `@public`; shared parts are rendered once.

    `shared()` returns the context common to all readers and is called only to build a partial page;
    `personal()` returns the context of the reader and takes precedence. Staff, who see drafts,
    share nothing.
    """
    keys = frozenset(getattr(request, "page_keys", ()))
    if bypasses_cache(request) or not keys:
        return render(request, name, {**shared(), **personal()})
    template: Any = get_template(name).template  # type: ignore[attr-defined]
    place = (template, get_language(), request.path, get_current_timezone_name())
    if not request.user.is_authenticated:
        return anonymous_page(request, place, keys, lambda: {**shared(), **personal()})
    own = personal()

    def build() -> tuple[Shared, PartialPage]:
        user = Placeholder("user", {"is_authenticated": True, "is_anonymous": False}, true=True)
        nobody = request_by(user, request)
        found = Shared(template, place, keys, nobody, without(own, shared()), frozenset(own))
        return found, found.cut(template, {})

    found, page = get_or_build(place, build, keys=lambda made: keys, size=lambda made: made[1].size)
    context: Any = make_context({**found.values, **own, SHARED: found}, request)
    with (
        context.render_context.push_state(template),
        context.bind_template(template),
        # Many forms have the token, and Django's own is made anew wherever it is looked at.
        context.push(csrf_token=get_token(request), user=request.user),
    ):
        return HttpResponse(page.fill(context))


def bypasses_cache(request: HttpRequest) -> bool:
    """Whether the response is for this reader alone: staff, or a session or message exists."""
    user: Any = request.user
    if user.is_authenticated:
        return bool(user.is_staff)
    return has_private_state(request) or len(get_messages(request)) > 0


def anonymous_page(
    request: HttpRequest, place: tuple[Hashable, ...], keys: frozenset[str], values: Values
) -> HttpResponse:
    """Return the page of an anonymous visitor; only a form's CSRF token is not shared."""

    def build() -> PartialPage:
        nobody = request_by(AnonymousUser(), request)
        return PartialPage(render_shared(place[0], place[0], values(), nobody), {})

    page = get_or_build(
        (*place, "anonymous"), build, keys=lambda made: keys, size=lambda made: made.size
    )
    token = SimpleLazyObject(lambda: get_token(request))
    return HttpResponse(page.fill(Context({"csrf_token": token})))


def without(own: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shared values except those that are personal too."""
    return {name: value for name, value in shared.items() if name not in own}


def request_by(user: Any, request: HttpRequest) -> HttpRequest:
    """Return a request for the same URL without anything of its reader."""
    made = HttpRequest()
    made.method, made.path, made.path_info = "GET", request.path, request.path_info
    made.resolver_match = request.resolver_match
    made.user = user
    made.session = {}  # type: ignore[assignment]
    return made


def render_shared(
    template: Any, part: Any, values: dict[str, Any], request: HttpRequest
) -> SafeString:
    """Render the template, or a part of it, with these values and without a reader."""
    context: Any = make_context(values, request)
    with (
        context.render_context.push_state(template),
        context.bind_template(template),
        context.push(csrf_token=placeholder("csrf_token")),
    ):
        html: SafeString = part.render(context)
        return html
