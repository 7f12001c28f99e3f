"""Read the files of a quest folder safely: size, place, encoding, YAML front matter with lines."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from course.importing.problems import Problem

MAX_BYTES = 1_000_000
FENCE = "---"
BYTE_ORDER_MARK = "\ufeff"  # some editors on Windows begin every file with it


@dataclass
class Source:
    """A Markdown file: front matter, where its keys and their texts are, the body and its line."""

    path: str
    meta: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    text_lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1

    def line(self, key: str) -> int:
        """The line of a front matter key; the first line when it is absent."""
        return self.lines.get(key, 1)


class StrictLoader(yaml.SafeLoader):
    """Plain data only: no tags that build objects, no anchors, no key twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases: a few lines of them expand to gigabytes."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise ConstructorError(None, None, "YAML aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Refuse a key that is written twice; YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f"key '{key.value}' twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def first_line(node: yaml.Node) -> int:
    """The line (from 1) on which the text of a value begins; that of a block is below its `|`."""
    return node.start_mark.line + 1 + (getattr(node, "style", None) in ("|", ">"))


class Folder:
    """A quest folder; every read collects problems instead of raising."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.problems: list[Problem] = []

    def problem(self, file: str, line: int, message: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(file, line, message))

    def read_bytes(
        self,
        relative: str,
        *,
        named_in: tuple[str, int] | None = None,
        limit: int = MAX_BYTES,
    ) -> bytes | None:
        """The file's bytes, or None after noting why not; `named_in` is who asked for it."""
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
        """The file as UTF-8 text with LF line ends, or None after noting why not."""
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
        """A Markdown file with front matter, or None after noting what is wrong."""
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
        """(value, node) of a YAML text, or (None, None) after noting the mistake with its line."""
        try:
            loader = StrictLoader(text)
            node = loader.get_single_node()
            return (loader.construct_document(node) if node else None), node
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            deep = isinstance(error, RecursionError)
            what = "nested too deeply" if deep else getattr(error, "problem", None) or error
            last = text.rstrip("\n").count("\n")  # YAML finds some mistakes at the very end
            line = min(mark.line, last) + 1 + offset if mark else offset + 1
            self.problem(relative, line, f"bad YAML: {what}")
            return None, None

    def load(self, header: str, relative: str, source: Source) -> bool:
        """Fill a source's meta and lines from its front matter; False after a mistake."""
        offset = 1  # the header begins on the file's second line
        before = len(self.problems)
        value, node = self.load_yaml(header, relative, offset)
        if len(self.problems) > before:
            return False
        if not isinstance(value, dict):
            self.problem(relative, 2, "the front matter must be 'key: value' lines")
            return False
        source.meta = value
        source.lines = {key.value: key.start_mark.line + 1 + offset for key, _ in node.value}
        source.text_lines = {key.value: first_line(text) + offset for key, text in node.value}
        return True
