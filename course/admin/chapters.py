"""The chapter form: slug, titles and summaries in both languages."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.admin.access import author_of, page, studio, title_of
from course.authoring.quest_texts import Outdated, digest, remove_chapter, save_chapter
from course.models import Chapter

LANGUAGES = dict(settings.LANGUAGES)


class ChapterForm(forms.Form):
    """The chapter in every language; the source language needs a title."""

    seen = forms.CharField(widget=forms.HiddenInput)
    slug = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, label=gettext_lazy("Address (slug)")
    )

    def __init__(self, data: Any = None, *, chapter: Chapter) -> None:
        self.chapter = chapter
        stored = {row.language: row for row in chapter.texts.all()}
        initial = {"slug": chapter.slug, "seen": digest(chapter, "slug")}
        super().__init__(data, initial=initial)
        for code, name in LANGUAGES.items():
            self.fields[f"title_{code}"] = forms.CharField(
                max_length=120,
                required=code == chapter.quest.source_language or code in stored,
                label=_("Title (%(language)s)") % {"language": name},
                initial=stored[code].title if code in stored else "",
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"summary_{code}"] = forms.CharField(
                max_length=300,
                required=False,
                label=_("Summary (%(language)s)") % {"language": name},
                initial=stored[code].summary if code in stored else "",
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    def clean_slug(self) -> str:
        """Require a slug that no other chapter of the quest has."""
        slug: str = self.cleaned_data["slug"]
        others = Chapter.objects.filter(quest=self.chapter.quest_id).exclude(pk=self.chapter.pk)
        if others.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another chapter of this quest has this address."))
        return slug

    def clean(self) -> dict[str, Any]:
        """Require a title where there is a summary."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for code in LANGUAGES:
            if found.get(f"summary_{code}") and not found.get(f"title_{code}", "-"):
                self.add_error(f"title_{code}", _("This must not be empty."))
        return found

    def words(self) -> dict[str, tuple[str, str]]:
        """Return (title, summary) for languages that have one."""
        found = self.cleaned_data
        rows = {code: (found[f"title_{code}"], found[f"summary_{code}"]) for code in LANGUAGES}
        return {code: row for code, row in rows.items() if row[0]}


def chapter_or_404(quest: int, number: int) -> Chapter:
    """Return the chapter with its quest and texts."""
    rows = Chapter.objects.select_related("quest").prefetch_related("texts")
    return get_object_or_404(rows, pk=number, quest=quest)


@studio
def edit(request: HttpRequest, number: int, chapter: int) -> HttpResponse:
    """Show the form, or save it."""
    row = chapter_or_404(number, chapter)
    if request.method != "POST":
        return show(request, row, ChapterForm(chapter=row))
    form = ChapterForm(request.POST, chapter=row)
    if not form.is_valid():
        return show(request, row, form, status=422)
    try:
        save_chapter(
            chapter=row,
            seen=form.cleaned_data["seen"],
            slug=form.cleaned_data["slug"],
            words=form.words(),
            author=author_of(request),
        )
    except Outdated:
        return show_conflict(request, chapter_or_404(number, chapter))
    messages.success(request, _("Saved."))
    return redirect("admin:quest-outline", number)


def show(
    request: HttpRequest, row: Chapter, form: ChapterForm, status: int = 200, **more: Any
) -> HttpResponse:
    """Render the form's page."""
    title = title_of(row.texts.all(), get_language(), row.slug)
    context = page(request, title, quest=row.quest, chapter=row, form=form, **more)
    context["empty"] = not row.lessons.exists()
    return render(request, "admin/course/chapter.html", context, status=status)


def show_conflict(request: HttpRequest, row: Chapter) -> HttpResponse:
    """Show the texts saved meanwhile beside the author's own, which stay in the form."""
    data = request.POST.copy()
    data["seen"] = digest(row, "slug")
    form, stored = ChapterForm(data, chapter=row), ChapterForm(chapter=row)
    theirs = [
        (field.label, field.value())
        for field in stored.visible_fields()
        if (field.value() or "") != (form[field.name].value() or "")
    ]
    return show(request, row, form, status=409, theirs=theirs)


@studio
@require_POST
def remove(request: HttpRequest, number: int, chapter: int) -> HttpResponse:
    """Delete an empty chapter."""
    row = chapter_or_404(number, chapter)
    if remove_chapter(chapter=row):
        messages.success(request, _("The chapter is gone."))
        return redirect("admin:quest-outline", number)
    messages.error(request, _("This chapter still has lessons. Please move them first."))
    return redirect("admin:quest-chapter", number, chapter)
