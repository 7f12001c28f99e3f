"""Views of a lesson's changes since the reader completed it, and of its notebook."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts.params import parse_aware_datetime
from course.authoring.changes import marked_changes
from course.authoring.notebook_writing import lesson_notebook
from course.content import access
from course.progress.reading import progress_of


@never_cache
def changes(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """Differences between the version the reader completed and the current one.

    For members the completion time is stored; others pass it in `?since=`.
    """
    language = get_language()
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=language)
    if request.user.is_authenticated:
        since = progress_of(request.user).finished_at(text.lesson.uid)
    else:
        since = parse_aware_datetime(request.GET.get("since", ""))
    if since is None:
        return redirect(text.lesson)
    found = [each for each in marked_changes(text, since) if each.field != "answer"]
    context = {"text": text, "lesson": text.lesson, "since": since, "changes": found}
    response = render(request, "course/changes.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def notebook(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """Download the lesson as an .ipynb file."""
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=get_language())
    data = lesson_notebook(text)
    response = HttpResponse(data, content_type="application/x-ipynb+json")
    name = quote(f"{slug}.{text.language}.ipynb")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Robots-Tag"] = "noindex"
    return response
