"""Error pages that help."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

RETRY_AFTER_SECONDS = 15


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old, with the way out."""
    message = _("This form was open too long. Go back, reload the page and send it again.")
    return render(request, "403.html", {"message": message}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without touching the database, the session or the context processors.

    Django calls it while it handles the exception, also for one that a middleware (session,
    sign-in) raised; when that says that the database is away, the answer is 503.
    """
    if is_outage(sys.exception()):
        return come_back()
    return HttpResponse(render_to_string("500.html"), status=500)


def come_back() -> HttpResponse:
    """503 with the time after which a second try makes sense."""
    page = HttpResponse(render_to_string("503.html"), status=503)
    page["Retry-After"] = str(RETRY_AFTER_SECONDS)
    page["Cache-Control"] = "no-store"
    return page


class DatabaseDownMiddleware:
    """Turns "the database does not answer" in a view into a 503 page, without an error report."""

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 for a lost or refused database connection; leave other errors alone."""
        return come_back() if is_outage(error) else None


class OwnNotFoundMiddleware:
    """Shows the site's own 404 page also in development, where Django would list every address.

    A newcomer's slip in an address is no fault to look into; faults keep Django's debug page.
    """

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and replace what Django says about an address that no view has."""
        response: HttpResponse = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 404 for what a view did not find; leave other errors alone."""
        return page_not_found(request, error) if isinstance(error, Http404) else None


def is_outage(error: BaseException | None) -> bool:
    """Whether the error says that the database is away or too busy (also: no pooled connection
    in time, which Django hands on as OperationalError), rather than that a query is wrong.
    """
    return isinstance(error, OperationalError | InterfaceError)
