"""Views to report a fault and follow a report."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.params import parse_int
from accounts.people import current_user
from comments import access, networks, reports
from comments.conversation import permalinks
from comments.errors import Refused
from comments.forms import MAX_QUOTE, MAX_REPORT, ReportForm, new_token
from comments.models import BugReport, Thread

CARRIED = ("lesson", "revision", "language", "versions", "quote")
MOST_COMPARED = 200
MOST_KNOWN = 50


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The report form; similar open reports are shown once before it is stored.

    The text of a report not confirmed by a moderator is visible to its reporter only.
    """
    data = request.POST if request.method == "POST" else request.GET
    thread = access.get_thread(request.user, thread_number(data.get("thread", "")))
    waiting = list(BugReport.objects.open_on(thread, request.user)[:MOST_COMPARED])
    known = [fault for fault in waiting if fault.status == BugReport.Status.CONFIRMED]
    if request.method == "GET":
        first = {name: data.get(name, "")[:MAX_QUOTE] for name in CARRIED}
        first["language"] = first["language"] or get_language() or "ko"
        return form_page(
            request, thread, ReportForm(initial={**first, "token": new_token()}), known
        )
    form = ReportForm(request.POST)
    if not form.is_valid():
        return form_page(request, thread, form, known, status=400)
    # A text that the viewer may not read must not be guessed by likeness either.
    readable = [fault for fault in waiting if fault.readable]  # type: ignore[attr-defined]
    similar = reports.similar_to(form.fault(), readable)
    if similar and not form.cleaned_data["seen_similar"]:
        return form_page(request, thread, form, known, similar=similar)
    try:
        stored = file_report(request, thread, form)
    except Refused as refused:
        form.add_error(None, str(refused))
        return form_page(request, thread, form, known, status=refused.status)
    return redirect(f"{stored.get_absolute_url()}?thanks=1")


def thread_number(text: str) -> int:
    """Return the thread id in a link. Raises Http404."""
    number = parse_int(text)
    if number is None:
        raise Http404
    return number


def file_report(request: HttpRequest, thread: Thread, form: ReportForm) -> BugReport:
    """File the report from the form. Raises Refused."""
    network = networks.network_of(request)
    networks.count_attempt("report", network, networks.MOST_REPORTS)
    return reports.file(
        thread=thread,
        reporter=request.user if request.user.is_authenticated else None,
        fault=form.fault(),
        form_token=str(form.cleaned_data["token"]),
        email=form.cleaned_data["email"],
        network=network,
    )


def form_page(
    request: HttpRequest,
    thread: Thread,
    form: ReportForm,
    known: list[BugReport],
    *,
    similar: list[BugReport] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the form with the page's known issues."""
    context: dict[str, Any] = {
        "thread": thread,
        "form": form,
        "known": known[:MOST_KNOWN],
        "similar": similar or [],
        "categories": BugReport.Category.choices,
        "page_url": permalinks.localised(thread),
        "max_length": MAX_REPORT,
    }
    return render(request, "comments/report.html", context, status=status)


@never_cache
@require_GET
def report_state(request: HttpRequest, link_token: str) -> HttpResponse:
    """The private page of a report: state, replies and original text."""
    found = access.get_report(request.user, link_token)
    context = {
        "report": found,
        "replies": found.replies.all(),
        "page_url": permalinks.localised(found.thread),
        "thanks": "thanks" in request.GET,
        "earned": reports.REPORT_XP if found.accepted_at and found.reporter_id else 0,
    }
    response = render(request, "comments/report_state.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_GET
def own_reports(request: HttpRequest) -> HttpResponse:
    """The viewer's own reports, newest first."""
    learner = current_user(request)
    rows = BugReport.objects.visible_to(learner).filter(reporter=learner)
    rows = rows.select_related("thread").order_by("-created_at")[:200]
    return render(request, "comments/own_reports.html", {"reports": rows})
