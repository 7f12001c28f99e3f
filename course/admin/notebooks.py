"""Upload of a notebook into a lesson."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.params import clean_text
from course.admin.access import lesson_or_404, studio
from course.authoring.notebook_files import MAX_BYTES, NotebookRefused, read_notebook
from course.authoring.notebooks import fill_from_notebook
from course.authoring.rendering import Refused
from course.authoring.revising import ChangeNote
from course.authoring.saving import EditConflict, is_publicly_readable
from course.models import Change, Lesson

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
            change_note=statement_of(request, lesson),
        )
    except (NotebookRefused, Refused) as refused:
        messages.error(request, error_text(refused))
    except EditConflict:
        messages.error(request, _("Somebody saved the lesson just now. Please look again."))
    else:
        messages.success(request, _("The notebook's text and code are in the lesson now."))
    return redirect("admin:course_lesson_change", number)


def statement_of(request: HttpRequest, lesson: Lesson) -> ChangeNote:
    """Return the author's change note; for a draft, one that notifies nobody."""
    if not is_publicly_readable(lesson):
        return ChangeNote(Change.TYPO)
    change = request.POST.get("change", Change.CLARIFICATION)
    note = clean_text(request.POST.get("note", "")).strip()
    if change not in Change.values:
        raise NotebookRefused(
            _("Readers can see this lesson: please choose what kind of change it is.")
        )
    if len(note) > LONGEST_NOTE:
        raise NotebookRefused(_("The line for readers is too long."))
    return ChangeNote(change, note)


def error_text(refused: Exception) -> str:
    """Return the problems in one line."""
    if isinstance(refused, Refused):
        return "; ".join(str(each) for found in refused.problems.values() for each in found)
    return str(refused)
