"""The rows of a lesson's form: code samples and links, each with a title in every language."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from course.authoring.values import LinkValues, SampleValues, lf
from course.importing.schema import is_https, is_sample_file

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
        """The titles that are there, by language."""
        found = {code: self.cleaned_data.get(f"title_{code}", "") for code in LANGUAGES}
        return {code: title for code, title in found.items() if title}

    def clean(self) -> dict[str, Any]:
        """At least one title."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and not found.get("DELETE") and not self.titles():
            self.add_error(f"title_{LANGUAGES[0]}", _("Please give it a title."))
        return found


class SampleForm(TitledForm):
    """A code sample."""

    file = forms.CharField(max_length=100, label=gettext_lazy("File"))
    language = forms.CharField(max_length=20, initial="python", label=gettext_lazy("Language"))
    fails = forms.BooleanField(required=False, label=gettext_lazy("is meant to raise an error"))
    source = forms.CharField(
        strip=False,
        max_length=50_000,
        label=gettext_lazy("Code"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_file(self) -> str:
        """A file name in `samples/`, so that exports have a place for it."""
        name: str = self.cleaned_data["file"]
        if not is_sample_file(name):
            raise forms.ValidationError(_("A name like samples/grad-1.py is needed."))
        return name

    def clean_source(self) -> str:
        """The code with one line end at its end."""
        return lf(self.cleaned_data["source"]).rstrip("\n") + "\n"

    def value(self) -> SampleValues:
        """The cleaned sample."""
        found = self.cleaned_data
        return SampleValues(
            found["file"], found["source"], self.titles(), found["language"], found["fails"]
        )


class LinkForm(TitledForm):
    """A link to another site."""

    url = forms.CharField(max_length=500, label=gettext_lazy("Address"))

    def clean_url(self) -> str:
        """An https address."""
        url: str = self.cleaned_data["url"].strip()
        if not is_https(url):
            raise forms.ValidationError(_("An address that begins with https:// is needed."))
        return url

    def value(self) -> LinkValues:
        """The cleaned link."""
        return LinkValues(self.cleaned_data["url"], self.titles())


class OnceFormSet(BaseFormSet):
    """Rows of which no two have the same key."""

    key = ""

    def same(self, value: str) -> str:
        """What two rows must not share."""
        return value

    def clean(self) -> None:
        """Refuse a repeated key."""
        seen: set[str] = set()
        for form in self.rows():
            value = self.same(form.cleaned_data.get(self.key, ""))
            if value and value in seen:
                form.add_error(self.key, _("This is here twice."))
            seen.add(value)

    def rows(self) -> Iterator[Any]:
        """The filled rows that stay."""
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE"):
                yield form


class SampleSet(OnceFormSet):
    """Samples by file; the end of the name aside, as both would have one file for their output."""

    key = "file"

    def same(self, value: str) -> str:
        """The name without its end."""
        return value.rpartition(".")[0]


class LinkSet(OnceFormSet):
    """Links by address."""

    key = "url"


LIMITS = {"extra": 0, "can_delete": True, "max_num": 40, "absolute_max": 60, "validate_max": True}
Samples = formset_factory(SampleForm, formset=SampleSet, **LIMITS)  # type: ignore[arg-type]
Links = formset_factory(LinkForm, formset=LinkSet, **LIMITS)  # type: ignore[arg-type]


def row_of(value: SampleValues | LinkValues) -> dict[str, Any]:
    """A sample or link as a form's values."""
    row = dict(vars(value))
    titles = row.pop("titles")
    return row | {f"title_{code}": title for code, title in titles.items()}
