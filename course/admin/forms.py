"""The lesson form: a shared part, a part for each language, samples and links."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from course.admin.format_fields import question_problems, rows_in
from course.admin.formsets import Links, Samples, row_of
from course.admin.shared_form import SharedForm
from course.admin.words_form import WordsForm
from course.authoring.rendering import Refused
from course.authoring.revising import ChangeNote
from course.authoring.saving import is_publicly_readable
from course.authoring.values import CodeFile, LessonValues
from course.content.questions import merged
from course.content.resolvers import sample_name
from course.models import Change, Lesson
from markup import Problem

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
NO_WORDS = {"slug", "minutes", "tags", "needs"}


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
