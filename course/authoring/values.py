"""What an author writes, as plain values: for the form, for notebooks, for a restore."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course.models import CodeSample, ExternalLink, Lesson, LessonText

WORDS = ("title", "summary", "body", "exercise", "answer")
MARKDOWN = ("body", "exercise", "answer")


@dataclass
class Words:
    """A lesson's text in one language."""

    title: str
    summary: str = ""
    body: str = ""
    exercise: str = ""
    answer: str = ""

    @classmethod
    def of(cls, row: LessonText) -> "Words":
        """The words of a stored text (or of a line of its history)."""
        return cls(**{name: getattr(row, name) for name in WORDS})


@dataclass
class SampleValues:
    """A code sample; `capture` holds the fields of a new output, None leaves what there is."""

    file: str
    source: str
    titles: dict[str, str]
    language: str = "python"
    fails: bool = False
    capture: dict[str, Any] | None = None


@dataclass
class LinkValues:
    """A recommended page."""

    url: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Move:
    """From one (chapter id, number) to another."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass
class LessonValues:
    """Everything an author decides about a lesson; without a `move` it stays where it stands."""

    slug: str
    minutes: int
    tags: list[str] = field(default_factory=list)
    texts: dict[str, Words] = field(default_factory=dict)
    samples: list[SampleValues] = field(default_factory=list)
    links: list[LinkValues] = field(default_factory=list)
    move: Move | None = None

    @classmethod
    def of(cls, lesson: Lesson) -> "LessonValues":
        """What is stored now."""
        return cls(
            lesson.slug,
            lesson.minutes,
            sorted(tag.slug for tag in lesson.tags.all()),
            {row.language: Words.of(row) for row in lesson.texts.all()},
            [sample_of(row) for row in lesson.samples.all()],
            [LinkValues(row.url, row.titles) for row in lesson.links.all()],
        )

    def lines(self) -> Iterator[tuple[str, str]]:
        """(name, text) of everything, to compare two versions by."""
        yield "slug", self.slug
        yield "minutes", str(self.minutes)
        yield "tags", ", ".join(self.tags)
        for language, words in sorted(self.texts.items()):
            for name in WORDS:
                yield f"{language}-{name}", getattr(words, name)
        for sample in self.samples:
            yield sample.file, "\n".join([*sorted(sample.titles.values()), sample.source])
        yield (
            "links",
            "\n\n".join(f"{link.url} {sorted(link.titles.items())}" for link in self.links),
        )


def sample_of(row: CodeSample) -> SampleValues:
    """A stored sample."""
    return SampleValues(row.file, row.source, row.titles, row.language, row.fails)


def same_links(rows: list[ExternalLink], wanted: list[LinkValues]) -> bool:
    """Whether the stored links are these, in this order."""
    return [(row.url, row.titles) for row in rows] == [(each.url, each.titles) for each in wanted]


def lf(text: str) -> str:
    """Line ends as files have them; browsers send CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
