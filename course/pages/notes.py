"""Notes and bookmarks: the page that lists them, and forms that work without JavaScript."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import current_user
from course.models import Note, Part
from course.pages.progress_forms import counted, lesson_or_404
from course.progress.marking import NotOpen, bookmark, undo
from course.progress.notebook import CantKeep, OldText, notes_of, old_texts, write_note
from course.progress.reading import Progress, progress_of
from course.progress.recording import AccountGone
from course.progress.resuming import Place
from course.progress.wire_operations import PLACE, read_uuid
from pagecache.public import public


@dataclass(frozen=True)
class ShownNote:
    """A note with its earlier texts."""

    note: Note
    older: list[OldText]


@dataclass
class LessonNotes:
    """A lesson with its notes."""

    place: Place
    notes: list[ShownNote] = field(default_factory=list)


@public("site")
def notebook(request: HttpRequest) -> HttpResponse:
    """All notes and bookmarks: from the account for members, by script for visitors."""
    context = own_pages(request.user) if isinstance(request.user, User) else {}
    return render(request, "course/notes.html", context)


def own_pages(learner: User) -> dict[str, object]:
    """Context of a member's page: `bookmarks`, and `lessons` with notes; two queries."""
    progress = progress_of(learner)
    return {
        "bookmarks": [Place(page) for page in progress.bookmarks()],
        "lessons": lessons_with_notes(learner, progress),
    }


def lessons_with_notes(learner: User, progress: Progress) -> list[LessonNotes]:
    """Return the lessons with notes; the one with the newest note first."""
    notes = notes_of(learner)
    older = old_texts(learner, notes)
    found: dict[str, LessonNotes] = {}
    for note in notes:
        if note.lesson.uid in progress.known.by_uid:
            head = progress.known.head(note.lesson.uid)
            lesson = found.setdefault(head.uid, LessonNotes(Place(head)))
            lesson.notes.append(ShownNote(note, older.get(note.uuid, [])))
    return list(found.values())


@login_required
@require_POST
@counted
def mark(request: HttpRequest, uid: str) -> HttpResponse:
    """Add or remove a bookmark, and redirect to the lesson."""
    lesson = lesson_or_404(request, uid)
    action = request.POST.get("action", "")
    learner = current_user(request)
    try:
        if action == "add":
            bookmark(learner=learner, lesson=lesson)
        elif action == "remove":
            undo(learner=learner, lesson=lesson, part=Part.BOOKMARK.value)
        else:
            return plain(_("Unknown action."))
    except NotOpen:
        messages.error(request, _("You can't add bookmarks or notes to a draft."))
    except AccountGone:
        return redirect("home")
    return redirect(f"{lesson.get_absolute_url()}#notes")


@login_required
@require_POST
@counted
def write(request: HttpRequest, uid: str) -> HttpResponse:
    """Create, change or delete a note, and redirect to the lesson."""
    lesson = lesson_or_404(request, uid)
    named, place = request.POST.get("note", ""), request.POST.get("place", "")
    note = read_uuid(named)
    if (named and note is None) or not PLACE.fullmatch(place):
        return plain(_("There is no such note."))
    deleting = request.POST.get("action") == "delete"
    body = "" if deleting else request.POST.get("text", "")
    if not body.strip() and note is None:
        return plain(_("A note can't be empty."))
    try:
        write_note(learner=current_user(request), lesson=lesson, body=body, note=note, place=place)
    except CantKeep:
        return plain(
            _("The note is longer than 5,000 characters, or your account has reached its limit.")
        )
    except NotOpen:
        messages.error(request, _("You can't add bookmarks or notes to a draft."))
    except AccountGone:
        return redirect("home")
    return redirect(f"{lesson.get_absolute_url()}#notes")


def plain(words: str) -> HttpResponse:
    """Return a form's errors as text."""
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
