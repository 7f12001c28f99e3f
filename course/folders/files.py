"""Read the files of a quest folder with checks of size, path, encoding and YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from course.content.images.storing import Measured
from course.content.yamls import load
from course.folders.problems import WARNING, Problem

MAX_BYTES = 1_000_000
FENCE = "---"
# What the systems of authors leave in every folder, beside names that begin with a dot.
LITTER = {"Thumbs.db", "desktop.ini", "__MACOSX"}
BYTE_ORDER_MARK = "\ufeff"  # some editors on Windows begin every file with it


@dataclass
class Source:
    """A Markdown file: front matter with the lines of its keys, body and the body's line."""

    path: str
    meta: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    text_lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    tree: yaml.Node | None = None  # of the front matter

    def line(self, key: str) -> int:
        """Return the line of a front matter key; the first line if it is missing."""
        return self.lines.get(key, 1)

    def line_of(self, key: str, *where: int | str) -> int:
        """Return the line of a nested value, or of its closest existing container."""
        found = self.line(key)
        node = child(self.tree, key)
        for step in where:
            node = child(node, step)
            if node is None:
                break
            found = node.start_mark.line + 2  # the header begins on the file's second line
        return found

    def text_line_of(self, key: str, *where: int | str) -> int:
        """Return the line on which the text of a value starts."""
        node = child(self.tree, key)
        for step in where:
            node = child(node, step)
        return first_line(node) + 1 if node is not None else self.line_of(key, *where)


def is_litter(path: Path) -> bool:
    """Return whether a file or folder is none of the author's, such as .DS_Store."""
    return path.name.startswith(".") or path.name in LITTER


def first_line(node: yaml.Node) -> int:
    """Return the first line of a value's text (from 1); that of a block is below its `|`."""
    return node.start_mark.line + 1 + (getattr(node, "style", None) in ("|", ">"))


def child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    """Return a mapping's value for a key, or a list's item at an index."""
    if isinstance(node, yaml.MappingNode) and isinstance(step, str):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    return None


class Folder:
    """A quest folder; reading records problems instead of raising.

    `known` are the pictures that are stored already, by the hash of their bytes.
    """

    def __init__(self, root: Path, known: Mapping[str, Measured] = MappingProxyType({})) -> None:
        self.root = root.resolve()
        self.known = known
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def problem(self, file: str, line: int, message: str) -> None:
        """Record a mistake."""
        self.problems.append(Problem(file, line, message))

    def warn(self, file: str, line: int, message: str) -> None:
        """Record a warning, which doesn't stop an import."""
        self.warnings.append(Problem(file, line, message, WARNING))

    def read_bytes(
        self,
        relative: str,
        *,
        named_in: tuple[str, int] | None = None,
        limit: int = MAX_BYTES,
    ) -> bytes | None:
        """Return the file's bytes, or None after recording why; `named_in` refers to it."""
        file, line = named_in or (relative, 0)
        try:
            path = (self.root / relative).resolve()
            if not path.is_relative_to(self.root):
                self.problem(file, line, f"'{relative}' leaves the folder")
            elif not path.is_file():
                self.problem(file, line, f"there is no file '{relative}'")
            elif path.stat().st_size > limit:
                self.problem(file, line, f"'{relative}' is larger than {limit // 1_000_000} MB")
            else:
                return path.read_bytes()
        except (OSError, RuntimeError) as error:  # no permission, name too long, links in a circle
            reason = getattr(error, "strerror", None) or error
            self.problem(file, line, f"'{relative}' can't be read: {reason}")
        return None

    def read_text(self, relative: str, *, named_in: tuple[str, int] | None = None) -> str | None:
        """Return the file as UTF-8 text with LF line ends, or None after recording why."""
        data = self.read_bytes(relative, named_in=named_in)
        if data is None:
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.problem(relative, line, "is not UTF-8 text")
            return None
        if "\x00" in text:
            self.problem(
                relative, text[: text.index("\x00")].count("\n") + 1, "has a NUL character"
            )
            return None
        return text.replace("\r\n", "\n")

    def read_source(self, relative: str) -> Source | None:
        """Return a Markdown file with front matter, or None after recording mistakes."""
        text = self.read_text(relative)
        if text is None:
            return None
        text = text.removeprefix(BYTE_ORDER_MARK)
        opening, closing = f"{FENCE}\n", f"\n{FENCE}\n"
        end = f"{text}\n".find(closing, len(FENCE))
        if not text.startswith(opening) or end < 0:
            self.problem(relative, 1, "must start with front matter between two '---' lines")
            return None
        source = Source(relative)
        if not self.load(text[len(opening) : end + 1], relative, source):
            return None
        rest = text[end + len(closing) :]
        source.body = rest.strip("\n")
        source.body_line = text[: len(text) - len(rest.lstrip("\n"))].count("\n") + 1
        return source

    def load_yaml(self, text: str, relative: str, offset: int = 0) -> tuple[Any, Any]:
        """Return (value, node) of a YAML text; (None, None) after recording a mistake."""
        try:
            return load(text)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            deep = isinstance(error, RecursionError)
            what = "nested too deeply" if deep else getattr(error, "problem", None) or error
            last = text.rstrip("\n").count("\n")  # YAML finds some mistakes at the very end
            line = min(mark.line, last) + 1 + offset if mark else offset + 1
            self.problem(relative, line, f"bad YAML: {what}")
            return None, None

    def load(self, header: str, relative: str, source: Source) -> bool:
        """Parse a source's front matter. Returns False after a mistake."""
        offset = 1  # the header begins on the file's second line
        before = len(self.problems)
        value, node = self.load_yaml(header, relative, offset)
        if len(self.problems) > before:
            return False
        if not isinstance(value, dict):
            self.problem(relative, 2, "the front matter must be 'key: value' lines")
            return False
        source.meta, source.tree = value, node
        source.lines = {key.value: key.start_mark.line + 1 + offset for key, _ in node.value}
        source.text_lines = {key.value: first_line(text) + offset for key, text in node.value}
        return True
