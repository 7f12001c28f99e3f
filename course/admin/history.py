"""The revision history of a text, and restoring old revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.params import parse_int
from course.admin.access import author_of, lesson_or_404, page, quest_or_404, studio, title_of
from course.admin.chapters import chapter_or_404
from course.authoring.history import differences, extras_source, restore, revisions
from course.authoring.quest_texts import FIELDS, restore_words
from course.authoring.rendering import Refused
from course.authoring.revising import ChangeNote
from course.authoring.saving import EditConflict, is_publicly_readable
from course.authoring.values import WORDS
from course.models import Change, Lesson, LessonText


@dataclass(frozen=True)
class Subject:
    """What the history page needs of a lesson, quest or chapter: texts and URLs."""

    texts: Sequence[Any]
    name: str  # of the address of its history, which ends with the language
    ids: tuple[int, ...]
    back: str
    slug: str
    around: dict[str, Any]
    source_language: str

    def text(self, language: str) -> Any:
        """Return the text in this language, else in the source language, else any."""
        wanted = language or self.source_language
        found = [row for row in self.texts if row.language == wanted]
        if not found and (language or not self.texts):
            raise Http404(_("There is no text in this language."))
        return (found or list(self.texts))[0]

    def address(self, language: str) -> str:
        """Return the URL of one language's history."""
        return reverse(f"admin:{self.name}", args=[*self.ids, language])


def of_lesson(number: int) -> Subject:
    """Return the subject for a lesson."""
    lesson = lesson_or_404(number)
    texts = list(lesson.texts.all())
    for text in texts:
        text.lesson = lesson
    back = reverse("admin:course_lesson_change", args=[number])
    source = lesson.quest.source_language
    around = {"lesson": lesson, "public": is_publicly_readable(lesson), "kinds": Change.choices}
    return Subject(texts, "lesson-past", (number,), back, lesson.slug, around, source)


def of_quest(number: int) -> Subject:
    """Return the subject for a quest."""
    quest = quest_or_404(number)
    back = reverse("admin:course_quest_change", args=[number])
    texts, around = list(quest.texts.all()), {"quest": quest}
    source = quest.source_language
    return Subject(texts, "quest-past", (number,), back, quest.slug, around, source)


def of_chapter(number: int, chapter: int) -> Subject:
    """Return the subject for a chapter."""
    row = chapter_or_404(number, chapter)
    back = reverse("admin:quest-chapter", args=[number, chapter])
    texts, around = list(row.texts.all()), {"quest": row.quest}
    source = row.quest.source_language
    return Subject(texts, "chapter-past", (number, chapter), back, row.slug, around, source)


def show(request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Render the revisions of one language, and the changes in the selected one."""
    text = subject.text(language)
    names = FIELDS.get(type(text), WORDS)
    lines = revisions(text)
    at = chosen(lines, request.GET.get("line", ""))
    current = lines[at] if lines else None
    before = lines[at + 1] if at + 1 < len(lines) else None
    context = {
        "text": text,
        "tabs": [(row, subject.address(row.language)) for row in subject.texts],
        "back": subject.back,
        "here": subject.address(text.language),
        "lines": list(zip(lines, range(len(lines), 0, -1), strict=True)),
        "current": current,
        "is_newest": at == 0,
        "changes": differences(before, current, context=True, names=names) if current else [],
        "since": differences(current, text, names=names) if current and at else [],
        "other_beside": at
        and getattr(current, "beside", None)
        and extras_source(current) != extras_source(text),
        **subject.around,
    }
    title = title_of(subject.texts, get_language(), subject.slug)
    return render(request, "admin/course/history.html", page(request, title, **context))


def chosen(lines: list[Any], wanted: str) -> int:
    """Return the index of the selected revision; the newest if it doesn't exist."""
    ids = [str(line.history_id) for line in lines]
    return ids.index(wanted) if wanted in ids else 0


def line_in(request: HttpRequest) -> int:
    """Return the posted revision. Raises Http404 for an unknown one."""
    line = parse_int(request.POST.get("line", ""))
    if line is None:
        raise Http404(_("There is no such revision."))
    return line


@studio
def past(request: HttpRequest, number: int, language: str = "") -> HttpResponse:
    """The history page of a lesson."""
    if request.method == "POST":
        return restore_revision(request, number, language)
    return show(request, of_lesson(number), language)


def restore_revision(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Restore an old revision of a lesson as the newest one."""
    text: LessonText = of_lesson(number).text(language)
    try:
        restore(
            text=text,
            history_id=line_in(request),
            author=author_of(request),
            change_note=ChangeNote(change_in(request, text.lesson)),
            with_beside="beside" in request.POST,
        )
    except text.history.model.DoesNotExist:
        raise Http404(_("There is no such revision.")) from None
    except EditConflict:
        messages.error(request, _("Somebody saved the lesson just now. Please look again."))
    except Refused as refused:
        refuse(request, refused)
    else:
        messages.success(request, _("Restored as a new revision."))
    return redirect("admin:lesson-past", number, text.language)


def change_in(request: HttpRequest, lesson: Lesson) -> str:
    """Return the author's change note."""
    change = request.POST.get("change", "")
    if change in Change.values:
        return change
    return Change.CLARIFICATION if is_publicly_readable(lesson) else Change.TYPO


def refuse(request: HttpRequest, refused: Refused) -> None:
    """Show why the old text can't be restored."""
    problems = "; ".join(str(each) for found in refused.problems.values() for each in found)
    messages.error(request, _("That revision can't be restored as it is: ") + problems)


@studio
def quest_past(request: HttpRequest, number: int, language: str = "") -> HttpResponse:
    """GET: a quest's history. POST: restore an old text."""
    subject = of_quest(number)
    if request.method == "POST":
        return bring_words_back(request, subject, language)
    return show(request, subject, language)


@studio
def chapter_past(
    request: HttpRequest, number: int, chapter: int, language: str = ""
) -> HttpResponse:
    """GET: a chapter's history. POST: restore an old text."""
    subject = of_chapter(number, chapter)
    if request.method == "POST":
        return bring_words_back(request, subject, language)
    return show(request, subject, language)


def bring_words_back(request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Restore an old revision of a quest's or chapter's text."""
    text = subject.text(language)
    try:
        restore_words(text=text, history_id=line_in(request), author=author_of(request))
    except text.history.model.DoesNotExist:
        raise Http404(_("There is no such revision.")) from None
    except Refused as refused:
        refuse(request, refused)
    else:
        messages.success(request, _("Restored as a new revision."))
    return redirect(subject.address(text.language))
