"""The page on which a lesson is retired in favour of another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.params import clean_text, parse_int
from course.admin.access import lesson_or_404, page, studio, title_of
from course.authoring.merging import retire_into, targets
from course.authoring.schedule import NotReady
from course.models import Completion, Lesson


@studio
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Search the other lesson, or retire this one in its favour."""
    lesson = lesson_or_404(number)
    if request.method != "POST":
        return show(request, lesson)
    target = Lesson.objects.filter(pk=parse_int(request.POST.get("into", "")) or 0).first()
    try:
        if target is None:
            raise NotReady(_("Please choose another lesson, one that leads nowhere else."))
        retire_into(lesson=lesson, target=target)
    except NotReady as reason:
        messages.error(request, str(reason))
        return show(request, lesson, status=422)
    messages.success(request, _("Retired. Its address and its completions lead to the other one."))
    return redirect("admin:course_lesson_change", number)


def show(request: HttpRequest, lesson: Lesson, status: int = 200) -> HttpResponse:
    """Render the search and what it found."""
    query = clean_text(request.GET.get("q", "")).strip()[:100]
    rows = targets(lesson, query).prefetch_related("texts", "quest__texts") if query else []
    language = get_language()
    context = {
        "lesson": lesson,
        "query": query,
        "completions": Completion.objects.filter(lesson=lesson, done=True, part="").count(),
        "found": [
            (
                row,
                title_of(row.texts.all(), language, row.slug),
                title_of(row.quest.texts.all(), language, row.quest.slug),
            )
            for row in rows
        ],
    }
    title = _("Retire in favour of another lesson")
    return render(
        request, "admin/course/merge.html", page(request, title, **context), status=status
    )
