"""Error pages."""

import logging
import sys

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from accounts.models import User
from accounts.ratelimit import RateLimited
from config.logs import reason, route_of
from pagecache.outages import is_outage

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 15
TO_FIELD = "_to_field"  # of pages of the admin


class UploadsAway(Exception):
    """The storage of uploads does not answer, or refuses; the message is the kind of error."""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a missing or expired CSRF token, explaining what to do."""
    message = _("This form has expired. Go back, reload the page and send it again.")
    return render(request, "403.html", {"message": message}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without using the database, the session or context processors.

    Django calls it while handling the exception, also one raised by middleware (session, sign-in).
    Answers 503 when the exception means that the database is unavailable.
    """
    error = sys.exception()
    if error is not None and is_outage(error):
        return outage(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)


def outage(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503 for a database that is away or read-only; logs one line that says why, without data."""
    what = f"{request.method} {route_of(request)}"
    logger.error("503 %s: %s", what, reason(error), extra={"database_error": error})
    page = service_unavailable()
    # Django would write a line with the path, and in the case of a middleware with a stack.
    page._has_been_logged = True  # type: ignore[attr-defined]
    return page


def service_unavailable() -> HttpResponse:
    """503 with a Retry-After header."""
    page = HttpResponse(render_to_string("503.html"), status=503)
    page["Retry-After"] = str(RETRY_AFTER_SECONDS)
    page["Cache-Control"] = "no-store"
    return page


def too_many(request: HttpRequest, limited: RateLimited) -> HttpResponse:
    """429 with a Retry-After header, on a page that gives back what was typed."""
    context = {"seconds": limited.retry_after}
    page = render(request, "429.html", context, status=429)
    page["Retry-After"] = str(limited.retry_after)
    return page


def was_erased(request: HttpRequest, error: Exception) -> bool:
    """Return whether a view failed because its account was erased meanwhile.

    The row is gone, so nothing can be written that refers to it; one query.
    """
    if is_outage(error) or not isinstance(error, DatabaseError | ObjectDoesNotExist):
        return False
    user = request.user
    return isinstance(user, User) and not User.objects.filter(pk=user.pk).exists()


def names_no_field(request: HttpRequest, error: Exception) -> bool:
    """Return whether the admin was asked for a row by a field without a name."""
    asked = request.POST.get(TO_FIELD, request.GET.get(TO_FIELD))
    return isinstance(error, FieldDoesNotExist) and asked == ""


class DatabaseDownMiddleware:
    """Turns a database outage in a view into a 503 page, without an error report.

    What a view counts too often is a 429; whatever it writes for an account that was erased in
    this moment is a 410.

    A number that no row can have, in a list (`?pk__in=…` of the admin), is a 404: Django asks
    nothing for a single one, Postgres finds nothing, and sqlite3 raises OverflowError. So is an
    empty `_to_field` in the admin, which Django takes for the name of a field.
    """

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return 503, 429, 410, or 404 for an impossible number; None for other errors."""
        impossible = isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)
        if impossible or names_no_field(request, error):
            return page_not_found(request, error)
        if isinstance(error, RateLimited):
            return too_many(request, error)
        if isinstance(error, UploadsAway):
            logger.error("503 %s: the uploads' storage: %s", route_of(request), error)
            return service_unavailable()
        if was_erased(request, error):
            return HttpResponse(render_to_string("410.html"), status=410)
        return outage(request, error) if is_outage(error) else None


class OwnNotFoundMiddleware:
    """Shows the site's own 404 page in development too, instead of Django's list of URLs.

    Other errors keep Django's debug page.
    """

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and replace Django's response for a URL without a view."""
        response: HttpResponse = self.get_response(request)
        if response.status_code == 404 and request.resolver_match is None:
            return page_not_found(request, Http404())
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn Http404 into the site's own 404 page; ignore other errors."""
        return page_not_found(request, error) if isinstance(error, Http404) else None
