"""YAML of quest folders: strict parsing and canonical output."""

from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import Resolver

# Line ends of other alphabets: only in double quotes does YAML give them back as they were.
FOREIGN_BREAKS = "\r\x85\u2028\u2029\ufeff"


class Dumper(yaml.SafeDumper):
    """Writes multi-line text as a block, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out each time."""
        return True


class Strict(Composer):
    """Of a loader: plain data only, without anchors or duplicate keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases, which can expand to gigabytes."""
        if self.check_event(yaml.AliasEvent):  # type: ignore[attr-defined]
            event = self.peek_event()  # type: ignore[attr-defined]
            raise ConstructorError(None, None, "YAML aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Refuse duplicate keys, of which YAML would keep the last."""
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f"key '{key.value}' twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[misc]


class StrictLoader(Strict, yaml.SafeLoader):
    """Loads plain data only: no object tags, anchors or duplicate keys."""


class QuickLoader(Strict, CParser, SafeConstructor, Resolver):
    """The same with libyaml's scanner: three times as quick."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)


def load(text: str) -> tuple[Any, Any]:
    """Return (value, node) of a YAML text. Raises YAMLError, ValueError or RecursionError."""
    try:
        return loaded(QuickLoader(text))
    except (yaml.YAMLError, ValueError):
        return loaded(StrictLoader(text))  # says more clearly what is wrong, and where


def loaded(loader: Any) -> tuple[Any, Any]:
    """Return (value, node) of a loader's document."""
    node = loader.get_single_node()
    return (loader.construct_document(node) if node else None), node


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Represent multi-line text as a `|` block where YAML permits it."""
    style = "|" if "\n" in text else None
    if any(mark in text for mark in FOREIGN_BREAKS):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


Dumper.add_multi_representer(str, represent_text)
Dumper.add_representer(str, represent_text)


def dump(data: Any) -> str:
    """Return the value as YAML, keeping the order of keys."""
    return yaml.dump(
        data,
        Dumper=Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=10_000_000,
        default_flow_style=False,
    )


def front_matter(meta: dict[str, Any], body: str) -> bytes:
    """Return a Markdown file with front matter; empty keys are omitted."""
    header = dump({key: value for key, value in meta.items() if value not in ("", [], (), None)})
    text = f"---\n{header}---\n{body}\n" if body else f"---\n{header}---\n"
    return text.encode()
