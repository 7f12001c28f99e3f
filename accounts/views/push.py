"""Pushes: the settings page, a browser's subscription, one tap to stop, and what is read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.models import MailPreference, PushSubscription
from accounts.params import parse_int
from accounts.people import current_user
from accounts.push.devices import NoSubscription, choose_kinds, chosen_kinds, subscribe
from accounts.push.keys import is_on, public_key
from accounts.ratelimit import limited
from accounts.registry import kinds

MOST_ASKED = 50
A_MINUTE = 60
counted = limited("push", most=A_MINUTE)


@login_required
@counted
def settings_page(request: HttpRequest) -> HttpResponse:
    """Which kinds are pushed, and to which devices; 404 where pushes are off."""
    if not is_on():
        raise Http404
    learner = current_user(request)
    if request.method == "POST":
        choose_kinds(learner=learner, pushed=set(request.POST.getlist("kind")) & set(kinds))
        messages.success(request, _("Saved."))
        return redirect("settings-push")
    chosen = chosen_kinds(learner)
    context = {
        "kinds": [(kinds[name], on) for name, on in chosen.items()],
        "devices": list(PushSubscription.objects.filter(learner=learner).order_by("-created_at")),
        "key": public_key(),
    }
    return render(request, "accounts/settings/push.html", context)


@login_required
@require_POST
@counted
def subscribe_browser(request: HttpRequest) -> HttpResponse:
    """Keep this browser's subscription: 204, or 400 for what is none of a known service."""
    if not is_on():
        raise Http404
    try:
        subscribe(
            learner=current_user(request),
            endpoint=request.POST.get("endpoint", ""),
            p256dh=request.POST.get("p256dh", ""),
            auth=request.POST.get("auth", ""),
            browser=request.headers.get("User-Agent", ""),
        )
    except NoSubscription:
        text = _("This browser's push service is not known here.")
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@login_required
@require_POST
@counted
def forget(request: HttpRequest) -> HttpResponse:
    """Forget one of the learner's own devices, by `device` or `endpoint`, or `all` of them."""
    own = PushSubscription.objects.filter(learner=current_user(request))
    if "all" not in request.POST:
        number = parse_int(request.POST.get("device", ""))
        endpoint = request.POST.get("endpoint", "")
        own = own.filter(pk=number) if number is not None else own.filter(endpoint=endpoint)
    own.delete()
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    messages.success(request, _("Nothing is shown there any more."))
    return redirect("settings-push")


@csrf_exempt
@never_cache
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop pushing one kind, from the notification itself; the token is the permission."""
    preference = get_object_or_404(MailPreference, token=token)
    MailPreference.objects.filter(pk=preference.pk).update(push=False)
    return HttpResponse(status=204)


@never_cache
@require_safe
def still_unread(request: HttpRequest) -> HttpResponse:
    """Return which of the notifications `?ids=1,2` are still unread; 403 without a session.

    A device closes the others: they were read elsewhere.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    asked = (parse_int(text) for text in request.GET.get("ids", "").split(",")[:MOST_ASKED])
    rows = current_user(request).notifications.unread()
    unread = rows.filter(pk__in=[number for number in asked if number is not None])
    return JsonResponse({"unread": sorted(unread.values_list("pk", flat=True))})
