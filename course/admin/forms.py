"""The lesson form: a shared part, a part for each language, samples and links."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.params import clean_text
from course.admin.access import title_of
from course.admin.format_fields import YamlList, clean_hints, question_problems, rows_in
from course.admin.formsets import Links, Samples, row_of
from course.authoring.rendering import Refused
from course.authoring.revising import ChangeNote
from course.authoring.saving import is_publicly_readable
from course.authoring.values import WORDS, CodeFile, LessonValues, Move, TextFields
from course.content.questions import merged
from course.content.resolvers import sample_name
from course.folders.reading import RESERVED
from course.folders.reading_order import leads_to
from course.folders.schema import is_sample_file
from course.models import Change, Chapter, Lesson
from markup import Problem

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TAG = re.compile(r"[\w-]{1,40}")
NO_WORDS = {"slug", "minutes", "tags", "needs"}


class ChapterField(forms.ModelChoiceField):
    """Chapter choices labelled with their titles."""

    def label_from_instance(self, chapter: Chapter) -> str:
        """Return number and title."""
        return f"{chapter.position}. {title_of(chapter.texts.all(), get_language(), chapter.slug)}"


def code_field(label: Any) -> forms.CharField:
    """Return a field for a code file."""
    area = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    return forms.CharField(required=False, strip=False, max_length=20_000, label=label, widget=area)


def markdown_field(name: str, label: Any, *, rows: int, most: int) -> forms.CharField:
    """Return a field that the editor's script gives a preview and a toolbar."""
    area = forms.Textarea(attrs={"rows": rows, "data-markdown": name, "data-writes": name})
    return forms.CharField(required=False, strip=False, max_length=most, label=label, widget=area)


class SharedForm(forms.Form):
    """Slug, place, length and tags, and the change note."""

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
    needs = forms.CharField(
        required=False, max_length=1_000, label=gettext_lazy("Prerequisites (uids)")
    )
    starter_file = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("File of the exercise's first code")
    )
    starter = code_field(gettext_lazy("The exercise's first code"))
    check_file = forms.CharField(
        required=False, max_length=120, label=gettext_lazy("File of the exercise's check")
    )
    check_code = code_field(gettext_lazy("Asserts that run after the learner's code"))
    change = forms.ChoiceField(
        choices=Change,
        required=False,
        widget=forms.RadioSelect,
        label=gettext_lazy("What kind of change is this?"),
    )
    note = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("One line for readers about the change")
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
        """Where to move the lesson, or None."""
        after = (self.cleaned_data["chapter"].pk, self.cleaned_data["position"])
        chapter, _slash, position = self.cleaned_data["place"].partition("/")
        before = (int(chapter), int(position)) if chapter else after
        return None if before == after else Move(before, after)

    def clean_tags(self) -> list[str]:
        """Return sorted lower-case tags without duplicates."""
        words = {each for each in re.split(r"[,\s]+", self.cleaned_data["tags"].lower()) if each}
        wrong = [each for each in words if not TAG.fullmatch(each)]
        if wrong:
            raise forms.ValidationError(
                _("“%(tag)s” is not a word of letters, digits and hyphens.") % {"tag": wrong[0]}
            )
        return sorted(words)

    def clean_needs(self) -> list[str]:
        """Return the prerequisites' uids in order.

        Raises ValidationError for unknown uids and cycles.
        """
        uids = list(dict.fromkeys(re.split(r"[,\s]+", self.cleaned_data["needs"].strip())))
        uids = [uid for uid in uids if uid]
        needs = dict(Lesson.objects.values_list("uid", "needs")) if uids else {}
        for uid in uids:
            if uid not in needs:
                raise forms.ValidationError(_("There is no lesson “%(uid)s”.") % {"uid": uid})
            if leads_to(needs, uid, self.lesson.uid):
                message = _("“%(uid)s” itself requires this lesson.")
                raise forms.ValidationError(message % {"uid": uid})
        return uids

    def clean(self) -> dict[str, Any]:
        """Require both code files of the exercise or neither."""
        found: dict[str, Any] = self.cleaned_data
        for name, code in (("starter_file", "starter"), ("check_file", "check_code")):
            text = clean_text(found.get(code, "")).rstrip("\n")
            found[code] = f"{text}\n" if text.strip() else ""
            if bool(found.get(name)) != bool(found[code]):
                self.add_error(name, _("The file's name and its code come together."))
            elif found[code] and not is_sample_file(found[name]):
                self.add_error(name, _("Enter a name like samples/grad.starter.py."))
        if bool(found["starter"]) != bool(found["check_code"]):
            self.add_error("check_file", _("The first code and the check come together."))
        elif found["starter"] and found.get("starter_file") == found.get("check_file"):
            self.add_error("check_file", _("This is a duplicate."))
        return found

    def clean_slug(self) -> str:
        """Require a slug that no other lesson of the quest has."""
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(_("The site itself uses this address."))
        others = Lesson.objects.filter(quest=self.lesson.quest_id).exclude(pk=self.lesson.pk)
        if others.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another lesson of this quest has this address."))
        return slug


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


class LessonForms:
    """All forms and formsets of the lesson page."""

    def __init__(self, lesson: Lesson, data: Mapping[str, Any] | None = None) -> None:
        prefetch_related_objects([lesson], "questions")
        values = LessonValues.of(lesson)
        self.lesson, self.stored = lesson, values
        source = lesson.quest.source_language
        self.shared = SharedForm(data, lesson=lesson, initial=shared_initial(lesson, values))
        self.words = [
            WordsForm(
                data,
                language=code,
                required=code == source,
                initial=words_initial(values, code, source),
            )
            for code in sorted(LANGUAGES, key=lambda code: code != source)
        ]
        self.samples: Any = Samples(
            data, prefix="samples", initial=list(map(row_of, values.samples))
        )
        self.links: Any = Links(data, prefix="links", initial=list(map(row_of, values.links)))

        self.source, self.outputs = source, outputs_of(lesson)
        self.kinds = {row.name: row.kind for row in lesson.questions.all()}

    def parts(self) -> list[Any]:
        """Return every form and formset."""
        return [self.shared, *self.words, self.samples, self.links]

    def is_valid(self) -> bool:
        """Validate every part, so that all mistakes are shown at once."""
        right = [part.is_valid() for part in self.parts()].count(False) == 0
        return right and self.has_right_questions() and self.says_what_changed()

    def says_what_changed(self) -> bool:
        """Require the kind of change when readers of a published lesson get other words."""
        if self.shared.cleaned_data["change"]:
            return True
        if not is_publicly_readable(self.lesson) or not self.has_new_words():
            self.shared.cleaned_data["change"] = Change.TYPO
            return True
        message = _("Readers can see this lesson: please choose what kind of change it is.")
        self.shared.add_error("change", message)
        return False

    def has_new_words(self) -> bool:
        """Whether anything but address, place, minutes, tags and prerequisites is new."""
        before, after = dict(self.stored.lines()), dict(self.values().lines())
        return any(
            before.get(name, "") != after.get(name, "")
            for name in before.keys() | after.keys()
            if name not in NO_WORDS
        )

    def has_right_questions(self) -> bool:
        """Validate the questions against languages and samples."""
        forms_by_language = {form.language: form for form in self.words}
        files = [form.cleaned_data["file"] for form in self.samples.rows()]
        outputs = {sample_name(file): self.outputs.get(file) for file in files}
        problems = list(question_problems(self.question_rows(), self.source, outputs, self.kinds))
        for language, message in problems:
            forms_by_language[language].add_error("questions", message)
        source = forms_by_language[self.source]
        if self.shared.cleaned_data["starter"] and not source.cleaned_data["exercise"]:
            source.add_error("exercise", _("The first code and the check need an exercise."))
            return False
        return not problems

    def question_rows(self) -> dict[str, list[Any]]:
        """Return the submitted questions by language."""
        return {form.language: form.cleaned_data["questions"] for form in self.words}

    def values(self) -> LessonValues:
        """Return the submitted values."""
        found = self.shared.cleaned_data
        return LessonValues(
            found["slug"],
            found["minutes"],
            found["tags"],
            {form.language: form.words() for form in self.words if form.is_written()},
            [form.value() for form in self.samples.rows()],
            [form.value() for form in self.links.rows()],
            self.shared.move(),
            questions=merged(self.source, self.question_rows()),
            starter=CodeFile(found["starter_file"], found["starter"]),
            check=CodeFile(found["check_file"], found["check_code"]),
            needs=found["needs"],
        )

    def change_note(self) -> ChangeNote:
        """Return the author's change note."""
        found = self.shared.cleaned_data
        return ChangeNote(found["change"], found["note"], found["follows"])

    def add_problems(self, refused: Refused) -> None:
        """Add the renderer's problems to their fields, with lines."""
        forms_by_language = {form.language: form for form in self.words}
        for (language, name), problems in refused.problems.items():
            for problem in problems:
                forms_by_language[language].add_error(name, message_of(problem))

    def has_errors(self) -> bool:
        """Whether any part has errors."""
        return any(part.is_bound and not part.is_valid() for part in self.parts())


def message_of(problem: Problem) -> str:
    """Return a problem's message with its position."""
    return str(problem)


def words_initial(values: LessonValues, language: str, source: str) -> dict[str, Any]:
    """Return the stored values of a language."""
    rows = rows_in(values.questions, language, source)
    words = vars(values.texts[language]) if language in values.texts else {}
    return {**words, "questions": rows} if words or rows else {}


def outputs_of(lesson: Lesson) -> dict[str, str | None]:
    """Return the stored samples' output by file; None for one that was never executed."""
    rows = lesson.samples.all()
    return {row.file: row.output if row.source_sha256 else None for row in rows}


def shared_initial(lesson: Lesson, values: LessonValues) -> dict[str, Any]:
    """Return the stored values of the shared part."""
    return {
        "version": lesson.version,
        "place": place_of(lesson),
        "chapter": lesson.chapter_id,
        "position": lesson.position,
        "slug": values.slug,
        "minutes": values.minutes,
        "tags": ", ".join(values.tags),
        "needs": " ".join(values.needs),
        "starter_file": values.starter.file,
        "starter": values.starter.code,
        "check_file": values.check.file,
        "check_code": values.check.code,
        "follows": True,
    }


def place_of(lesson: Lesson) -> str:
    """Return the lesson's place as the form's hidden value."""
    return f"{lesson.chapter_id}/{lesson.position}"
