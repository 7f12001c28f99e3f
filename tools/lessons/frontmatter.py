"""The front matter of a Markdown file: its values, and their lines."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# libyaml's takes a tenth of the time; PyYAML is built without it in places.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---$", re.DOTALL | re.MULTILINE)


class LessonError(Exception):
    """A lesson can't be parsed or executed; the message gives the file and the reason."""


@dataclass(frozen=True)
class FrontMatter:
    """The mapping between the `---` lines at the top of a file."""

    path: Path
    data: dict[str, Any]
    root: yaml.Node

    def line(self, *keys: str | int) -> int:
        """Return the line (from 1) of a value, or of its container when it is missing."""
        return _find(self.root, keys).start_mark.line + 2

    def place(self, *keys: str | int) -> str:
        """Return `FILE:LINE` of a value, the start of a message."""
        return f"{self.path}:{self.line(*keys)}"


def _find(node: yaml.Node, keys: tuple[str | int, ...]) -> yaml.Node:
    for key in keys:
        below = _child(node, key)
        if below is None:
            break
        node = below
    return node


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key] if key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def load(path: Path) -> FrontMatter:
    """Parse the front matter of a file. Raises LessonError."""
    match = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if not match:
        raise LessonError(f"{path}: has no front matter between --- lines")
    try:
        data, root = _parsed(match.group(1))
    except yaml.YAMLError as error:
        raise LessonError(f"{path}: front matter is not valid YAML: {error}") from error
    if not isinstance(data, dict) or root is None:
        raise LessonError(f"{path}: front matter is not a mapping")
    return FrontMatter(path, data, root)


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    """Return a YAML text's value and its nodes, from one look at it."""
    loader = Loader(text)
    root = loader.get_single_node()
    return (loader.construct_document(root) if root else None), root


def read_front_matter(path: Path) -> dict[str, Any]:
    """Return only the values of the front matter. Raises LessonError."""
    return load(path).data
