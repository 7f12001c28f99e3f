"""Formsets of the lesson form: code samples and links, with titles in every language."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.params import clean_text
from course.authoring.values import LinkValues, SampleValues
from course.folders.schema import is_https, is_sample_file

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


class TitledForm(forms.Form):
    """A row with a title in each language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            label = _("Title (%(language)s)") % {"language": name}
            self.fields[f"title_{code}"] = forms.CharField(
                required=False, max_length=120, label=label
            )

    def titles(self) -> dict[str, str]:
        """Return the non-empty titles by language."""
        found = {code: self.cleaned_data.get(f"title_{code}", "") for code in LANGUAGES}
        return {code: title for code, title in found.items() if title}

    def clean(self) -> dict[str, Any]:
        """Require at least one title."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and not found.get("DELETE") and not self.titles():
            self.add_error(f"title_{LANGUAGES[0]}", _("Please enter a title."))
        return found


class SampleForm(TitledForm):
    """A code sample."""

    file = forms.CharField(max_length=100, label=gettext_lazy("File"))
    language = forms.CharField(max_length=20, initial="python", label=gettext_lazy("Language"))
    fails = forms.BooleanField(required=False, label=gettext_lazy("is meant to raise an error"))
    predict = forms.BooleanField(
        required=False, label=gettext_lazy("the output is folded: guess first")
    )
    source = forms.CharField(
        strip=False,
        max_length=50_000,
        label=gettext_lazy("Code"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            label = _("What its figures show, one a line (%(language)s)") % {"language": name}
            self.fields[f"figures_{code}"] = forms.CharField(
                required=False,
                max_length=4_000,
                label=label,
                widget=forms.Textarea(attrs={"rows": 1, "lang": code}),
            )

    def alts(self) -> dict[str, list[str]]:
        """Return the figures' alternative texts by language."""
        written = {code: self.cleaned_data.get(f"figures_{code}", "") for code in LANGUAGES}
        lines = {code: [each.strip() for each in text.splitlines() if each.strip()]
                 for code, text in written.items()}  # fmt: skip
        return {code: found for code, found in lines.items() if found}

    def clean_file(self) -> str:
        """Require a file name in `samples/`, where exports write it."""
        name: str = self.cleaned_data["file"]
        if not is_sample_file(name):
            raise forms.ValidationError(_("Enter a name like samples/grad-1.py."))
        return name

    def clean_source(self) -> str:
        """Return the code with exactly one line end at its end."""
        return clean_text(self.cleaned_data["source"]).rstrip("\n") + "\n"

    def value(self) -> SampleValues:
        """Return the cleaned sample."""
        found = self.cleaned_data
        return SampleValues(
            found["file"],
            found["source"],
            self.titles(),
            found["language"],
            found["fails"],
            predict=found["predict"],
            figure_alts=self.alts(),
        )


class LinkForm(TitledForm):
    """A link to another site."""

    url = forms.CharField(max_length=500, label=gettext_lazy("Address"))

    def clean_url(self) -> str:
        """Require an https URL."""
        url: str = self.cleaned_data["url"].strip()
        if not is_https(url):
            raise forms.ValidationError(_("Enter an address that starts with https://."))
        return url

    def value(self) -> LinkValues:
        """Return the cleaned link."""
        return LinkValues(self.cleaned_data["url"], self.titles())


class OnceFormSet(BaseFormSet):
    """Formset whose rows have unique keys."""

    key = ""

    def same(self, value: str) -> str:
        """Return the key that must be unique."""
        return value

    def clean(self) -> None:
        """Refuse duplicate keys."""
        seen: set[str] = set()
        for form in self.rows():
            value = self.same(form.cleaned_data.get(self.key, ""))
            if value and value in seen:
                form.add_error(self.key, _("This is a duplicate."))
            seen.add(value)

    def rows(self) -> Iterator[Any]:
        """Return the filled rows that are not deleted."""
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE"):
                yield form


class SampleSet(OnceFormSet):
    """Samples by file name without extension, which also names the capture file."""

    key = "file"

    def same(self, value: str) -> str:
        """Return the file name without extension."""
        return value.rpartition(".")[0]


class LinkSet(OnceFormSet):
    """Links by URL."""

    key = "url"


LIMITS = {"extra": 0, "can_delete": True, "max_num": 40, "absolute_max": 60, "validate_max": True}
Samples = formset_factory(SampleForm, formset=SampleSet, **LIMITS)  # type: ignore[arg-type]
Links = formset_factory(LinkForm, formset=LinkSet, **LIMITS)  # type: ignore[arg-type]


def row_of(value: SampleValues | LinkValues) -> dict[str, Any]:
    """Return a sample or link as initial form values."""
    row = dict(vars(value))
    titles = row.pop("titles")
    alts = row.pop("figure_alts", {})
    return (
        row
        | {f"title_{code}": title for code, title in titles.items()}
        | {f"figures_{code}": "\n".join(lines) for code, lines in alts.items()}
    )
