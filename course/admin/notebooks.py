"""Upload a notebook into a lesson."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import lesson_or_404, studio
from course.authoring.notebooks import fill_from_notebook
from course.authoring.revising import Statement
from course.authoring.saving import EditConflict, Refused, is_public
from course.models import Change, Lesson
from course.notebooks import MAX_BYTES, NotebookRefused, read_notebook

LONGEST_NOTE = 300  # characters, as in the lesson's own form


@studio
@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Read the notebook and save the lesson with it."""
    lesson, file = lesson_or_404(number), request.FILES.get("file")
    language = request.POST.get("language", "")
    try:
        if language not in dict(settings.LANGUAGES):
            raise NotebookRefused(_("Please choose a language."))
        if file is None or file.size is None or file.size > MAX_BYTES:
            raise NotebookRefused(_("Please choose a notebook of at most 5 MB."))
        fill_from_notebook(
            lesson=lesson,
            notebook=read_notebook(file.read()),
            language=language,
            author=request.user,
            statement=statement_of(request, lesson),
        )
    except (NotebookRefused, Refused) as refused:
        messages.error(request, told(refused))
    except EditConflict:
        messages.error(request, _("Somebody saved the lesson just now. Please look again."))
    else:
        messages.success(request, _("The notebook's text and code are in the lesson now."))
    return redirect("admin:course_lesson_change", number)


def statement_of(request: HttpRequest, lesson: Lesson) -> Statement:
    """What the author says about the change; of a draft nobody needs to be told anything."""
    if not is_public(lesson):
        return Statement(Change.TYPO)
    change = request.POST.get("change", Change.CLARIFICATION)
    note = request.POST.get("note", "").replace("\x00", "").strip()
    if change not in Change.values:
        raise NotebookRefused(
            _("Readers have this lesson already: please say what kind of change it is.")
        )
    if len(note) > LONGEST_NOTE:
        raise NotebookRefused(_("The line for readers is too long."))
    return Statement(change, note)


def told(refused: Exception) -> str:
    """What is wrong, in one line."""
    if isinstance(refused, Refused):
        return "; ".join(str(each) for found in refused.problems.values() for each in found)
    return str(refused)
