"""Samples and questions placed within a lesson's text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from .results import Placed, Problem

SLOT = re.compile(r'<slot name="(sample|question):([\w.-]{1,80})"></slot>')


def slot(kind: str, name: str) -> str:
    """Return the element that stands for a placed block; authors can't write it themselves."""
    return f'<slot name="{kind}:{name}"></slot>'


def split_placed(html: str) -> list[str | Placed]:
    """Split rendered text at its placed blocks: HTML and blocks in order, no empty HTML."""
    parts: list[str | Placed] = []
    at = 0
    for found in SLOT.finditer(html):
        parts += [html[at : found.start()], Placed(found[1], found[2])]
        at = found.end()
    parts.append(html[at:])
    return [part for part in parts if isinstance(part, Placed) or part.strip()]


def without_placed(html: str) -> str:
    """Return rendered text without its placed blocks."""
    return SLOT.sub("", html)


def placed_once(found: Iterable[Placed], problems: list[Problem]) -> tuple[Placed, ...]:
    """Return the placed blocks in order; records a problem for each repeated one."""
    seen: dict[tuple[str, str], Placed] = {}
    for each in found:
        if (each.kind, each.id) in seen:
            message = _("“[[%(kind)s:%(id)s]]” is placed twice.")
            problems.append(Problem(message % {"kind": each.kind, "id": each.id}, each.line))
        seen.setdefault((each.kind, each.id), each)
    return tuple(seen.values())
