"""The list of what a learner was told."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.people import signed_in

PER_PAGE = 20


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """Newest first, PER_PAGE at a time; a page number out of range shows the nearest page."""
    rows = signed_in(request).notifications.newest_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/notifications.html", {"page": page})


@login_required
def follow(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as read and go to what it is about. Repeating it changes nothing."""
    row = get_object_or_404(signed_in(request).notifications, pk=number)
    signed_in(request).notifications.filter(pk=number).mark_read()
    return redirect(row.url)


@login_required
@require_POST
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Mark one as read."""
    get_object_or_404(signed_in(request).notifications, pk=number)
    signed_in(request).notifications.filter(pk=number).mark_read()
    return back(request)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    signed_in(request).notifications.all().mark_read()
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """To the same page of the list."""
    page = request.POST.get("page", "")
    response = redirect("notifications")
    if page.isdecimal():
        response["Location"] += f"?page={page}"
    return response
