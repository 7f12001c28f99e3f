"""A foreign course as plain values, before it is converted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from course.foreign.reporting import Report


class Line(NamedTuple):
    """A line of text and where it comes from: a line of the page's file, or a cell."""

    text: str
    number: int


Lines = list[Line]


def lines_of(text: str, first: int = 1) -> Lines:
    """Return a text as lines that are numbered from `first`."""
    return [Line(each, first + place) for place, each in enumerate(text.split("\n"))]


def text_of(lines: Iterable[Line]) -> str:
    """Return lines as one text."""
    return "\n".join(line.text for line in lines)


def stripped(lines: Lines) -> Lines:
    """Return the lines without blank ones at both ends."""
    filled = [place for place, line in enumerate(lines) if line.text.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def indented(lines: Lines, by: str) -> Lines:
    """Return the lines with an indentation; blank ones stay blank."""
    return [Line(f"{by}{text}" if text.strip() else text, number) for text, number in lines]


@dataclass
class Figure:
    """A picture that a notebook's cell has drawn or carries."""

    name: str
    data: bytes


@dataclass
class Cell:
    """Code of a notebook with what it printed and drew when it last ran."""

    name: str
    source: str
    output: str
    failed: bool
    language: str
    python: str
    figures: list[Figure] = field(default_factory=list)
    title: str = ""


@dataclass
class Page:
    """A page of the course that becomes a lesson."""

    path: str  # from the course's root, with slashes
    title: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    attachments: dict[str, bytes] = field(default_factory=dict)
    unit: str = "line"  # what the numbers of `lines` count: lines or cells
    # Filled in while it is converted:
    anchors: dict[str, str] = field(default_factory=dict)  # as links name them -> heading's id
    numbers: dict[str, str] = field(default_factory=dict)  # labels of formulas and figures
    pictures: dict[str, bytes] = field(default_factory=dict)  # images/name -> content
    uid: str = ""
    slug: str = ""
    summary: str = ""
    minutes: int = 0
    day: date = date.min  # when the page's file was last written
    file: str = ""  # in the folder of our format
    body_line: int = 1  # of that file

    def numbered(self, label: str, word: str = "") -> str:
        """Return the number of a labelled formula, or of a figure when there is a word for it."""
        kind = [each for each in self.numbers.values() if each.startswith(word or "(")]
        number = len(kind) + 1
        return self.numbers.setdefault(label, f"{word} {number}" if word else f"({number})")

    def source_line(self, line: int) -> int:
        """Return where a line of the written file comes from; 0 if from the whole page."""
        place = line - self.body_line
        return self.lines[place].number if 0 <= place < len(self.lines) else 0


@dataclass
class Entry:
    """An entry of a table of contents: a page, a group of entries, or both."""

    title: str = ""
    path: str = ""
    children: list["Entry"] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Return the pages of the entry and of all below it, in order."""
        below = [path for child in self.children for path in child.paths()]
        return [self.path, *below] if self.path else below


@dataclass
class Group:
    """Pages that become a chapter."""

    title: str
    pages: list[Page]
    uid: str = ""
    slug: str = ""


@dataclass
class Course:
    """A foreign course: where it is, how it is made, what it says of itself, its pages."""

    root: Path
    make: str
    report: Report
    title: str = ""
    summary: str = ""
    authors: str = ""
    address: str = ""  # where it is published, for links that lead out of the folder
    content: str = ""  # the folder of its pages, from the root
    entries: list[Entry] = field(default_factory=list)
    maths: bool = True  # whether dollars enclose formulas
    macros: dict[str, str] = field(default_factory=dict)  # TeX commands of its own
    statics: tuple[str, ...] = ()  # folders that stand at the top of its site
    dashes: bool = False  # whether -- and --- are dashes
    groups: list[Group] = field(default_factory=list)
    language: str = "en"
    slug: str = ""
    uid: str = ""

    @property
    def pages(self) -> list[Page]:
        """All pages, in order."""
        return [page for group in self.groups for page in group.pages]

    def inside(self, path: Path) -> Path | None:
        """Return the path if it is a file within the course's folder."""
        try:
            found = path.resolve()
            return found if found.is_relative_to(self.root) and found.is_file() else None
        except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle
            return None

    def relative(self, path: Path) -> str:
        """Return a path from the root, with slashes."""
        return path.resolve().relative_to(self.root).as_posix()

    def read(self, relative: str, limit: int = 1_000_000) -> str | None:
        """Return the text of a file in the folder; None after saying why not."""
        path = self.inside(self.root / relative)
        if path is None:
            self.report.lost("a file that is missing or outside the folder", relative, 0, relative)
            return None
        data = path.read_bytes()
        if len(data) > limit:
            self.report.lost("a file that is too large", relative, 0, f"{len(data):,} bytes")
            return None
        text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
        if "\ufffd" in text:
            self.report.lost("characters that are not UTF-8", relative, 0, "")
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
