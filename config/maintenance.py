"""Maintenance: readers are served, whoever sends something is told until when to wait.

`manage.py maintenance` writes the end into the database. Each process learns of it as of any other
change, in the page cache's thread; no request asks for it.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from pagecache.changes import EVERYTHING, invalidate
from pagecache.models import SiteFact

KEY = "maintenance"
READING = ("GET", "HEAD", "OPTIONS")


class State:
    """What this process knows; `stale` when it has to look again."""

    def __init__(self) -> None:
        self.until: datetime | None = None
        self.stale = True


state = State()


def begin(duration: timedelta) -> datetime:
    """Turn writers away for so long. Returns the end."""
    until = timezone.now() + duration
    SiteFact.note(KEY, until)
    invalidate(KEY)
    return until


def end() -> bool:
    """Take writes again. Returns whether they were turned away."""
    found = SiteFact.objects.filter(name=KEY, at__gt=timezone.now()).delete()[0]
    invalidate(KEY)
    return bool(found)


def forget(keys: Collection[str]) -> None:
    """Have the next `refresh` look when the key changed; a listener of the page cache."""
    if KEY in keys or EVERYTHING in keys:
        state.stale = True


def refresh() -> None:
    """Look when something changed, which is one query. Raises DatabaseError."""
    if state.stale:
        state.until = SiteFact.objects.filter(name=KEY).values_list("at", flat=True).first()
        state.stale = False


class MaintenanceMiddleware:
    """Answers 503 to whatever is not reading, without asking the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it writes during maintenance."""
        until = state.until
        if until is None or request.method in READING or until <= timezone.now():
            return self.get_response(request)
        until_here = until.astimezone(ZoneInfo(settings.LEARNER_TIME_ZONE))
        page = HttpResponse(render_to_string("maintenance.html", {"until": until_here}), status=503)
        page["Retry-After"] = str(ceil((until - timezone.now()).total_seconds()))
        page["Cache-Control"] = "no-store"
        page._has_been_logged = True  # type: ignore[attr-defined]
        return page
