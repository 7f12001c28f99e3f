"""A quest's outline: chapters and lessons in one page, ordered by number or by dragging."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course import outlines
from course.admin.access import page, quest_or_404, studio, title_of
from course.authoring.creating import create_chapter, create_lesson
from course.models import Chapter, Lesson, LessonText, Quest

NUMBER = re.compile(r"[1-9][0-9]{0,3}\Z")
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class BeginForm(forms.Form):
    """A new chapter or lesson: its address and a title for each language."""

    slug = forms.RegexField(SLUG, max_length=64, label=gettext_lazy("Address (slug)"))

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"title_{code}"] = forms.CharField(
                max_length=120,
                required=code == source,
                label=_("Title (%(language)s)") % {"language": name},
            )

    def titles(self) -> dict[str, str]:
        """The titles that are there."""
        found = {code: self.cleaned_data[f"title_{code}"] for code, _name in settings.LANGUAGES}
        return {code: title for code, title in found.items() if title}


@studio
def outline(request: HttpRequest, number: int) -> HttpResponse:
    """Show the outline, or store a new order."""
    quest = quest_or_404(number)
    if request.method == "POST":
        wrong = reorder(quest, request.POST)
        messages.error(request, wrong) if wrong else messages.success(request, _("Saved."))
        return redirect("admin:quest-outline", number)
    return show(request, quest, BeginForm(source=quest.source_language))


def show(request: HttpRequest, quest: Quest, form: BeginForm, status: int = 200) -> HttpResponse:
    """The page."""
    title = title_of(quest.texts.all(), get_language(), quest.slug)
    context = page(request, title, quest=quest, chapters=rows_of(quest), form=form)
    return render(request, "admin/course/outline.html", context, status=status)


def rows_of(quest: Quest) -> list[dict[str, Any]]:
    """Chapters with their lessons; five queries however many there are."""
    language = get_language()
    lessons: dict[int, list[dict[str, Any]]] = {}
    stored = list(quest.lessons.order_by("position", "id"))
    fields = ("lesson_id", "language", "title", "behind", "changed_at")
    texts = list(LessonText.objects.filter(lesson__quest=quest).only(*fields))
    best = outlines.best_by(texts, "lesson_id", language)
    languages: dict[int, list[LessonText]] = {}
    for text in texts:
        languages.setdefault(text.lesson_id, []).append(text)
    for lesson in stored:
        row = {
            "lesson": lesson,
            "title": best[lesson.pk].title if lesson.pk in best else lesson.slug,
            "texts": sorted(languages.get(lesson.pk, []), key=lambda text: text.language),
        }
        lessons.setdefault(lesson.chapter_id, []).append(row)
    return [
        {
            "chapter": chapter,
            "title": title_of(chapter.texts.all(), language, chapter.slug),
            "lessons": lessons.get(chapter.pk, []),
        }
        for chapter in quest.chapters.prefetch_related("texts")
    ]


def reorder(quest: Quest, data: Any) -> str:
    """Store the posted numbers; returns what is wrong with them, then nothing is stored."""
    with transaction.atomic():
        Quest.objects.select_for_update().get(pk=quest.pk)
        chapters = {row.pk: row for row in quest.chapters.all()}
        lessons = list(quest.lessons.all())
        rows: list[Any] = [*chapters.values(), *lessons]
        for row in rows:
            kind = "chapter" if isinstance(row, Chapter) else "lesson"
            number = data.get(f"{kind}-{row.pk}", str(row.position))
            if not NUMBER.match(number):
                return _("“%(number)s” is not a number from 1 to 9999.") % {"number": number[:20]}
            row.position = int(number)
        for lesson in lessons:
            target = data.get(f"lesson-{lesson.pk}-chapter", str(lesson.chapter_id))
            if not target.isdigit() or int(target[:18]) not in chapters:
                return _("There is no such chapter in this quest.")
            lesson.chapter_id = int(target)
        Chapter.objects.bulk_update(chapters.values(), ["position"], batch_size=200)
        Lesson.objects.bulk_update(lessons, ["position", "chapter"], batch_size=200)
        outlines.rebuild(quest)
    return ""


@studio
@require_POST
def add_chapter(request: HttpRequest, number: int) -> HttpResponse:
    """A new chapter at the end."""
    quest = quest_or_404(number)
    form = BeginForm(request.POST, source=quest.source_language)
    if form.is_valid() and quest.chapters.filter(slug=form.cleaned_data["slug"]).exists():
        form.add_error("slug", _("Another chapter of this quest has this address."))
    if not form.is_valid():
        return show(request, quest, form, status=422)
    create_chapter(quest=quest, slug=form.cleaned_data["slug"], titles=form.titles())
    return redirect("admin:quest-outline", number)


@studio
@require_POST
def add_lesson(request: HttpRequest, number: int) -> HttpResponse:
    """A new draft at the end of a chapter; on to its form."""
    quest = quest_or_404(number)
    form = BeginForm(request.POST, source=quest.source_language)
    chapter = (
        quest.chapters.filter(pk=request.POST.get("chapter", "0")[:18]).first()
        if request.POST.get("chapter", "").isdigit()
        else None
    )
    if chapter is None:
        form.is_valid()
        form.add_error(None, _("Please choose a chapter first."))
    if form.is_valid() and quest.lessons.filter(slug=form.cleaned_data["slug"]).exists():
        form.add_error("slug", _("Another lesson of this quest has this address."))
    if chapter is None or not form.is_valid():
        return show(request, quest, form, status=422)
    lesson = create_lesson(
        chapter=chapter,
        slug=form.cleaned_data["slug"],
        titles=form.titles(),
        author=request.user,
    )
    return redirect("admin:course_lesson_change", lesson.pk)
