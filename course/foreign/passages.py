"""Changes of text outside code: the site's own reading tells what is code and what is a formula."""

import re
from collections.abc import Callable

from course.foreign.fences import places_of
from course.foreign.pages import Line, Lines, text_of
from markup.inline import Marks

TOKEN = re.compile("\ue000(\\d+)\ue001")
PARAGRAPH = re.compile(r"(\n[ \t>]*(?=\n))")
Change = Callable[[str, "Passage"], str]


class Passage:
    """Lines without code blocks; code spans and formulas in them are tokens."""

    def __init__(self, lines: Lines, *, maths: bool, masked: bool = True) -> None:
        self.lines, self.pieces = lines, []  # type: Lines, list[str]
        self.maths = maths
        text = text_of(lines)
        self.text = self.masked(text) if masked else text

    def masked(self, text: str) -> str:
        """Return the text with tokens; a span ends at a blank line at the latest."""
        return "".join(self.masked_paragraph(part) for part in PARAGRAPH.split(text))

    def masked_paragraph(self, text: str) -> str:
        """Return a paragraph with tokens."""
        out, at = [], 0
        for _mark, span in Marks(text, maths=self.maths, markers=False).spans():
            out += [text[at : span.start], self.keep(text[span.start : span.end])]
            at = span.end
        return "".join([*out, text[at:]])

    def keep(self, piece: str) -> str:
        """Return a token for a piece that no later change may touch."""
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def whole(self, text: str) -> str:
        """Return a text with its pieces instead of tokens."""
        while TOKEN.search(text):
            text = TOKEN.sub(lambda token: self.pieces[int(token[1])], text)
        return text

    def line(self, at: int) -> int:
        """Return the number of the line at an offset of the text."""
        place = self.whole(self.text[:at]).count("\n")
        return self.lines[min(place, len(self.lines) - 1)].number


def edit(lines: Lines, *changes: Change, maths: bool, masked: bool = True) -> Lines:
    """Return the lines with changes of all text that is not code."""
    blocks = ("fence", "code_block", "formula") if maths else ("fence", "code_block")
    code = places_of(lines, *blocks)
    found: Lines = []
    run: Lines = []
    for place, line in enumerate([*lines, Line("", 0)]):
        if place < len(lines) and place not in code:
            run.append(line)
            continue
        if run:
            found += edited(run, changes, maths=maths, masked=masked)
            run = []
        if place < len(lines):
            found.append(line)
    return found


def edited(lines: Lines, changes: tuple[Change, ...], *, maths: bool, masked: bool) -> Lines:
    """Return one passage with its changes; lines keep their numbers."""
    for change in changes:
        passage = Passage(lines, maths=maths, masked=masked)
        text = passage.whole(change(passage.text, passage))
        texts = text.split("\n")
        last = len(lines) - 1
        lines = [Line(each, lines[min(place, last)].number) for place, each in enumerate(texts)]
    return lines
