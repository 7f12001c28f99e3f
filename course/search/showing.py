"""Titles and excerpts of found texts, with the words that were looked for marked."""

import re
from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

EXCERPT = 160


@lru_cache(maxsize=64)
def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of the terms, longest first, ignoring case."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.I)


def excerpt(body: str, terms: Sequence[str]) -> str:
    """Return about 160 characters around the first word found, or the beginning."""
    found = pattern_of(tuple(terms)).search(body)
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    if start:
        start = body.find(" ", start, start + 30) + 1 or start
    piece = body[start : start + EXCERPT]
    if start + EXCERPT < len(body):
        piece = f"{piece.rsplit(' ', 1)[0]} …"  # never half a word
    return f"{'… ' if start else ''}{piece.strip()}"


def mark(text: str, terms: Sequence[str]) -> SafeString:
    """Return the escaped text with every term inside <mark>."""
    pieces, last = [], 0
    for match in pattern_of(tuple(terms)).finditer(text):
        pieces += [escape(text[last : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        last = match.end()
    return mark_safe("".join([*pieces, escape(text[last:])]))
