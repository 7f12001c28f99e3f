"""A quest as plain values, read from a folder or from the database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from course.authoring.values import CodeFile
from course.content.images.cleaning import Cleaned
from course.content.parts import Part
from course.content.questions import QuestionValues
from course.folders.files import Source
from course.folders.problems import Problem
from markup import Rendered


@dataclass
class Text:
    """A file in one language: validated front matter and body."""

    language: str
    source: Source
    meta: dict[str, Any]
    parts: list[Part] = field(default_factory=list)  # of a lesson, see course.content.parts
    rendered: dict[str, Rendered] = field(default_factory=dict)
    # What `rendered` is made of; a lesson's text that is stored made of the same isn't rendered.
    recipe: dict[str, Any] = field(default_factory=dict)
    render: Callable[[], None] = lambda: None  # fills both


@dataclass
class Sample:
    """A code sample with its capture (None if it was never executed)."""

    file: str
    language: str
    fails: bool
    code: str
    titles: dict[str, str]
    capture: dict[str, Any] | None
    has_capture: bool  # a file is there, be it as it should or not
    predict: bool = False
    figures: dict[str, bytes] = field(default_factory=dict)  # file name -> content
    alts: dict[str, list[str]] = field(default_factory=dict)  # language -> what each shows
    drawn: dict[str, Cleaned] = field(default_factory=dict)  # the figures, measured

    @property
    def name(self) -> str:
        """The name that markers refer to."""
        return PurePosixPath(self.file).stem


@dataclass
class TermNode:
    """A glossary term: {"term", "line"} by language."""

    key: str
    lesson: str
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Node:
    """A quest, chapter or lesson: identity, place, texts by language, children."""

    kind: str
    uid: str
    slug: str
    position: int
    texts: dict[str, Text]
    meta: dict[str, Any]
    children: list["Node"] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    questions: list[QuestionValues] = field(default_factory=list)
    starter: CodeFile = field(default_factory=CodeFile)
    check: CodeFile = field(default_factory=CodeFile)
    terms: list[TermNode] = field(default_factory=list)  # of a quest
    warnings: list[Problem] = field(default_factory=list)  # of a quest, found in its folder
    width: int = 2  # digits of the number in the file name
    images: dict[str, bytes] = field(default_factory=dict)  # name -> content
    pictures: dict[str, Cleaned] = field(default_factory=dict)  # the same, measured
