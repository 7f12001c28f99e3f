"""Tokens that stand for code, formulas and images while Markdown and bleach run.

Markdown never sees the contents, so it can't change or misread them. Where a token ends up in a
place that can't hold the piece (an attribute, an indented code block), its source is restored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

# Two noncharacters of Unicode: `clean_characters` removes them from every source.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
TOKEN = re.compile(f"{OPEN}([bi])(\\d+){CLOSE}")


@dataclass(frozen=True)
class Piece:
    """`source` is the replaced text, `plain` its plain text, `render` returns trusted HTML."""

    source: str
    plain: str
    render: Callable[[], str]


@dataclass
class Stash:
    """The pieces of one text, by number."""

    pieces: list[Piece] = field(default_factory=list)

    def put(self, piece: Piece, *, block: bool) -> str:
        """Store a piece and return its token (`block`: alone in its paragraph)."""
        self.pieces.append(piece)
        return f"{OPEN}{'b' if block else 'i'}{len(self.pieces) - 1}{CLOSE}"

    def sources(self, text: str) -> str:
        """Return the text with every token replaced by its source."""
        return self._replace(text, lambda piece: piece.source)

    def words(self, text: str) -> str:
        """Return the text with every token replaced by its plain text."""
        return self._replace(text, lambda piece: piece.plain)

    def rendered(self, text: str) -> str:
        """Return the text with every token replaced by its HTML."""
        return self._replace(text, lambda piece: piece.render())

    def _replace(self, text: str, choose: Callable[[Piece], str]) -> str:
        return TOKEN.sub(lambda token: choose(self.pieces[int(token[2])]), text)
