"""Access to the studio's views, and helpers they share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from course.models import Lesson, LessonDraft, Quest

View = Callable[..., HttpResponse]


def studio(view: View) -> View:
    """Decorator for the studio's views: requires sign-in and the right to change lessons.

    No caching.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("course.change_lesson"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(never_cache(guarded))


def author_of(request: HttpRequest) -> Any:
    """Return the signed-in user; the studio admits nobody else."""
    return request.user


def lesson_or_404(number: Any) -> Lesson:
    """Return the lesson with the data its form needs."""
    rows = Lesson.objects.select_related("quest", "chapter", "thread")
    rows = rows.prefetch_related("texts", "samples", "links", "tags")
    return get_object_or_404(rows, pk=number)


def back_to_form(request: HttpRequest, number: int) -> HttpResponse:
    """Redirect to the lesson's form, with the author's unsaved draft in it if there is one."""
    address = reverse("admin:course_lesson_change", args=[number])
    drafts = LessonDraft.objects.filter(lesson=number, author=author_of(request))
    return redirect(f"{address}?draft" if drafts.exists() else address)


def quest_or_404(number: Any) -> Quest:
    """Return the quest with its texts."""
    return get_object_or_404(Quest.objects.prefetch_related("texts"), pk=number)


def page(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """Render a page with the admin's context and this one."""
    return {**admin.site.each_context(request), "title": title, **context}


def title_of(texts: Any, language: str, otherwise: str) -> str:
    """Return the title in the language, else in any other, else a fallback name."""
    rows = sorted(texts, key=lambda row: row.language != language)
    return rows[0].title if rows else otherwise
