"""A quest as plain values: what a folder holds, and what the database would look like as one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course.images.cleaning import Cleaned
from course.importing.files import Source
from markup import Rendered


@dataclass
class Text:
    """A file in one language: cleaned front matter and body."""

    language: str
    source: Source
    meta: dict[str, Any]
    rendered: dict[str, Rendered] = field(default_factory=dict)
    # What `rendered` is made of; a lesson's text that is stored made of the same isn't rendered.
    recipe: dict[str, Any] = field(default_factory=dict)
    render: Callable[[], None] = lambda: None  # fills both


@dataclass
class Sample:
    """A code sample with its capture (None when it was never executed)."""

    file: str
    language: str
    fails: bool
    code: str
    titles: dict[str, str]
    capture: dict[str, Any] | None
    has_capture: bool  # a file is there, be it as it should or not


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
    width: int = 2  # digits of the number in the file name
    images: dict[str, bytes] = field(default_factory=dict)  # name -> content
    pictures: dict[str, Cleaned] = field(default_factory=dict)  # the same, measured
