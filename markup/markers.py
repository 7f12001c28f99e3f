"""Markers in inline text: `[[term:key|words]]` and `[[out:sample:line:number]]`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _

from .code import inline_code
from .results import Problem, Term
from .rules import misplaced
from .stash import Piece, Stash

MARKER = re.compile(
    r"\[\[(?:(?P<placed>sample|question):[\w.-]{1,80}"
    r"|term:(?P<key>[\w.-]{1,80})(?:\|(?P<words>[^\[\]|\n]{1,300}))?"
    r"|out:(?P<sample>[\w.-]{1,80}):(?P<line>\d{1,5})(?::(?P<number>\d{1,3}))?)\]\]"
)
# What the words of a term may have, besides text.
STYLED = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
)

TermResolver = Callable[[str], Term | None]
OutputResolver = Callable[[str, int, int | None], str | None]


@dataclass
class Markers:
    """Resolves the markers of one text and collects the unknown ones."""

    stash: Stash
    resolve_term: TermResolver | None = None
    resolve_output: OutputResolver | None = None
    problems: list[Problem] = field(default_factory=list)

    def token(self, source: str, line: int) -> str:
        """Return the token of a marker; without a resolver, its plain text."""
        found = MARKER.fullmatch(source)
        if found is None:
            return source
        if found["placed"]:
            self.problems.append(misplaced(source, line))
            return self.stash.put(_words(source, source), block=False)
        piece = self._term(found, line) if found["key"] else self._output(found, line)
        return self.stash.put(piece, block=False)

    def _term(self, found: re.Match[str], line: int) -> Piece:
        key = found["key"]
        term = self.resolve_term(key) if self.resolve_term else None
        if term is None:
            if self.resolve_term:
                message = _("The glossary has no “%(key)s”.") % {"key": key}
                self.problems.append(Problem(message, line))
            return _words(found[0], found["words"] or key)
        words = found["words"] or term.term
        html = term_html(term, words)
        return Piece(found[0], _plain(words), lambda: html)

    def _output(self, found: re.Match[str], line: int) -> Piece:
        number = int(found["number"]) if found["number"] else None
        resolve = self.resolve_output
        shown = resolve(found["sample"], int(found["line"]), number) if resolve else None
        if shown is None:
            if resolve:
                message = _("No captured output matches “%(marker)s”.")
                self.problems.append(Problem(message % {"marker": found[0]}, line))
            return _words(found[0], found[0])
        return Piece(found[0], shown, lambda: inline_code(shown))


def _words(source: str, words: str) -> Piece:
    return Piece(source, _plain(words), lambda: _inline(words))


def _plain(words: str) -> str:
    return STYLED.sub(lambda found: found[found.lastgroup or 0], words)


def _inline(words: str) -> str:
    return STYLED.sub(
        lambda found: f"<{found.lastgroup}>{found[found.lastgroup or 0]}</{found.lastgroup}>",
        escape(words, quote=False),
    )


def term_html(term: Term, words: str) -> str:
    """Return a term as a link titled with its meaning, or unlinked when it has no page."""
    title = escape(term.line)
    if term.url:
        return f'<a class="term" href="{escape(term.url)}" title="{title}">{_inline(words)}</a>'
    return f'<dfn class="term" title="{title}">{_inline(words)}</dfn>'
