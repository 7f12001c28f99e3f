"""Per-request facts that follow from who is signed in."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.sessions import owner_of
from accounts.zones import zone_named

GetResponse = Callable[[HttpRequest], HttpResponse]


class OwnerMiddleware(AuthenticationMiddleware):
    """Django's, with the account that came along with the session."""

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user`, found when somebody asks for it."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: known(request))  # type: ignore[assignment]


def known(request: HttpRequest) -> Any:
    """Who is signed in; from now on `request.user` is the account itself, not a stand-in.

    A page looks at its reader hundreds of times, and each look through the stand-in costs.
    """
    request.user = owner_of(request)
    return request.user


class LearnerMiddleware:
    """Shows times in the learner's zone and keeps personal pages out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the learner's zone; answers to a signed-in person are private, no-store.

        So are the pages of sign-in and sign-up: they carry a form token of one visitor.
        """
        if not request.user.is_authenticated:
            response = self.get_response(request)
            if module_of(request).startswith("allauth."):
                add_never_cache_headers(response)
            return response
        with timezone.override(zone_named(request.user.time_zone)):
            response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class StaffSecondFactorMiddleware:
    """Staff reach nothing but the set-up of a second factor until they have one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *args: Any) -> HttpResponse | None:
        """Send staff without a second factor to its set-up."""
        user = request.user
        if not settings.STAFF_SECOND_FACTOR or not user.is_authenticated or not user.is_staff:
            return None
        if module_of(request).startswith("allauth.") or is_mfa_enabled(user):
            return None
        messages.warning(
            request, _("Staff need a second factor. Please add an authenticator app or a passkey.")
        )
        return redirect("mfa_index")


def module_of(request: HttpRequest) -> str:
    """The module of the view that answers; empty when no view was found."""
    match = request.resolver_match
    return getattr(match.func, "__module__", "") if match else ""
