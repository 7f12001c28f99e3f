"""What rendering takes and gives: plain values, apart from database and request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One fault of a Markdown source. Line and column count from 1; None where it has no place."""

    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """The message led by its place, in the active language."""
        if self.line is None:
            return self.message
        place = {"line": self.line, "column": self.column, "message": self.message}
        if self.column is None:
            return _("Line %(line)d: %(message)s") % place
        return _("Line %(line)d, column %(column)d: %(message)s") % place


class MarkupError(ValueError):
    """A source that can't be rendered; `problems` holds everything that is wrong with it."""

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
    """What an image resolver answers; width and height are in CSS pixels."""

    url: str
    width: int
    height: int
    srcset: str = ""


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, its plain text for search, and what the source points to (each once, in order)."""

    html: str
    text: str
    headings: tuple[Heading, ...] = ()
    images: tuple[str, ...] = ()
    lesson_links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
