"""Filters for the reading pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import template

register = template.Library()


@register.filter
def hostname(url: str) -> str:
    """The host of an address, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def as_date(text: str) -> date:
    """An ISO date as a date."""
    return date.fromisoformat(text)


@register.filter
def versions(found: dict[str, str]) -> str:
    """Libraries with their versions: "jax 0.10.2, optax 0.2.8"."""
    return ", ".join(f"{name} {version}" for name, version in found.items())


@register.filter
def of(found: Mapping[str, Any] | None, key: str) -> Any:
    """What a mapping has for a key, or None."""
    return found.get(key) if found else None
