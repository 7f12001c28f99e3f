"""The lesson form's part for each language."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.params import clean_text
from course.admin.format_fields import YamlList, clean_hints
from course.authoring.values import WORDS, TextFields


def markdown_field(name: str, label: Any, *, rows: int, most: int) -> forms.CharField:
    """Return a field that the editor's script gives a preview and a toolbar."""
    area = forms.Textarea(attrs={"rows": rows, "data-markdown": name, "data-writes": name})
    return forms.CharField(required=False, strip=False, max_length=most, label=label, widget=area)


class WordsForm(forms.Form):
    """The lesson's text in one language."""

    title = forms.CharField(required=False, max_length=120, label=gettext_lazy("Title"))
    summary = forms.CharField(required=False, max_length=300, label=gettext_lazy("Summary"))
    body = markdown_field("body", gettext_lazy("Text"), rows=24, most=200_000)
    exercise = markdown_field("exercise", gettext_lazy("Exercise"), rows=8, most=20_000)
    answer = markdown_field("answer", gettext_lazy("Model answer"), rows=8, most=20_000)
    hints = YamlList(
        name="hints", label=gettext_lazy("Hints of the exercise (a YAML list of Markdown texts)")
    )
    questions = YamlList(name="questions", label=gettext_lazy("Questions (YAML, as in the files)"))

    def __init__(self, *args: Any, language: str, required: bool, **kwargs: Any) -> None:
        kwargs["prefix"] = language
        super().__init__(*args, **kwargs)
        self.language, self.needed, self.stored = language, required, bool(kwargs.get("initial"))
        self.language_name = dict(settings.LANGUAGES)[language]
        for field in self.fields.values():
            field.widget.attrs["lang"] = language

    def clean(self) -> dict[str, Any]:
        """Normalize line ends; a text with content needs a title and a body."""
        found = self.cleaned_data
        for name in ("hints", "questions"):
            found.setdefault(name, [])
        if found["hints"] and not str(found.get("exercise", "")).strip():
            self.add_error("hints", _("Hints need an exercise."))
        for name in ("body", "exercise", "answer"):
            text = clean_text(found.get(name, ""))
            found[name] = text.strip("\n") if name == "body" else text if text.strip() else ""
        if self.needed or self.is_written():
            for name in ("title", "body") if self.needed else ("title",):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, _("This must not be empty."))
        elif self.stored:
            told = _("Please keep the title. Without a text, readers get the other language.")
            self.add_error("title", told)
        return found

    def is_written(self) -> bool:
        """Whether the form has any content."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    def words(self) -> TextFields:
        """Return the cleaned values."""
        return TextFields(**{name: self.cleaned_data[name] for name in WORDS})

    def clean_hints(self) -> list[str]:
        """Return the hints. Raises ValidationError for empty ones."""
        return clean_hints(self.cleaned_data["hints"])
