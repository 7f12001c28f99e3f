"""Preview of a lesson for holders of its preview link."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from course.authoring import previews
from course.models import Lesson
from course.pages.lesson_parts import parts_of_page


def shared_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the lesson of a valid link; wrong and expired links get the same response."""
    link = previews.open_link(token)
    if link is None:
        raise Http404(_("This preview link is not valid any more."))
    found = previews.preview(lesson=link.lesson, author=link.author, language=get_language())
    return show_preview(request, link.lesson, found, link=link)


def show_preview(
    request: HttpRequest, lesson: Lesson, found: previews.Preview | None, **more: Any
) -> HttpResponse:
    """Render the page, excluded from caches, search engines and referrers."""
    if found is None:
        raise Http404(_("The lesson has no text yet."))
    context = {"lesson": lesson, "preview": found, "text": found.text, **more}
    context |= parts_of_page(found.text, [], found.text.language)
    response = render(request, "course/preview.html", context)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
