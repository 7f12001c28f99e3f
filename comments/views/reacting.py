"""Helpful marks and flags."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people import current_user
from comments import access, networks
from comments.conversation import marking, permalinks
from comments.conversation.pages import single_node
from comments.errors import Refused
from comments.forms import FlagForm
from comments.models import Flag

MOST_MARKS = 200


@login_required
@require_POST
def helpful(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Set (`helpful=1`) or remove the viewer's mark."""
    found = access.get_comment(request.user, comment_id)
    try:
        networks.count_attempt("mark", networks.network_of(request), MOST_MARKS)
        marking.mark_helpful(
            comment=found,
            learner=current_user(request),
            helpful=request.POST.get("helpful") == "1",
        )
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(permalinks.url_of(found, request.user))


@login_required
@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Flag a comment for moderators."""
    found = access.get_comment(request.user, comment_id)
    form = FlagForm(request.POST or None)
    error, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            marking.flag(comment=found, learner=current_user(request), **form.cleaned_data)
        except Refused as refused:
            error, status = str(refused), refused.status
        else:
            messages.success(request, _("Thank you. The moderators will look at it."))
            return redirect(f"{permalinks.localised(found.thread)}#comments")
    elif request.method == "POST":
        error, status = reason_of(form), 400
    context = {
        "node": single_node(found, request.user),
        "thread": found.thread,
        "reasons": Flag.Reason.choices,
        "form": form,
        "error": error,
    }
    return render(request, "comments/flag.html", context, status=status)


def reason_of(form: FlagForm) -> str:
    """Return what is wrong with the form."""
    notes = form.errors.get("note")
    return str(notes[0]) if notes else _("Choose a reason.")
