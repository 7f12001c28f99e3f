"""Placeholders for personal values while shared HTML is rendered."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.template import Context
from django.template.base import Node, NodeList, render_value_in_context
from django.utils.safestring import SafeString, mark_safe

# Nobody can guess it, so no text of an author can pass for a placeholder.
PREFIX = f"hole{secrets.token_hex(8)}"
PATTERN = re.compile(rf"{PREFIX}-((?:var|node)-[A-Za-z0-9_-]+)~")
# The name under which a template that is being cut collects its personal nodes.
COLLECTED = "_personal_nodes"
Part = Node | NodeList
Filling = Callable[[Context], str]


def mark(name: str) -> SafeString:
    """Return the text that PATTERN finds in the HTML."""
    return mark_safe(f"{PREFIX}-{name}~")


def placeholder(path: str) -> SafeString:
    """Return a mark in place of the variable `path` ("bar.xp")."""
    return mark(f"var-{path.replace('.', '-')}")


class Placeholder:
    """Stands for a personal variable and its attributes.

    It is false and empty, and renders as a mark that is filled for each reader. `known` holds
    values of attributes by their paths: `Placeholder("bar", {"climbing": True})`.
    """

    def __init__(
        self, path: str, known: Mapping[str, Any] | None = None, *, true: bool = False
    ) -> None:
        self._path, self._known, self._true = path, known or {}, true

    def __getitem__(self, name: str) -> Any:
        """Return what templates get for `bar.name`."""
        if name in self._known:
            return self._known[name]
        return Placeholder(f"{self._path}.{name}", below(name, self._known))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __bool__(self) -> bool:
        return self._true

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __str__(self) -> SafeString:
        return placeholder(self._path)

    __html__ = __str__


def below(name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known values whose path starts with `name`, by the rest of the path."""
    start = f"{name}."
    return {path[len(start) :]: known[path] for path in known if path.startswith(start)}


def blanks(names: Iterable[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return placeholders for these personal variables, with only the known values readable."""
    whole = {*names, *(path.partition(".")[0] for path in known)}
    return {
        name: known[name] if name in known else Placeholder(name, below(name, known))
        for name in whole
    }


def filling_of(name: str, nodes: Mapping[str, Part]) -> Filling:
    """Return what fills a mark: a node of the template, or a variable."""
    if name in nodes:
        return nodes[name].render
    _var, first, *rest = name.split("-")

    def variable(context: Context) -> str:
        value = context.get(first, "")
        for part in rest:
            value = value.get(part, "") if isinstance(value, Mapping) else getattr(value, part, "")
        return render_value_in_context(value() if callable(value) else value, context)

    return variable


def set_aside(node: Part, context: Context) -> SafeString | None:
    """Return a mark for the node while a partial page is built, else None."""
    collected = context.get(COLLECTED)
    if collected is None:
        return None
    name = f"node-{len(collected)}"
    collected[name] = node
    return mark(name)


def bare_context(context: Any, values: dict[str, Any]) -> Any:
    """Return a context for a shared part, with these values and nothing else."""
    fresh = context.new(values)
    if hasattr(fresh, "request"):
        fresh.request = None
    return fresh
