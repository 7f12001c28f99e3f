"""Plain values of a lesson, for the form, notebooks and restoring."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course.content.answers import questions_of
from course.content.questions import QuestionValues, rows_of
from course.content.yamls import dump
from course.models import CodeSample, ExternalLink, Lesson, LessonText

WORDS = ("title", "summary", "body", "exercise", "answer", "hints")
MARKDOWN = ("body", "exercise", "answer")


@dataclass
class TextFields:
    """A lesson's text in one language."""

    title: str
    summary: str = ""
    body: str = ""
    exercise: str = ""
    answer: str = ""
    hints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, row: LessonText) -> "TextFields":
        """Return the fields of a stored text (or of a revision)."""
        words = {name: getattr(row, name) for name in WORDS}
        return cls(**words | {"hints": list(row.hints)})


def in_words(value: Any) -> str:
    """Return a text field for comparison: a list of hints as paragraphs."""
    return "\n\n".join(value) if isinstance(value, list) else str(value)


@dataclass
class SampleValues:
    """A code sample; `capture` holds a new output, None keeps the stored one."""

    file: str
    source: str
    titles: dict[str, str]
    language: str = "python"
    fails: bool = False
    capture: dict[str, Any] | None = None
    predict: bool = False
    figure_alts: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class LinkValues:
    """A recommended link."""

    url: str
    titles: dict[str, str]


@dataclass
class CodeFile:
    """A code file of the exercise."""

    file: str = ""
    code: str = ""


@dataclass(frozen=True)
class Move:
    """From one (chapter id, number) to another."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass
class LessonValues:
    """Everything an author edits in a lesson; without a `move` it stays in place."""

    slug: str
    minutes: int
    tags: list[str] = field(default_factory=list)
    texts: dict[str, TextFields] = field(default_factory=dict)
    samples: list[SampleValues] = field(default_factory=list)
    links: list[LinkValues] = field(default_factory=list)
    move: Move | None = None
    questions: list[QuestionValues] = field(default_factory=list)
    starter: CodeFile = field(default_factory=CodeFile)
    check: CodeFile = field(default_factory=CodeFile)
    needs: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, lesson: Lesson) -> "LessonValues":
        """Return the stored values."""
        return cls(
            lesson.slug,
            lesson.minutes,
            sorted(tag.slug for tag in lesson.tags.all()),
            {row.language: TextFields.of(row) for row in lesson.texts.all()},
            [sample_of(row) for row in lesson.samples.all()],
            [LinkValues(row.url, row.titles) for row in lesson.links.all()],
            questions=questions_of(lesson),
            starter=CodeFile(lesson.starter_file, lesson.starter),
            check=CodeFile(lesson.check_file, lesson.check_code),
            needs=list(lesson.needs),
        )

    def lines(self) -> Iterator[tuple[str, str]]:
        """Return (name, text) of every field, to compare two versions."""
        yield "slug", self.slug
        yield "minutes", str(self.minutes)
        yield "tags", ", ".join(self.tags)
        for language, words in sorted(self.texts.items()):
            for name in WORDS:
                yield f"{language}-{name}", in_words(getattr(words, name))
            yield f"{language}-questions", questions_text(self.questions, language)
        yield "needs", ", ".join(self.needs)
        for name, file in (("starter", self.starter), ("check", self.check)):
            yield name, f"{file.file}\n\n{file.code}".strip()
        for sample in self.samples:
            alts = [alt for _, each in sorted(sample.figure_alts.items()) for alt in each]
            flags = ["predict"] if sample.predict else []
            titles = sorted(sample.titles.values())
            yield sample.file, "\n".join([*titles, *flags, *alts, sample.source])
        yield (
            "links",
            "\n\n".join(f"{link.url} {sorted(link.titles.items())}" for link in self.links),
        )


def sample_of(row: CodeSample) -> SampleValues:
    """Return the values of a stored sample."""
    return SampleValues(
        row.file,
        row.source,
        row.titles,
        row.language,
        row.fails,
        predict=row.predict,
        figure_alts=row.figure_alts,
    )


def questions_text(questions: list[QuestionValues], language: str) -> str:
    """Return the questions in one language as text."""
    return dump(found) if (found := rows_of(questions, language, is_source=True)) else ""


def same_links(rows: list[ExternalLink], wanted: list[LinkValues]) -> bool:
    """Return whether the stored links equal these, in this order."""
    return [(row.url, row.titles) for row in rows] == [(each.url, each.titles) for each in wanted]
