"""Who may use the studio: staff with the right to change lessons, for each page of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from course.models import Lesson, Quest

View = Callable[..., HttpResponse]


def studio(view: View) -> View:
    """A page for authors: sign-in first, then the right to change lessons; never cached."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("course.change_lesson"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(never_cache(guarded))


def author_of(request: HttpRequest) -> Any:
    """Whoever is signed in; the studio lets nobody else in."""
    return request.user


def lesson_or_404(number: Any) -> Lesson:
    """The lesson with what its form needs."""
    rows = Lesson.objects.select_related("quest", "chapter", "thread")
    rows = rows.prefetch_related("texts", "samples", "links", "tags")
    return get_object_or_404(rows, pk=number)


def quest_or_404(number: Any) -> Quest:
    """The quest with its texts."""
    return get_object_or_404(Quest.objects.prefetch_related("texts"), pk=number)


def page(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """What every page of the admin shows, and ours."""
    return {**admin.site.each_context(request), "title": title, **context}


def title_of(texts: Any, language: str, otherwise: str) -> str:
    """The title in the language, else in any, else a name."""
    rows = sorted(texts, key=lambda row: row.language != language)
    return rows[0].title if rows else otherwise
