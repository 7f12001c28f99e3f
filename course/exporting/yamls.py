"""YAML as quest folders have it: one way to write each value, so that exports are comparable."""

from typing import Any

import yaml

# Line ends of other alphabets: only in double quotes does YAML give them back as they were.
FOREIGN_BREAKS = "\r\x85\u2028\u2029\ufeff"


class Dumper(yaml.SafeDumper):
    """Text of several lines as a block; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out, each time."""
        return True


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Several lines become a `|` block where YAML can hold the text that way."""
    style = "|" if "\n" in text else None
    if any(mark in text for mark in FOREIGN_BREAKS):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


Dumper.add_multi_representer(str, represent_text)
Dumper.add_representer(str, represent_text)


def dump(data: dict[str, Any]) -> str:
    """The mapping as YAML, keys in their order."""
    return yaml.dump(
        data,
        Dumper=Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=10_000_000,
        default_flow_style=False,
    )


def front_matter(meta: dict[str, Any], body: str) -> bytes:
    """A Markdown file with front matter; keys without a value are left out."""
    header = dump({key: value for key, value in meta.items() if value not in ("", [], (), None)})
    text = f"---\n{header}---\n{body}\n" if body else f"---\n{header}---\n"
    return text.encode()
