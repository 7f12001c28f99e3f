"""Whole pages put together from one kept skeleton and what is the reader's own.

Everything of a template outside `{% personal %}` is rendered once for all members (and once for all
anonymous readers), so a request renders only the personal parts.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import RequestContext, Template
from django.template.loader import get_template
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from pagecache.fragments import keep
from pagecache.holes import COLLECTED, Part, Skeleton, blanks

Values = Callable[[], dict[str, Any]]


def render_page(
    request: HttpRequest, name: str, *, shared: Values, personal: Values
) -> HttpResponse:
    """Like `render`, for a view marked `@public`; nothing shared is rendered twice.

    `shared()` gives what is the same for everybody and is asked for a new skeleton only;
    `personal()` gives what a member's own parts need. Staff, who see drafts, share nothing.
    """
    # What the view does not know of a query is in no link of the page.
    request.plain_address = True  # type: ignore[attr-defined]
    keys = frozenset(getattr(request, "page_keys", ()))
    if is_apart(request) or not keys:
        return render(request, name, {**shared(), **personal()})
    member = request.user.is_authenticated
    template: Any = get_template(name).template  # type: ignore[attr-defined]
    address = (template, get_language(), request.path, get_current_timezone_name(), member)

    def kept(build: Callable[[], Skeleton]) -> Skeleton:
        return keep(address, build, keys=lambda made: keys, size=lambda made: made.size)

    if not member:
        made = kept(
            lambda: anonymous(template, RequestContext(request, {**shared(), **personal()}))
        )
        return HttpResponse(made.texts[0])
    context = RequestContext(request, personal())
    with (
        context.render_context.push_state(template),
        context.bind_template(template),
        # Many forms have it, and Django's own value is made anew wherever it is looked at.
        context.push(csrf_token=get_token(request)),
    ):
        made = kept(lambda: cut(template, context, shared()))
        return HttpResponse(made.fill(context))


def is_apart(request: HttpRequest) -> bool:
    """Whether what the reader gets is for no other: staff, and visitors with a message waiting."""
    user: Any = request.user
    return user.is_staff or (not user.is_authenticated and len(get_messages(request)) > 0)


def anonymous(template: Template, context: RequestContext) -> Skeleton:
    """The whole page of a visitor: a skeleton without holes."""
    with context.render_context.push_state(template), context.bind_template(template):
        context["messages"] = None
        return Skeleton(template.render(context), {})


def cut(template: Template, context: RequestContext, shared: dict[str, Any]) -> Skeleton:
    """The page of any member, with holes for the personal parts."""
    nodes: dict[str, Part] = {}
    with context.push(**{**shared, **blanks(member=True), COLLECTED: nodes}):
        return Skeleton(template.render(context), nodes, shared)
