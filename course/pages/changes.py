"""Views of a lesson's changes since the reader completed it, and of its notebook."""

from datetime import datetime
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.params import clean_text, parse_aware_datetime, parse_int
from accounts.people import current_user
from accounts.ratelimit import limited
from course.authoring.changes import changed_after, marked_changes
from course.authoring.notebook_writing import lesson_notebook
from course.content import access
from course.models import Lesson, LessonText
from course.progress.marking import NotOpen, see_changes
from course.progress.reading import progress_of
from course.progress.recording import AccountGone

counted = limited("progress", most=120)


@never_cache
def changes(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """Differences between the version the reader completed and the current one.

    For members the completion time is stored; others pass it in `?since=`.
    """
    language = get_language()
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=language)
    is_new = False
    if request.user.is_authenticated:
        since, is_new = last_known(current_user(request), text)
    else:
        since = parse_aware_datetime(request.GET.get("since", ""))
    if since is None:
        return redirect(text.lesson)
    found = marked_changes(text, since)
    context = {
        "text": text,
        "lesson": text.lesson,
        "since": since,
        "changes": found,
        "is_new": is_new,
    }
    response = render(request, "course/changes.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def last_known(learner: User, text: LessonText) -> tuple[datetime | None, bool]:
    """Return what a learner compares with, and whether the text changed after that.

    That is the text they last saw; or the one they finished, when there is nothing new.
    """
    progress = progress_of(learner)
    known_until = progress.known_until(text.lesson.uid)
    if changed_after(text, known_until):
        return known_until, True
    return progress.finished_at(text.lesson.uid), False


@login_required
@require_POST
@counted
def seen(request: HttpRequest, uid: str) -> HttpResponse:
    """Stop telling the learner of the lesson's changes until it changes again.

    The form names the language and revision that it showed: what came later is still told.
    """
    lesson = get_object_or_404(
        Lesson.objects.visible_to(request.user).select_related("quest"), uid=uid
    )
    shown = parse_int(request.POST.get("revision", "")) or 0
    language = request.POST.get("language", "")
    if not lesson.texts.filter(language=clean_text(language), real_revision=shown).exists():
        messages.info(request, _("The lesson has changed again meanwhile."))
        return redirect(lesson)
    try:
        see_changes(learner=current_user(request), lesson=lesson)
    except NotOpen:
        messages.error(request, _("This can't be saved yet."))
    except AccountGone:
        return redirect("home")
    return redirect(lesson)


def notebook(request: HttpRequest, quest: str, slug: str) -> HttpResponse:
    """Download the lesson as an .ipynb file."""
    text = access.lesson_text(quest=quest, slug=slug, viewer=request.user, language=get_language())
    data = lesson_notebook(text)
    response = HttpResponse(data, content_type="application/x-ipynb+json")
    name = quote(f"{slug}.{text.language}.ipynb")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["X-Robots-Tag"] = "noindex"
    return response
