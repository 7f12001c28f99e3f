"""Middleware that depends on who is signed in."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.sessions import session_user
from accounts.zones import zone_named

STAFF_SESSION_SECONDS = 12 * 60 * 60
GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionUserMiddleware(AuthenticationMiddleware):
    """Like Django's, but uses the user row that was read with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user`, loaded lazily."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: known(request))  # type: ignore[assignment]


def known(request: HttpRequest) -> Any:
    """Return the signed-in user and replace the lazy `request.user` by it.

    A page reads the user hundreds of times, and each access through the lazy object is slow.
    """
    request.user = session_user(request)
    return request.user


class LearnerMiddleware:
    """Activates the learner's time zone and marks personal pages as not cacheable."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the learner's zone; responses to a signed-in user are private, no-store.

        So are the sign-in and sign-up pages, which contain a visitor's CSRF token. Visitors get
        the site's zone: 05:00 in Korea is no yesterday.
        """
        if not request.user.is_authenticated:
            with timezone.override(zone_named(settings.LEARNER_TIME_ZONE)):
                response = self.get_response(request)
            if module_of(request).startswith("allauth."):
                add_never_cache_headers(response)
            return response
        with timezone.override(zone_named(request.user.time_zone)):
            response = self.get_response(request)
        add_never_cache_headers(response)
        return response


def shorten(session: SessionBase) -> None:
    """End a session that may change what everybody sees after half a day, not after 60 days."""
    if session.get("_session_expiry") != STAFF_SESSION_SECONDS:
        session.set_expiry(STAFF_SESSION_SECONDS)


class StaffSecondFactorMiddleware:
    """Restricts staff without a second factor to the pages that set one up; shortens sessions."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> HttpResponse | None:
        """Redirect staff without a second factor to its set-up."""
        user = request.user
        if user.is_authenticated and user.is_staff:
            shorten(request.session)
        if not settings.STAFF_SECOND_FACTOR or not user.is_authenticated or not user.is_staff:
            return None
        if module_of(request).startswith("allauth.") or is_mfa_enabled(user):
            return None
        messages.warning(
            request, _("Staff need a second factor. Please add an authenticator app or a passkey.")
        )
        return redirect("mfa_index")


def module_of(request: HttpRequest) -> str:
    """Return the module of the resolved view, or "" when no view matched."""
    match = request.resolver_match
    return getattr(match.func, "__module__", "") if match else ""
