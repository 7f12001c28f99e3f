"""Settings pages that are not allauth's."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.settings import (
    MailForm,
    NameForm,
    PreferencesForm,
    ProfileForm,
    ThemeForm,
    ZoneForm,
)
from accounts.models import User
from accounts.people import current_user
from accounts.ratelimit import limited

A_MINUTE = 60
counted = limited("settings", most=A_MINUTE)


@login_required
@counted
def profile(request: HttpRequest) -> HttpResponse:
    """Handle, display name and what the public profile shows."""
    form = ProfileForm(request.POST or None, instance=fresh(request))
    if request.method == "POST" and form.is_valid() and form.save_unless_taken():
        return saved(request, "settings-profile")
    return page(request, "profile", form)


@login_required
@counted
def name(request: HttpRequest) -> HttpResponse:
    """Ask for a display name, once, on the way to the page `next`."""
    form = NameForm(request.POST or None, instance=fresh(request))
    onward = safe_next(request)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(onward)
    status = 400 if form.errors else 200
    context = {"form": form, "next": onward}
    return render(request, "accounts/settings/name.html", context, status=status)


@login_required
@counted
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme, time zone."""
    form = PreferencesForm(request.POST or None, instance=fresh(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, "settings-preferences")
    return page(request, "preferences", form)


@login_required
@counted
def mail(request: HttpRequest) -> HttpResponse:
    """How each kind of notification is mailed."""
    form = MailForm(request.POST or None, learner=current_user(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, "settings-mail")
    return page(request, "mail", form)


@login_required
@require_POST
@counted
def theme(request: HttpRequest) -> HttpResponse:
    """Save the theme chosen in the header; 204, or 400 for an unknown one."""
    form = ThemeForm(request.POST, instance=fresh(request))
    if not form.is_valid():
        return HttpResponse(status=400)
    form.save()
    return HttpResponse(status=204)


@login_required
@require_POST
@counted
def zone(request: HttpRequest) -> HttpResponse:
    """Save the learner's answer about their time zone and redirect back."""
    form = ZoneForm(request.POST, instance=fresh(request))
    if not form.is_valid():
        messages.error(request, _("We don't know that time zone. Please choose one below."))
        return redirect("settings-preferences")
    form.save()
    messages.success(
        request,
        _("Your learning days now follow %(zone)s.") % {"zone": form.cleaned_data["time_zone"]},
    )
    return redirect(safe_next(request))


@login_required
@require_POST
@counted
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of the learner's own sessions."""
    get_object_or_404(UserSession, pk=number, user=request.user).end()
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


def fresh(request: HttpRequest) -> User:
    """Return a copy of the user row, so that a rejected form doesn't change the header."""
    return User.objects.get(pk=current_user(request).pk)


def page(request: HttpRequest, name: str, form: object) -> HttpResponse:
    """Render a settings page; status 400 when the form has errors."""
    status = 400 if getattr(form, "errors", None) else 200
    return render(request, f"accounts/settings/{name}.html", {"form": form}, status=status)


def saved(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect to the page with a success message."""
    messages.success(request, _("Saved."))
    return redirect(name)


def safe_next(request: HttpRequest) -> str:
    """Return the URL on this site to redirect to."""
    target = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    # Anything but a path would be taken for the name of a page.
    return target if target.startswith("/") and ours else reverse("home")
