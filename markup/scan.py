"""The first reading of a source: take out fenced code, code spans and formulas, with their places.

Python-Markdown knows no positions and finds fences only at the margin; this reader finds them in
lists, callouts and quotes too. It walks each text once: no input makes it slow.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from .code import highlight, inline_code
from .stash import Piece, Stash

FENCE = re.compile(
    r"(?P<quote>(?:[ ]{0,3}>!?[ ]?)*+)(?P<indent>[ \t]*+)(?P<fence>`{3,}+|~{3,}+)"
    r"[ \t]*+(?P<language>[^\s`{}]*+)(?P<rest>[^`]*+)$"
)
QUOTE = re.compile(r"[ ]{0,3}>!?[ ]?")
BLANK = re.compile(r"[\s>!]*$")
LEAD = re.compile(r"[ \t]*+(?:>!?[ \t]*+)*+$")
MARK = re.compile(r"\\.|`++|\$\$?", re.DOTALL)
TICKS = re.compile(r"`++")
CONTINUED_QUOTE = re.compile(r"\n[ ]{0,3}(?:>!?[ ]?)++")

# Python-Markdown's reader of raw HTML takes minutes over `<a <a <a …`: it only gets whole tags.
COMMENT = re.compile(r"<!--(?:[^-]|-(?!->)){0,500}+-->")
TAG_START = re.compile(
    r"(?P<whole><[A-Za-z/](?:[^\"'<>]|\"[^\"]{0,500}+\"|'[^']{0,500}+')*+>)|<(?=[A-Za-z/!?])"
)

FormulaRenderer = Callable[["Formula"], str]


@dataclass(frozen=True)
class Formula:
    """LaTeX between dollar signs; line and column (from 1) of the opening sign."""

    latex: str
    display: bool
    line: int
    column: int


@dataclass
class Scan:
    """Splits a source into fences and running text; the result is `text()` with tokens."""

    source: str
    stash: Stash
    render_formula: FormulaRenderer | None = None
    out: list[str] = field(default_factory=list)
    # The source line by line with fenced code blanked out: the same line numbers, no code.
    prose: list[str] = field(default_factory=list)
    chunk: list[str] = field(default_factory=list)
    chunk_line: int = 1

    def text(self) -> str:
        """The source with tokens in place of code and formulas."""
        lines = self.source.split("\n")
        at = 0
        while at < len(lines):
            fence = FENCE.match(lines[at])
            if fence:
                self._flush()
                at = self._take_fence(lines, at, fence)
            else:
                self._take_line(lines[at], at + 1)
                at += 1
        self._flush()
        return "\n".join(self.out)

    def _take_line(self, line: str, number: int) -> None:
        self.prose.append(line)
        if BLANK.match(line):
            self._flush()
            self.out.append(line)
            return
        if not self.chunk:
            self.chunk_line = number
        self.chunk.append(line)

    def _take_fence(self, lines: list[str], at: int, fence: re.Match[str]) -> int:
        body, after = _fenced_lines(lines, at + 1, fence)
        self.prose += [""] * (after - at)
        source, language = "\n".join(body), fence["language"]
        piece = Piece("\n".join(lines[at:after]), source, lambda: highlight(source, language))
        lead = fence["quote"] + fence["indent"]
        blank = fence["quote"].rstrip()
        self.out += [blank, lead + self.stash.put(piece, block=True), blank]
        return after

    def _flush(self) -> None:
        if self.chunk:
            text = "\n".join(self.chunk)
            self.out.append(
                InlineScan(text, self.chunk_line, self.stash, self.render_formula).run()
            )
            self.chunk = []


def _fenced_lines(lines: list[str], at: int, fence: re.Match[str]) -> tuple[list[str], int]:
    """The lines within a fence and the number of the line after it (or after its quote)."""
    depth = len(QUOTE.findall(fence["quote"]))
    closing = re.compile(rf"[ ]*{re.escape(fence['fence'])}{re.escape(fence['fence'][0])}*[ \t]*$")
    body: list[str] = []
    while at < len(lines):
        line = _unquoted(lines[at], depth)
        if line is None:
            return body, at
        if closing.match(line):
            return body, at + 1
        body.append(_dedented(line, len(fence["indent"])))
        at += 1
    return body, at


def _unquoted(line: str, depth: int) -> str | None:
    """The line without `depth` quote signs, None when it has fewer."""
    for _step in range(depth):
        sign = QUOTE.match(line)
        if not sign:
            return None
        line = line[sign.end() :]
    return line


def _dedented(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip(" \t"))) :]


@dataclass
class InlineScan:
    """One paragraph (lines without a blank one between) of running text."""

    text: str
    first_line: int
    stash: Stash
    render_formula: FormulaRenderer | None

    def run(self) -> str:
        """The paragraph with tokens in place of code spans and formulas."""
        self._index()
        out: list[str] = []
        at = 0
        for mark in self.marks:
            if mark.start() < at:
                continue
            taken = self._take(mark)
            if taken:
                token, end = taken
                out.append(self.text[at : mark.start()])
                at = self._place(out, token, mark.start(), end)
        out.append(self.text[at:])
        text = "".join(out)
        return self._whole_tags(text) if self.render_formula else text

    def _whole_tags(self, text: str) -> str:
        """The text without comments, and with a token for each `<` that starts no whole tag."""
        return TAG_START.sub(self._tag_or_sign, COMMENT.sub("", text))

    def _tag_or_sign(self, tag: re.Match[str]) -> str:
        if tag["whole"]:
            return tag[0]
        return self.stash.put(Piece("<", "<", lambda: "&lt;"), block=False)

    def _index(self) -> None:
        self.marks = list(MARK.finditer(self.text))
        self.dollars = [mark for mark in self.marks if mark[0][0] == "$"]
        self.dollar_starts = [mark.start() for mark in self.dollars]
        self.newlines = [at.start() for at in re.finditer("\n", self.text)]
        self.ticks: dict[int, list[int]] = defaultdict(list)
        for run in TICKS.finditer(self.text):
            self.ticks[len(run[0])].append(run.start())

    def _take(self, mark: re.Match[str]) -> tuple[Piece, int] | None:
        if mark[0][0] == "`":
            return self._code(mark)
        if mark[0][0] == "$" and self.render_formula:
            return self._formula(mark, self.render_formula)
        return None

    def _code(self, mark: re.Match[str]) -> tuple[Piece, int] | None:
        """A code span ends at the next run of just as many backticks (CommonMark 0.31, 6.1)."""
        runs = self.ticks[len(mark[0])]
        following = bisect_left(runs, mark.end())
        if following == len(runs):
            return None
        end = runs[following]
        inner = CONTINUED_QUOTE.sub("\n", self.text[mark.end() : end]).replace("\n", " ")
        if inner.strip() and inner[0] == inner[-1] == " ":
            inner = inner[1:-1]
        end += len(mark[0])
        source = self.text[mark.start() : end]
        return Piece(source, inner, lambda: inline_code(inner)), end

    def _formula(self, mark: re.Match[str], render: FormulaRenderer) -> tuple[Piece, int] | None:
        """Pandoc's rule: `$` opens before a non-space, closes after one and never before a digit.

        Beyond that rule the very next dollar sign has to close, so that prices stay prices.
        """
        following = bisect_right(self.dollar_starts, mark.start())
        if following == len(self.dollars):
            return None
        close = self.dollars[following]
        inner = self.text[mark.end() : close.start()]
        if close[0] != mark[0] or "`" in inner or not inner.strip():
            return None
        if mark[0] == "$" and not _closes(inner, self.text[close.end() : close.end() + 1]):
            return None
        line, column = self._place_of(mark.start())
        latex = CONTINUED_QUOTE.sub("\n", inner)
        formula = Formula(latex, mark[0] == "$$", line, column)
        source = self.text[mark.start() : close.end()]
        return Piece(source, latex.strip(), lambda: render(formula)), close.end()

    def _place_of(self, at: int) -> tuple[int, int]:
        before = bisect_left(self.newlines, at)
        line_start = self.newlines[before - 1] + 1 if before else 0
        return self.first_line + before, at - line_start + 1

    def _place(self, out: list[str], piece: Piece, start: int, end: int) -> int:
        """Write the token; a display formula alone on its lines becomes a block of its own."""
        lead = self._lone_display(piece, start, end)
        if lead is None:
            out.append(self.stash.put(piece, block=False))
            return end
        blank = lead.rstrip()
        out[-1] = out[-1][: len(out[-1]) - len(lead)]
        out.append(f"{blank}\n{lead}{self.stash.put(piece, block=True)}\n{blank}")
        return end

    def _lone_display(self, piece: Piece, start: int, end: int) -> str | None:
        if not piece.source.startswith("$$"):
            return None
        lead = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        stop = self.text.find("\n", end)
        rest = self.text[end : stop if stop >= 0 else len(self.text)]
        return lead if LEAD.match(lead) and not rest.strip() else None


def _closes(inner: str, following: str) -> bool:
    return not (inner[0].isspace() or inner[-1].isspace() or following.isdigit())
