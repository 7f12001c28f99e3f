"""Pages of a thread, following it, and the mute link of mails."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.people import current_user
from accounts.ratelimit import limited
from comments import access
from comments.conversation import cursors, pages, permalinks, threads
from comments.conversation.shared import shared_first_page
from comments.models import Follow, Thread
from pagecache.entries import one_page


@require_GET
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """A page of a thread; only the comments for requests by scripts."""
    found = access.get_thread(request.user, thread_id)
    successor = found.successor if found.successor and found.successor.public else None
    wants_part = request.headers.get("X-Requested-With") == "fetch"
    template = "comments/_list.html" if wants_part else "comments/thread.html"
    with one_page():
        page = requested_page(request, found)
        context = {"page": page, "thread": found, "page_url": permalinks.localised(found)}
        if successor:
            context |= {"successor": successor, "page_url": permalinks.localised(successor)}
        response = render(request, template, context)
    response["Vary"] = "X-Requested-With, Cookie"
    return response


def requested_page(request: HttpRequest, found: Thread) -> pages.ThreadPage:
    """Return the roots after a cursor, or one root with its replies. Raises Http404."""
    query, language = request.GET, get_language()
    root = cursors.read(query.get("root", ""))
    if not root:
        sort, after = query.get("sort", ""), query.get("after", "")
        if not after and cursors.order_of(sort, after).sort == cursors.OLDEST:
            return shared_first_page(thread=found, viewer=request.user, language=language)
        return pages.first_page(
            thread=found, viewer=request.user, language=language, sort=sort, after=after
        )
    behind = cursors.read(query.get("behind", "0")) or [0]
    page = pages.root_page(
        thread=found, viewer=request.user, language=language, root=root[0], behind=behind[0]
    )
    if not page.nodes:
        raise Http404
    return page


@login_required
@require_POST
@limited("follow", most=60)
def follow(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Follow, mute, or neither."""
    found = access.get_thread(request.user, thread_id)
    state = request.POST.get("state", "")
    if state in Follow.State.values:
        threads.choose(thread=found, learner=current_user(request), state=state)
    else:
        threads.forget_choice(thread=found, learner=current_user(request))
    return redirect(f"{permalinks.localised(found)}#comments")


@csrf_exempt  # the signed token is the permission; mail programs post here on their own
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, token: str) -> HttpResponse:
    """The mail's mute link: GET asks, POST mutes; works without signing in."""
    ids = threads.read_mute_token(token)
    if ids is None:
        raise Http404
    found = get_object_or_404(Thread, pk=ids[0])
    learner = get_object_or_404(User, pk=ids[1])
    if request.method == "POST":
        threads.choose(thread=found, learner=learner, state=Follow.State.MUTED)
    context = {"thread": found, "token": token, "done": request.method == "POST"}
    return render(request, "comments/mute.html", context)
