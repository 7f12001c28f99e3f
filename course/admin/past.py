"""A lesson's history: who changed what and when, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import lesson_or_404, page, studio, title_of
from course.authoring.history import differences, restore, revisions
from course.authoring.revising import Statement
from course.authoring.saving import EditConflict, Refused, is_public
from course.models import Change, Lesson, LessonText


def text_or_404(lesson: Lesson, language: str) -> LessonText:
    """The lesson's text in exactly this language."""
    for text in lesson.texts.all():
        if text.language == language:
            text.lesson = lesson
            return text
    raise Http404(_("The lesson has no text in this language."))


@studio
def past(request: HttpRequest, number: int, language: str = "") -> HttpResponse:
    """The revisions of one language, and what the chosen one changed."""
    lesson = lesson_or_404(number)
    texts = list(lesson.texts.all())
    if not texts:
        raise Http404(_("The lesson has no text yet."))
    known = [row.language for row in texts]
    fallback = lesson.quest.source_language if lesson.quest.source_language in known else known[0]
    text = text_or_404(lesson, language or fallback)
    lines = revisions(text)
    at = chosen(lines, request.GET.get("line", ""))
    current = lines[at] if lines else None
    before = lines[at + 1] if at + 1 < len(lines) else None
    context = {
        "lesson": lesson,
        "text": text,
        "texts": texts,
        "lines": lines,
        "current": current,
        "is_newest": at == 0,
        "changes": differences(before, current, context=True) if current else [],
        "since": differences(current, text) if current and at else [],
        "public": is_public(lesson),
        "kinds": Change.choices,
    }
    title = title_of(texts, get_language(), lesson.slug)
    return render(request, "admin/course/history.html", page(request, title, **context))


def chosen(lines: list[Any], wanted: str) -> int:
    """The place of the wanted line; the newest when it is not there."""
    ids = [str(line.history_id) for line in lines]
    return ids.index(wanted) if wanted in ids else 0


@studio
@require_POST
def bring_back(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Make an old revision the newest."""
    text = text_or_404(lesson_or_404(number), language)
    line = request.POST.get("line", "")
    change = request.POST.get("change", "")
    if change not in Change.values:
        change = Change.CLARIFICATION if is_public(text.lesson) else Change.TYPO
    try:
        if not line.isdigit() or len(line) > 18:
            raise Http404(_("There is no such revision."))
        restore(text=text, history_id=int(line), author=request.user, statement=Statement(change))
    except text.history.model.DoesNotExist:
        raise Http404(_("There is no such revision.")) from None
    except EditConflict:
        messages.error(request, _("Somebody saved the lesson just now. Please look again."))
    except Refused as refused:
        problems = "; ".join(str(each) for found in refused.problems.values() for each in found)
        messages.error(request, _("That revision can't be shown any more: ") + problems)
    else:
        messages.success(request, _("Restored as a new revision."))
    return redirect("admin:lesson-past", number, language)
