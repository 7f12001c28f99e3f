"""Builds the pages that are read most, so that the processes of a release find them finished."""

import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from course.models import Lesson, Quest, Status
from pagecache.wsgi import PageCache

logger = logging.getLogger(__name__)


def paths() -> Iterator[str]:
    """Yield the pages' paths in each language: lists and quests first, then lessons in order."""
    lessons = Lesson.objects.published().filter(merged_into=None).in_order()
    places = list(lessons.values_list("quest__slug", "slug", "chapter__uid"))
    quests = Quest.objects.filter(status=Status.PUBLISHED).values_list("slug", flat=True)
    found: list[tuple[str, list[str]]] = [
        (name, []) for name in ("home", "stream", "tags", "levels")
    ]
    found += [("quest", [slug]) for slug in quests]
    found += [("chapter", [uid]) for uid in dict.fromkeys(uid for _q, _l, uid in places)]
    found += [("lesson", [quest, lesson]) for quest, lesson, _uid in places]
    for name, arguments in found:
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                yield reverse(name, args=arguments)


def warm(cache: PageCache, *, max_seconds: float) -> list[str]:
    """Ask for all pages as a reader would, for so long. Returns the paths that failed."""
    end, failed = time.monotonic() + max_seconds, []
    for path in paths():
        if time.monotonic() > end:
            break
        try:
            if status_of(cache, path) >= 500:
                failed.append(path)
        except Exception:
            logger.exception("A page could not be built")
            failed.append(path)
    return failed


def status_of(cache: PageCache, path: str) -> int:
    """Ask for a page; return the status of its answer."""
    statuses: list[int] = []
    answer = cache(environ_of(path), lambda status, *_rest: statuses.append(int(status.split()[0])))
    close = getattr(answer, "close", None)
    if close:
        close()
    return statuses[0]


def environ_of(path: str) -> dict[str, Any]:
    """Return the request that a proxy would hand over for a page of the site's own address."""
    site = urlsplit(settings.SITE_URL)
    environ: dict[str, Any] = {
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "HTTP_HOST": site.netloc,
        "HTTP_ACCEPT_ENCODING": "br",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": site.scheme,
    }
    if settings.SECURE_PROXY_SSL_HEADER and site.scheme == "https":
        name, value = settings.SECURE_PROXY_SSL_HEADER
        environ[name] = value
    setup_testing_defaults(environ)
    return environ
