"""Choice of a language's value for a reader."""

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
D = TypeVar("D")


def in_language(values: Mapping[str, T], language: str, default: D) -> T | D:
    """Return the value in `language`, else the first other, else `default`; skips empty ones."""
    found = values.get(language) or next(filter(None, values.values()), None)
    return default if found is None else found
