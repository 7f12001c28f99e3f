"""The lesson's form: one part for what languages share, one for each language, samples, links."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from course.admin.access import title_of
from course.admin.rows import Links, Samples, row_of
from course.authoring.revising import Statement
from course.authoring.saving import Refused, is_public
from course.authoring.values import LessonValues, Move, Words, lf
from course.models import Change, Chapter, Lesson
from markup import Problem

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TAG = re.compile(r"[\w-]{1,40}")


class ChapterField(forms.ModelChoiceField):
    """Chapters by their titles."""

    def label_from_instance(self, chapter: Chapter) -> str:
        """Number and title."""
        return f"{chapter.position}. {title_of(chapter.texts.all(), get_language(), chapter.slug)}"


class SharedForm(forms.Form):
    """Address, place, length and tags; and what the author says about the change."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Where the lesson stood when the form was opened: one that its author did not move stays where
    # somebody else put it meanwhile.
    place = forms.RegexField(r"^\d{1,18}/\d{1,9}$", widget=forms.HiddenInput, required=False)
    chapter = ChapterField(Chapter.objects.none(), label=gettext_lazy("Chapter"))
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
        rows = Chapter.objects.filter(quest=lesson.quest_id).prefetch_related("texts")
        chapters.queryset = rows  # type: ignore[attr-defined]

    def move(self) -> Move | None:
        """Where the author moved the lesson; None when it stays."""
        after = (self.cleaned_data["chapter"].pk, self.cleaned_data["position"])
        chapter, _slash, position = self.cleaned_data["place"].partition("/")
        before = (int(chapter), int(position)) if chapter else after
        return None if before == after else Move(before, after)

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
        self.language, self.needed, self.stored = language, required, bool(kwargs.get("initial"))
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
        elif self.stored:
            told = _("Please keep the title. Without a text, readers get the other language.")
            self.add_error("title", told)
        return found

    def is_written(self) -> bool:
        """Whether there is anything in this language."""
        return any(self.cleaned_data.get(name) for name in self.fields)

    def words(self) -> Words:
        """The cleaned values."""
        return Words(**{name: self.cleaned_data[name] for name in self.fields})


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
            found["minutes"],
            found["tags"],
            {form.language: form.words() for form in self.words if form.is_written()},
            [form.value() for form in self.samples.rows()],
            [form.value() for form in self.links.rows()],
            self.shared.move(),
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
        "place": place_of(lesson),
        "chapter": lesson.chapter_id,
        "position": lesson.position,
        "slug": values.slug,
        "minutes": values.minutes,
        "tags": ", ".join(values.tags),
        "follows": True,
    }


def place_of(lesson: Lesson) -> str:
    """Where the lesson stands, as the form carries it."""
    return f"{lesson.chapter_id}/{lesson.position}"
