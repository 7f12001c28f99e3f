"""The outermost middleware: every request gets an id, a log line, safe headers and limits."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config import metrics
from config.logs import request_id, route_of

requests_log = logging.getLogger("config.requests")
METHODS = ("GET", "HEAD", "POST")
MAX_ADDRESS = 8000  # characters of path and query, as much as nginx lets through
VALID_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestMiddleware:
    """Gives the request an id that its log lines and its answer carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, count it and log it: method, route, status and time, no address."""
        if settings.BEHIND_PROXY:
            take_address(request)
        token = request_id.set(id_of(request))
        # Django logs an answer of 4xx when this middleware is through with it.
        request.log_id = request_id.get()  # type: ignore[attr-defined]
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            seconds = time.perf_counter() - start
            response["X-Request-ID"] = request_id.get()
            metrics.count_request(response.status_code, seconds)
            if requests_log.isEnabledFor(logging.INFO):
                requests_log.info(
                    "%s %s %s", request.method, route_of(request), response.status_code,
                    extra={"milliseconds": round(seconds * 1000, 1)},
                )  # fmt: skip
            return response
        finally:
            request_id.reset(token)


def id_of(request: HttpRequest) -> str:
    """The proxy's id for the request where there is a proxy, else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if VALID_ID.fullmatch(given) else secrets.token_hex(8)


def take_address(request: HttpRequest) -> None:
    """Let REMOTE_ADDR be the reader's address instead of the proxy's, as our own proxies say.

    Each trusted proxy adds one address at the end of X-Forwarded-For; what stands before them is
    the reader's own invention.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = max(settings.ALLAUTH_TRUSTED_PROXY_COUNT, 1)
    if len(hops) >= trusted and hops[-trusted].strip():
        request.META["REMOTE_ADDR"] = hops[-trusted].strip()


class LimitsMiddleware:
    """Refuses what no browser sends; inside of the middleware whose headers each answer has."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is of a size and a kind that the site knows."""
        return too_large(request) or odd_method(request) or self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse | None:
    """413 for a body that no form of the site can have, before a byte of it is read; 414 for an
    address that no link of the site can have.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and int(length) <= settings.MAX_BODY_BYTES):
        return in_words(_("That is too much at once."), 413)
    if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) > MAX_ADDRESS:
        return in_words(_("This address is too long."), 414)
    return None


def odd_method(request: HttpRequest) -> HttpResponse | None:
    """204 for OPTIONS and 405 for what no page does, both with the methods that there are."""
    if request.method in METHODS:
        return None
    refused = HttpResponse(status=204 if request.method == "OPTIONS" else 405)
    refused["Allow"] = ", ".join([*METHODS, "OPTIONS"])
    return refused


def in_words(text: str, status: int) -> HttpResponse:
    """A short answer for a program rather than for a reader."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


class SafeHeadersMiddleware:
    """Headers that Django has no setting for; each answer may say otherwise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; what nobody marked as public is nobody else's to keep."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", "private, no-cache")
        return response
