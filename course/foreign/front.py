"""Front matter and settings files of other makes: YAML and TOML."""

import re
import tomllib
from typing import Any

import yaml

YAML_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n|)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TOML_FRONT = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n|)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)


class LenientLoader(yaml.SafeLoader):
    """Loads plain data; tags of other programs (`!ENV`, `!!python/name`) become nothing."""


LenientLoader.add_multi_constructor("", lambda loader, suffix, node: None)


def load_yaml(text: str) -> Any:
    """Return the data of a YAML text, or None when it can't be read."""
    try:
        return yaml.load(text, Loader=LenientLoader)  # noqa: S506 - a SafeLoader without its tags
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def load_toml(text: str) -> dict[str, Any]:
    """Return the data of a TOML text, or nothing when it can't be read."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def split_front(text: str) -> tuple[dict[str, Any] | None, str, int]:
    """Return (front matter, body, the body's first line); None: it is there but unreadable."""
    for pattern, load in ((YAML_FRONT, load_yaml), (TOML_FRONT, load_toml)):
        found = pattern.match(text)
        if not found:
            continue
        value = load(found[1]) if found[1].strip() else {}
        meta = value if isinstance(value, dict) else None
        return meta, text[found.end() :], found[0].count("\n") + 1
    return {}, text, 1


def words(value: Any) -> str:
    """Return a value of front matter as one line of text; "" when it is none."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return ""
    return " ".join(str(value).split())
