"""Outermost middleware: request ids, access log, security headers and size limits."""

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.params import MOST_DIGITS, parse_int
from config import metrics
from config.logs import request_id, route_of

logger = logging.getLogger(__name__)
requests_log = logging.getLogger("config.requests")
METHODS = ("GET", "HEAD", "POST")
TOO_MANY_SECONDS = 60
MAX_ADDRESS = 8000  # characters of path and query, as much as nginx lets through
TOO_LONG_NUMBER = re.compile(rf"/[0-9]{{{MOST_DIGITS + 1},}}(?=[/.]|$)")
VALID_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestMiddleware:
    """Adds a request id to the response and to the request's log lines."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle, count and log the request: method, route, status and duration, no address."""
        if settings.BEHIND_PROXY:
            set_client_ip(request)
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


class HostMiddleware:
    """Refuses a Host that is none of this site's, in one line of the log.

    Django would log it as an error with a stack, which whoever sends it can have written at will.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unless its Host is refused; a health check may name any."""
        try:
            if request.path_info != "/healthz":
                request.get_host()
        except DisallowedHost:
            logger.warning("400 %s: the Host is none of ALLOWED_HOSTS", request.method)
            refused = text_response("This host is not served here.", 400)
            refused._has_been_logged = True  # type: ignore[attr-defined]
            return refused
        return self.get_response(request)


def id_of(request: HttpRequest) -> str:
    """Return the proxy's request id if there is a proxy, else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if VALID_ID.fullmatch(given) else secrets.token_hex(8)


def set_client_ip(request: HttpRequest) -> None:
    """Set REMOTE_ADDR to the client's address as reported by trusted proxies.

    Each trusted proxy appends one address to X-Forwarded-For; entries before those can be forged by
    the client.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = max(settings.ALLAUTH_TRUSTED_PROXY_COUNT, 1)
    if len(hops) >= trusted and is_address(hops[-trusted].strip()):
        request.META["REMOTE_ADDR"] = hops[-trusted].strip()


def is_address(text: str) -> bool:
    """Return whether the text is an IP address: a limit counted for anything else is none."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class LimitsMiddleware:
    """Rejects requests that no browser sends."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on unless its size, path or method is rejected."""
        drop_nul(request)
        refused = too_large(request) or impossible_path(request) or method_not_allowed(request)
        return refused or self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse | None:
    """Return 413 for a body larger than any form of the site needs, 414 for too long a URL.

    The body is not read.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if parse_int(length, most=settings.MAX_BODY_BYTES) is None:
        return text_response(_("The request is too large."), 413)
    if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) > MAX_ADDRESS:
        return text_response(_("This address is too long."), 414)
    return None


def impossible_path(request: HttpRequest) -> HttpResponse | None:
    """Return 404 for a path with NUL, or with a number that no id of any application can be.

    Postgres can't store NUL, and either database fails on a number of more than 64 bits.
    """
    if "\x00" in request.path_info or TOO_LONG_NUMBER.search(request.path_info):
        return text_response(_("There is no such page."), 404)
    return None


def drop_nul(request: HttpRequest) -> None:
    """Remove NUL characters from the query, and cookies that contain one (quoted: \\000)."""
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query:
        request.META["QUERY_STRING"] = query.replace("%00", "")
    if "\\" in request.META.get("HTTP_COOKIE", ""):
        kept = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        request.COOKIES = kept


def method_not_allowed(request: HttpRequest) -> HttpResponse | None:
    """Return 204 for OPTIONS and 405 for unsupported methods, with the allowed ones."""
    if request.method in METHODS:
        return None
    refused = HttpResponse(status=204 if request.method == "OPTIONS" else 405)
    refused["Allow"] = ", ".join([*METHODS, "OPTIONS"])
    return refused


def text_response(text: str, status: int) -> HttpResponse:
    """Return a short plain-text response."""
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


class SafeHeadersMiddleware:
    """Sets security headers that Django has no setting for, unless the response set them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the headers; responses not marked as public are not cacheable by others."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", "private, no-cache")
        if response.status_code == 429:
            # Of what counts a rolling time (comments) or is not ours (allauth); others know better.
            headers.setdefault("Retry-After", str(TOO_MANY_SECONDS))
        return response
