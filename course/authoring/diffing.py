"""Differences between two texts by paragraph and word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
# Pairs of paragraphs longer than this are shown as removed and added: comparing words is quadratic.
MAX_TOKENS = 3_000


@dataclass(frozen=True)
class Piece:
    """A run of words: "same", "added" or "removed"."""

    kind: str
    text: str


@dataclass
class Block:
    """A paragraph: "same", "added", "removed", or "changed" with its pieces."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    number: int = 0  # of the paragraph in the old text (new text, when added), from 1


def paragraphs(text: str) -> list[str]:
    """Split a text at blank lines; code fences stay whole."""
    found: list[str] = []
    fenced = False
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if fenced and found:
            found[-1] += f"\n\n{part}"
        elif part.strip():
            found.append(part)
        if part.count("```") % 2:
            fenced = not fenced
    return found


def compare(before: str, after: str) -> list[Block]:
    """Return the blocks of the difference between two texts."""
    old, new = paragraphs(before), paragraphs(after)
    blocks: list[Block] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            blocks += [whole("same", text, i1 + n) for n, text in enumerate(old[i1:i2], 1)]
            continue
        paired = min(i2 - i1, j2 - j1)
        for n in range(paired):
            blocks += pair(old[i1 + n], new[j1 + n], i1 + n + 1)
        blocks += [whole("removed", old[n], n + 1) for n in range(i1 + paired, i2)]
        blocks += [whole("added", new[n], n + 1) for n in range(j1 + paired, j2)]
    return blocks


def whole(kind: str, text: str, number: int) -> Block:
    """Return a paragraph as one piece."""
    return Block(kind, [Piece(kind, text)], number)


def pair(before: str, after: str, number: int) -> list[Block]:
    """Return two paragraphs compared by word, or as removed and added if too different."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if len(old) + len(new) <= MAX_TOKENS:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() > 0.4:
            return [Block("changed", list(pieces(matcher, old, new)), number)]
    return [whole("removed", before, number), whole("added", after, number)]


def pieces(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Piece]:
    """Return the runs of words of a changed paragraph."""
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i1:i2]))
            continue
        if i2 > i1:
            yield Piece("removed", "".join(old[i1:i2]))
        if j2 > j1:
            yield Piece("added", "".join(new[j1:j2]))


def changed_only(blocks: list[Block]) -> list[Block]:
    """Return the blocks without unchanged ones."""
    return [block for block in blocks if block.kind != "same"]


def near_changes(blocks: list[Block]) -> list[Block]:
    """Return the changed blocks with one unchanged block before and after each.

    What is left out is a block of the kind "gap".
    """
    near = {
        place
        for number, block in enumerate(blocks)
        if block.kind != "same"
        for place in (number - 1, number, number + 1)
    }
    found: list[Block] = []
    for number, block in enumerate(blocks):
        if number in near:
            found.append(block)
        elif not found or found[-1].kind != "gap":
            found.append(Block("gap"))
    return found
