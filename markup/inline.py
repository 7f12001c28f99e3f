"""First pass over inline text: extract code spans, formulas and markers with positions.

Python-Markdown records no positions, and reads `$a_1$` and `[[term:a_b]]` as emphasis. This pass
scans each paragraph once, so its time is linear.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from .code import inline_code
from .html import whole_tags
from .markers import MARKER, Markers
from .stash import Piece, Stash

MARK = re.compile(r"\\.|`++|\$\$?|\[\[", re.DOTALL)
TICKS = re.compile(r"`++")
# Hangul or an asterisk behind the sign: `5$이고 10$`, `**5$**와 **10$**` are prices.
NO_FORMULA = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff*]")

FormulaRenderer = Callable[["Formula"], str]


class Span(NamedTuple):
    """A code span, formula or marker, and its position in a text."""

    start: int
    end: int
    is_formula: bool = False


@dataclass(frozen=True)
class Formula:
    """LaTeX between dollar signs, with line and column (from 1) of the opening sign."""

    latex: str
    display: bool
    line: int
    column: int


@dataclass(frozen=True)
class Place:
    """Source lines and first line of an inline text, for converting positions."""

    line: int
    lines: list[str]

    def of(self, text: str, at: int) -> tuple[int, int]:
        """Return line and column (from 1) in the source of a position in the text."""
        before, _newline, _rest = text[:at].rpartition("\n")
        number = self.line + text.count("\n", 0, at)
        start = len(before) + 1 if "\n" in text[:at] else 0
        stop = text.find("\n", at)
        written = text[start : stop if stop >= 0 else len(text)].strip()
        margin = self.lines[number - 1].find(written) if number <= len(self.lines) else 0
        return number, max(margin, 0) + at - start + 1


class Marks:
    """The delimiters of one text, and which of them open and close a span."""

    def __init__(self, text: str, *, maths: bool = True, markers: bool = True) -> None:
        self.text, self.maths, self.markers = text, maths, markers
        self.marks = list(MARK.finditer(text))
        self.dollars = [mark for mark in self.marks if mark[0][0] == "$"]
        self.dollar_starts = [mark.start() for mark in self.dollars]
        self.ticks: dict[int, list[int]] = defaultdict(list)
        for run in TICKS.finditer(text):
            self.ticks[len(run[0])].append(run.start())

    def spans(self) -> list[tuple[re.Match[str], Span]]:
        """Yield every span with its opening delimiter, in order; spans don't nest."""
        found, at = [], 0
        for mark in self.marks:
            span = self._span(mark) if mark.start() >= at else None
            if span:
                found.append((mark, span))
                at = span.end
        return found

    def _span(self, mark: re.Match[str]) -> Span | None:
        if mark[0][0] == "`":
            return self._code(mark)
        if mark[0][0] == "$" and self.maths:
            return self._formula(mark)
        if mark[0] == "[[" and self.markers:
            marker = MARKER.match(self.text, mark.start())
            return Span(*marker.span()) if marker else None
        return None

    def _code(self, mark: re.Match[str]) -> Span | None:
        """Close a code span at the next run of as many backticks (CommonMark 0.31, 6.1)."""
        runs = self.ticks[len(mark[0])]
        following = bisect_left(runs, mark.end())
        if following == len(runs):
            return None
        return Span(mark.start(), runs[following] + len(mark[0]))

    def _formula(self, mark: re.Match[str]) -> Span | None:
        """Match a formula: `$` opens before a non-space, closes after one and before no digit.

        That is Pandoc's rule. Here the very next dollar sign must also close it, so that prices are
        not read as formulas.
        """
        following = bisect_right(self.dollar_starts, mark.start())
        if following == len(self.dollars):
            return None
        close = self.dollars[following]
        inner = self.text[mark.end() : close.start()]
        if close[0] != mark[0] or "`" in inner or not inner.strip():
            return None
        if mark[0] == "$" and not _is_inline(inner, self.text[close.end() : close.end() + 1]):
            return None
        return Span(mark.start(), close.end(), is_formula=True)


def _is_inline(inner: str, following: str) -> bool:
    spaced = inner[0].isspace() or inner[-1].isspace()
    return not (spaced or following.isdigit() or NO_FORMULA.match(inner))


def spans(text: str) -> list[Span]:
    """Yield the code spans, formulas and markers of a text, in order."""
    return [span for _mark, span in Marks(text).spans()]


@dataclass
class InlineScan:
    """Replaces spans of inline text by tokens. Without a formula renderer, `$` is text.

    `markers` is None where markers are plain text, as in comments.
    """

    stash: Stash
    render_formula: FormulaRenderer | None = None
    markers: Markers | None = None

    def run(self, text: str, place: Place) -> str:
        """Return the text with tokens in place of code spans, formulas and markers."""
        marks = Marks(text, maths=self.render_formula is not None, markers=self.markers is not None)
        out, at = [], 0
        for mark, span in marks.spans():
            out += [text[at : span.start], self._token(text, mark, span, place)]
            at = span.end
        out.append(text[at:])
        return whole_tags("".join(out), self.stash) if self.render_formula else "".join(out)

    def _token(self, text: str, mark: re.Match[str], span: Span, place: Place) -> str:
        source = text[span.start : span.end]
        inner = source[len(mark[0]) : -len(mark[0])]
        line, column = place.of(text, span.start)
        if mark[0] == "[[" and self.markers:
            return self.markers.token(source, line)
        if mark[0][0] == "`":
            return self.stash.put(_code_piece(source, inner), block=False)
        formula = Formula(inner, mark[0] == "$$", line, column)
        return self.stash.put(self._formula_piece(source, formula), block=False)

    def display(self, token_source: str, latex: str, place: Place) -> str:
        """Return the token of a display formula."""
        line = place.line
        column = place.lines[line - 1].find("$$") + 1
        piece = self._formula_piece(token_source, Formula(latex, True, line, column))
        return self.stash.put(piece, block=True)

    def _formula_piece(self, source: str, formula: Formula) -> Piece:
        render = self.render_formula
        return Piece(source, formula.latex.strip(), lambda: render(formula) if render else source)


def _code_piece(source: str, inner: str) -> Piece:
    inner = inner.replace("\n", " ")
    if inner.strip() and inner[0] == inner[-1] == " ":
        inner = inner[1:-1]
    return Piece(source, inner, lambda: inline_code(inner))
