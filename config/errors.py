"""Error pages that help."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old, with the way out."""
    message = _("This form was open too long. Go back, reload the page and send it again.")
    return render(request, "403.html", {"message": message}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without touching the database, the session or the context processors."""
    return HttpResponse(render_to_string("500.html"), status=500)


class DatabaseDownMiddleware:
    """Turns "the database does not answer" into a 503 page that says when to come back."""

    retry_after_seconds = 15

    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 for a lost or refused database connection; leave other errors alone."""
        if not is_outage(error):
            return None
        page = HttpResponse(render_to_string("503.html"), status=503)
        page["Retry-After"] = str(self.retry_after_seconds)
        return page


def is_outage(error: Exception) -> bool:
    """Whether the error says that the database is away, rather than that a query is wrong."""
    from django.db import InterfaceError, OperationalError

    return isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DatabaseError) and "connection" in str(error).lower()
    )
