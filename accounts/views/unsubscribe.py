"""Unsubscribe links of mails (RFC 8058): no sign-in, no cookie, no change by GET."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.mailing.messages import DIGEST
from accounts.mailing.unsubscribing import restart, stop
from accounts.models import MailPreference
from accounts.registry import kinds


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for confirmation, POST unsubscribes; POST with `action=restart` subscribes again.

    Mail programs and scanners open links, so only POST changes anything. The token is the
    permission: 192 random bits, for one kind of mail to one learner.
    """
    preference = get_object_or_404(MailPreference.objects.select_related("learner"), token=token)
    restarting = request.POST.get("action") == "restart" and preference.kind != DIGEST
    if request.method == "POST":
        (restart if restarting else stop)(preference=preference)
    with translation.override(preference.learner.language):
        context = {
            "token": token,
            "what": label(preference.kind),
            "stopped": request.method == "POST" and not restarting,
            "restarted": request.method == "POST" and restarting,
            "language": preference.learner.language,
        }
        return render(request, "accounts/mail_stop.html", context)


def label(kind: str) -> object:
    """Return the name of the mails of this kind; empty for the digest."""
    if kind == DIGEST:
        return ""
    return kinds[kind].label if kind in kinds else kind
