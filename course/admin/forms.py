"""The lesson's form: one part for what languages share, one for each language, samples, links."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from course.authoring.saving import Refused, Statement, is_public
from course.authoring.values import LessonValues, LinkValues, SampleValues, Words, lf
from course.importing.schema import is_https
from course.models import Change, Chapter, Lesson
from markup import Problem

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TAG = re.compile(r"[\w-]{1,40}")
SAMPLE_FILE = re.compile(r"samples/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.[a-z0-9]{1,5}")


class SharedForm(forms.Form):
    """Address, place, length and tags; and what the author says about the change."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    chapter = forms.ModelChoiceField(Chapter.objects.none(), label=gettext_lazy("Chapter"))
    position = forms.IntegerField(min_value=1, max_value=9999, label=gettext_lazy("Number"))
    slug = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, label=gettext_lazy("Address (slug)")
    )
    minutes = forms.IntegerField(min_value=1, max_value=600, label=gettext_lazy("Minutes"))
    tags = forms.CharField(required=False, max_length=400, label=gettext_lazy("Tags"))
    change = forms.ChoiceField(
        choices=Change,
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("What kind of change is this?"),
    )
    note = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("One line for readers about it")
    )
    follows = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Translations edited here say what the source says now"),
    )

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lesson = lesson
        chapters = self.fields["chapter"]
        chapters.queryset = Chapter.objects.filter(quest=lesson.quest_id)  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """Lower-case words without repetition, sorted."""
        words = {each for each in re.split(r"[,\s]+", self.cleaned_data["tags"].lower()) if each}
        wrong = [each for each in words if not TAG.fullmatch(each)]
        if wrong:
            raise forms.ValidationError(
                _("“%(tag)s” is not a word of letters, digits and hyphens.") % {"tag": wrong[0]}
            )
        return sorted(words)

    def clean_slug(self) -> str:
        """An address that no other lesson of the quest has."""
        slug: str = self.cleaned_data["slug"]
        others = Lesson.objects.filter(quest=self.lesson.quest_id).exclude(pk=self.lesson.pk)
        if others.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another lesson of this quest has this address."))
        return slug

    def clean_change(self) -> str:
        """A published lesson changes only with a word about the change."""
        change: str = self.cleaned_data["change"]
        if not change and is_public(self.lesson):
            message = _("Readers have this lesson already: please say what kind of change it is.")
            raise forms.ValidationError(message)
        return change or Change.TYPO


class WordsForm(forms.Form):
    """The lesson in one language."""

    title = forms.CharField(required=False, max_length=120, label=gettext_lazy("Title"))
    summary = forms.CharField(required=False, max_length=300, label=gettext_lazy("Summary"))
    body = forms.CharField(
        required=False,
        strip=False,
        max_length=200_000,
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 24, "data-markdown": "body"}),
    )
    exercise = forms.CharField(
        required=False,
        strip=False,
        max_length=20_000,
        label=gettext_lazy("Exercise"),
        widget=forms.Textarea(attrs={"rows": 8, "data-markdown": "exercise"}),
    )
    answer = forms.CharField(
        required=False,
        strip=False,
        max_length=20_000,
        label=gettext_lazy("Model answer"),
        widget=forms.Textarea(attrs={"rows": 8, "data-markdown": "answer"}),
    )

    def __init__(self, *args: Any, language: str, required: bool, **kwargs: Any) -> None:
        kwargs["prefix"] = language
        super().__init__(*args, **kwargs)
        self.language, self.needed = language, required
        self.language_name = dict(settings.LANGUAGES)[language]
        for field in self.fields.values():
            field.widget.attrs["lang"] = language

    def clean(self) -> dict[str, Any]:
        """Line ends as files have them; a text with content has a title and a body."""
        found = self.cleaned_data
        for name in ("body", "exercise", "answer"):
            text = lf(found.get(name, ""))
            found[name] = text.strip("\n") if name == "body" else text if text.strip() else ""
        if self.needed or self.is_written():
            for name in ("title", "body") if self.needed else ("title",):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, _("This must not be empty."))
        return found

    def is_written(self) -> bool:
        """Whether there is anything in this language."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    def words(self) -> Words:
        """The cleaned values."""
        return Words(**{name: self.cleaned_data[name] for name in self.fields})


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
        if not SAMPLE_FILE.fullmatch(name) or ".." in name:
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

    def clean(self) -> None:
        """Refuse a repeated key."""
        seen: set[str] = set()
        for form in self.rows():
            value = form.cleaned_data.get(self.key, "")
            if value and value in seen:
                form.add_error(self.key, _("This is here twice."))
            seen.add(value)

    def rows(self) -> Iterator[Any]:
        """The filled rows that stay."""
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE"):
                yield form


class SampleSet(OnceFormSet):
    """Samples by file."""

    key = "file"


class LinkSet(OnceFormSet):
    """Links by address."""

    key = "url"


LIMITS = {"extra": 0, "can_delete": True, "max_num": 40, "absolute_max": 60, "validate_max": True}
Samples = formset_factory(SampleForm, formset=SampleSet, **LIMITS)  # type: ignore[arg-type]
Links = formset_factory(LinkForm, formset=LinkSet, **LIMITS)  # type: ignore[arg-type]


class LessonForms:
    """All parts of the lesson's form."""

    def __init__(self, lesson: Lesson, data: Mapping[str, Any] | None = None) -> None:
        values = LessonValues.of(lesson)
        source = lesson.quest.source_language
        self.shared = SharedForm(data, lesson=lesson, initial=shared_initial(lesson, values))
        self.words = [
            WordsForm(
                data,
                language=code,
                required=code == source,
                initial=vars(values.texts[code]) if code in values.texts else {},
            )
            for code in sorted(LANGUAGES, key=lambda code: code != source)
        ]
        self.samples: Any = Samples(
            data, prefix="samples", initial=list(map(row_of, values.samples))
        )
        self.links: Any = Links(data, prefix="links", initial=list(map(row_of, values.links)))

    def parts(self) -> list[Any]:
        """Every form and formset."""
        return [self.shared, *self.words, self.samples, self.links]

    def is_valid(self) -> bool:
        """Whether every part is; all parts are checked, so that all mistakes are told."""
        return [part.is_valid() for part in self.parts()].count(False) == 0

    def values(self) -> LessonValues:
        """What the author wrote."""
        found = self.shared.cleaned_data
        return LessonValues(
            found["slug"],
            found["chapter"].pk,
            found["position"],
            found["minutes"],
            found["tags"],
            {form.language: form.words() for form in self.words if form.is_written()},
            [form.value() for form in self.samples.rows()],
            [form.value() for form in self.links.rows()],
        )

    def statement(self) -> Statement:
        """What the author says about the change."""
        found = self.shared.cleaned_data
        return Statement(found["change"], found["note"], found["follows"])

    def add_problems(self, refused: Refused) -> None:
        """Show what the renderer found, each beside its field and with its line."""
        forms_by_language = {form.language: form for form in self.words}
        for (language, name), problems in refused.problems.items():
            for problem in problems:
                forms_by_language[language].add_error(name, message_of(problem))

    def has_errors(self) -> bool:
        """Whether anything is to be corrected."""
        return any(part.is_bound and not part.is_valid() for part in self.parts())


def message_of(problem: Problem) -> str:
    """A problem with its place."""
    return str(problem)


def shared_initial(lesson: Lesson, values: LessonValues) -> dict[str, Any]:
    """The first part's values as stored."""
    return {
        "version": lesson.version,
        "chapter": values.chapter_id,
        "position": values.position,
        "slug": values.slug,
        "minutes": values.minutes,
        "tags": ", ".join(values.tags),
        "follows": True,
    }


def row_of(value: SampleValues | LinkValues) -> dict[str, Any]:
    """A sample or link as a form's values."""
    row = dict(vars(value))
    titles = row.pop("titles")
    return row | {f"title_{code}": title for code, title in titles.items()}
