"""Input and output types of rendering, independent of database and request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """A mistake in a Markdown source. Line and column count from 1, or are None."""

    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Return the message with its position, in the active language."""
        if self.line is None:
            return self.message
        place = {"line": self.line, "column": self.column, "message": self.message}
        if self.column is None:
            return _("Line %(line)d: %(message)s") % place
        return _("Line %(line)d, column %(column)d: %(message)s") % place


class MarkupError(ValueError):
    """The source can't be rendered; `problems` lists every mistake."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Heading:
    """A heading of a rendered text: its anchor, its plain title and its level (2 to 6)."""

    id: str
    title: str
    level: int


@dataclass(frozen=True)
class Image:
    """Result of an image resolver; width and height are in CSS pixels."""

    url: str
    width: int
    height: int
    srcset: str = ""


@dataclass(frozen=True)
class Term:
    """Result of a term resolver: the term, its one-line meaning, the URL of its page."""

    term: str
    line: str
    url: str = ""


@dataclass(frozen=True)
class Placed:
    """A sample or question placed in the text; `line` counts from 1."""

    kind: str
    id: str
    line: int | None = None


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, its plain text for search, and what the source refers to (once each, in order).

    `warnings` lists text that would show as raw markup and links that lead nowhere.
    """

    html: str
    text: str
    headings: tuple[Heading, ...] = ()
    images: tuple[str, ...] = ()
    lesson_links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()
    warnings: tuple[Problem, ...] = ()
