"""HTML within Markdown: complete tags are passed on, every other `<` is escaped.

The HTML parsers of Python-Markdown and html5lib take minutes for `<a <a <a …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .stash import Piece, Stash

TAG_START = re.compile(
    r"(?P<whole><[A-Za-z/](?:[^\"'<>]|\"[^\"]{0,500}+\"|'[^']{0,500}+'){0,2000}+>)"
    r"|<(?=[A-Za-z/!?])"
)
TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])")


def without_comments(text: str) -> str:
    """Return the text without `<!-- … -->`; an unclosed comment is kept."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def whole_tags(text: str, stash: Stash) -> str:
    """Return the text without comments, with a token for each `<` that starts no complete tag."""

    def tag_or_sign(tag: re.Match[str]) -> str:
        if tag["whole"]:
            return tag[0]
        return stash.put(Piece("<", "<", lambda: "&lt;"), block=False)

    return TAG_START.sub(tag_or_sign, without_comments(text))


def tag_names(text: str) -> Iterable[tuple[str, int]]:
    """Yield the name of each complete tag, with the number of line ends before it."""
    for tag in TAG_START.finditer(text):
        name = TAG_NAME.match(tag["whole"] or "")
        if name:
            yield name[1], text.count("\n", 0, tag.start())
