"""The learner's list of notifications."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import Notification
from accounts.params import parse_int
from accounts.people import current_user
from accounts.ratelimit import limited
from accounts.registry import kinds

PER_PAGE = 20
counted = limited("read", most=120)


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """Newest first, PER_PAGE per page; a page number out of range shows the nearest page."""
    rows = current_user(request).notifications.newest_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    present(list(page.object_list))
    return render(request, "accounts/notifications.html", {"page": page})


def present(rows: Sequence[Notification]) -> None:
    """Give the rows the words of now, in the language of the page; a query or two for a kind."""
    kinds_of_rows = {row.kind for row in rows} & kinds.keys()
    by_function = {kinds[name].present: None for name in sorted(kinds_of_rows)}
    for now in filter(None, by_function):
        own = [row for row in rows if row.kind in kinds and kinds[row.kind].present is now]
        notices = now(own)
        for row in own:
            if notice := notices.get(row.pk):
                row.text, row.body, row.url = notice.text, notice.body, notice.url


@login_required
def follow(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as read and redirect to its page; idempotent."""
    row = get_object_or_404(current_user(request).notifications, pk=number)
    current_user(request).notifications.filter(pk=number).mark_read()
    return redirect(row.url)


@login_required
@require_POST
@counted
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as read."""
    get_object_or_404(current_user(request).notifications, pk=number)
    current_user(request).notifications.filter(pk=number).mark_read()
    return back(request)


@login_required
@require_POST
@counted
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    current_user(request).notifications.all().mark_read()
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """Redirect to the same page of the list."""
    page = parse_int(request.POST.get("page", ""))
    response = redirect("notifications")
    if page is not None:
        response["Location"] += f"?page={page}"
    return response
