"""What changed in a lesson since the reader finished it; the lesson as a notebook."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from course import access
from course.asked import moment
from course.authoring.changes import marked_changes
from course.notebooks import write_notebook
from course.progress.reading import progress_of


@never_cache
def changes(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """The marked differences between what the reader finished and what stands there now.

    For somebody with an account the account knows when that was; others say it in `?since=`.
    """
    language = get_language()
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=language)
    if request.user.is_authenticated:
        since = progress_of(request.user).finished_at(text.lesson.uid)
    else:
        since = moment(request.GET.get("since", ""))
    if since is None:
        return redirect(text.lesson)
    found = [each for each in marked_changes(text, since) if each.field != "answer"]
    context = {"text": text, "lesson": text.lesson, "since": since, "changes": found}
    response = render(request, "course/changes.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def notebook(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """The lesson as an .ipynb file to download; the model answer stays on the site."""
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=get_language())
    address = f"{settings.SITE_URL}{text.lesson.get_absolute_url()}"
    data = write_notebook(
        title=text.title,
        body=text.body,
        samples=text.extras.get("samples", []),
        exercise=text.exercise,
        about=_("From %(site)s: %(address)s") % {"site": settings.SITE_NAME, "address": address},
    )
    response = HttpResponse(data, content_type="application/x-ipynb+json")
    name = quote(f"{slug}.{text.language}.ipynb")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Robots-Tag"] = "noindex"
    return response
