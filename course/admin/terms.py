"""The page of a quest's glossary: its terms, and a form for one."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.params import clean_text
from course.admin.access import page, quest_or_404, studio, title_of
from course.authoring.quest_texts import Outdated
from course.authoring.terms import TermRefused, add_term, change_term, digest_of, remove_term
from course.models import Quest, Term

LANGUAGES = dict(settings.LANGUAGES)
MOST = {"term": 80, "line": 300}


class TermForm(forms.Form):
    """A term in every language; the source language needs one."""

    key = forms.RegexField(
        r"^[a-z0-9-]{1,64}$", label=gettext_lazy("Name in the text (letters a to z, digits, -)")
    )
    lesson = forms.ChoiceField(required=False, label=gettext_lazy("The lesson that explains it"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, quest: Quest, term: Term | None = None) -> None:
        super().__init__(data, initial=initial_of(term))
        self.quest = quest
        fields: Any = self.fields
        fields["lesson"].choices = [("", "–"), *lesson_choices(quest)]
        if term:
            fields["key"].disabled = True
        source = quest.source_language
        for code in sorted(LANGUAGES, key=lambda code: code != source):
            for name, label in (("term", _("Term")), ("line", _("What it means, in one line"))):
                self.fields[f"{name}_{code}"] = forms.CharField(
                    required=code == source,
                    max_length=MOST[name],
                    label=f"{label} ({LANGUAGES[code]})",
                    initial=(term.texts.get(code, {}).get(name, "") if term else ""),
                    widget=forms.TextInput(attrs={"lang": code}),
                )

    def clean(self) -> dict[str, Any]:
        """Require both parts of a language or neither."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for code in LANGUAGES:
            for name in MOST:
                found[f"{name}_{code}"] = clean_text(found.get(f"{name}_{code}", "")).strip()
            for name, other in (("term", "line"), ("line", "term")):
                field = f"{name}_{code}"
                if found[f"{other}_{code}"] and not found[field] and field not in self.errors:
                    self.add_error(field, _("This must not be empty."))
        return found

    def texts(self) -> dict[str, dict[str, str]]:
        """Return the words of the languages that have some."""
        found = self.cleaned_data
        rows = {code: {name: found[f"{name}_{code}"] for name in MOST} for code in LANGUAGES}
        return {code: row for code, row in rows.items() if row["term"]}


def initial_of(term: Term | None) -> dict[str, str]:
    """Return the stored values of a term."""
    if term is None:
        return {}
    return {"key": term.key, "lesson": term.lesson_uid, "seen": digest_of(term)}


def lesson_choices(quest: Quest) -> list[tuple[str, str]]:
    """Return the quest's lessons by uid, in reading order; two queries."""
    rows = quest.lessons.prefetch_related("texts").order_by("chapter__position", "position", "pk")
    language = get_language()
    return [(row.uid, title_of(row.texts.all(), language, row.slug)) for row in rows]


@studio
def terms(request: HttpRequest, number: int) -> HttpResponse:
    """Show the terms with the form of one (`?key=`) or of a new one; save or remove it."""
    quest = quest_or_404(number)
    if request.headers.get("X-Requested-With") == "fetch":  # for the list of the lesson's form
        keys = quest.terms.order_by("key").values_list("key", flat=True)
        return JsonResponse({"keys": list(keys)})
    key = request.GET.get("key", "")
    term = get_object_or_404(quest.terms, key=clean_text(key)) if key else None
    if request.method != "POST":
        return show(request, quest, term, TermForm(quest=quest, term=term))
    if term and "remove" in request.POST:
        return removed(request, quest, term)
    form = TermForm(request.POST, quest=quest, term=term)
    if not form.is_valid():
        return show(request, quest, term, form, status=422)
    return saved(request, quest, term, form)


def saved(request: HttpRequest, quest: Quest, term: Term | None, form: TermForm) -> HttpResponse:
    """Save a valid form."""
    values: dict[str, Any] = {"texts": form.texts(), "lesson_uid": form.cleaned_data["lesson"]}
    try:
        if term:
            change_term(term=term, seen=form.cleaned_data["seen"], **values)
        else:
            term = add_term(quest=quest, key=form.cleaned_data["key"], **values)
    except TermRefused as reason:
        form.add_error("key", str(reason))
        return show(request, quest, term, form, status=422)
    except Outdated:
        return show_conflict(request, quest, term)
    messages.success(request, _("Saved. In a text: %(marker)s") % {"marker": marker_of(term)})
    return redirect(address_of(quest))


def show_conflict(request: HttpRequest, quest: Quest, term: Any) -> HttpResponse:
    """Show what was saved meanwhile above the author's own words, which stay in the form."""
    fresh = get_object_or_404(Term, pk=term.pk)
    data = request.POST.copy()
    data["seen"] = digest_of(fresh)
    form = TermForm(data, quest=quest, term=fresh)
    told = _(
        "Somebody else saved this term while you were writing. Nothing was overwritten. "
        "Save again and yours counts; stored now:"
    )
    stored = [f"{each['term']}: {each['line']}" for each in fresh.texts.values()]
    form.add_error(None, [told, *stored])
    return show(request, quest, fresh, form, status=409)


def removed(request: HttpRequest, quest: Quest, term: Term) -> HttpResponse:
    """Remove a term, or say which lessons still name it."""
    try:
        remove_term(term=term)
    except TermRefused as reason:
        messages.error(request, str(reason))
        return redirect(address_of(quest, term))
    messages.success(request, _("The term is gone."))
    return redirect(address_of(quest))


def marker_of(term: Term) -> str:
    """Return what stands for the term in a text."""
    return f"[[term:{term.key}]]"


def address_of(quest: Quest, term: Term | None = None) -> str:
    """Return the URL of the page, with a term's form."""
    here = reverse("admin:quest-terms", args=[quest.pk])
    return f"{here}?key={term.key}" if term else here


def show(
    request: HttpRequest, quest: Quest, term: Term | None, form: TermForm, status: int = 200
) -> HttpResponse:
    """Render the page."""
    language = get_language() or ""
    rows: Any = [
        (each, each.texts.get(language) or next(iter(each.texts.values()), {}), marker_of(each))
        for each in quest.terms.all()
    ]
    title = f"{title_of(quest.texts.all(), language, quest.slug)}: {_('Glossary')}"
    context = page(request, title, quest=quest, term=term, form=form, rows=rows)
    return render(request, "admin/course/terms.html", context, status=status)
