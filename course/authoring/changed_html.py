"""Differences between two rendered texts: the changed blocks, marked, with one block around."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.safestring import mark_safe

# A formula, drawing or button is one thing: no mark may stand within it.
WHOLE = r"<math\b.*?</math>|<svg\b.*?</svg>|<button\b.*?</button>"
TOKEN = re.compile(rf"{WHOLE}|<[^>]*>|&[#\w]+;|\s+|\w+|[^\w\s<&]|[<&]", re.DOTALL)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*?(/?)>", re.DOTALL)
VOID = frozenset({"br", "hr", "img", "input", "source", "col", "wbr"})
IDS = re.compile(r"""\s(?:id|name|for|aria-labelledby|aria-describedby)="[^"]*\"""")
LINES = re.compile(r"\s+")
# Comparing words is quadratic, and blocks that share little are easier to read one after the other.
MAX_TOKENS = 3_000
ALIKE = 0.4


@dataclass(frozen=True)
class HtmlBlock:
    """A block of the page: "same", "changed", "added", "removed", or "gap" for what is left out."""

    kind: str
    html: str = ""  # made and cleaned by our renderer


def compare_html(before: str, after: str) -> list[HtmlBlock]:
    """Return the changed blocks of the rendered text with one unchanged block around each."""
    return with_context(list(compared(blocks_of(before), blocks_of(after))))


def blocks_of(html: str) -> list[str]:
    """Split rendered text at its outermost elements; their ids are left out."""
    found, depth, start = [], 0, 0
    for tag in TAG.finditer(html):
        if tag[3] or tag[2] in VOID:
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            found.append(html[start : tag.end()])
            start = tag.end()
    found.append(html[start:])
    return [IDS.sub("", block).strip() for block in found if block.strip()]


def compared(old: Sequence[str], new: Sequence[str]) -> Iterator[HtmlBlock]:
    """Return every block of both texts in order."""
    plain = [LINES.sub(" ", block) for block in (*old, *new)]
    matcher = SequenceMatcher(None, plain[: len(old)], plain[len(old) :], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield from (block("same", html) for html in new[j1:j2])
            continue
        paired = min(i2 - i1, j2 - j1)
        for n in range(paired):
            yield from pair(old[i1 + n], new[j1 + n])
        yield from (block("removed", html) for html in old[i1 + paired : i2])
        yield from (block("added", html) for html in new[j1 + paired : j2])


def block(kind: str, html: str) -> HtmlBlock:
    """Return a block with HTML that is safe to show."""
    return HtmlBlock(kind, mark_safe(html))


def pair(before: str, after: str) -> list[HtmlBlock]:
    """Return one block with its words marked, or both when more than words differ."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if len(old) + len(new) <= MAX_TOKENS:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() > ALIKE and (marked := mark_words(matcher, old, new)):
            return [block("changed", marked)]
    return [block("removed", before), block("added", after)]


def mark_words(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> str:
    """Return the new block with removed and added words marked; "" when an element differs.

    As all elements are the same, every mark stands within the element that its words are in.
    """
    pieces = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, come = old[i1:i2], new[j1:j2]
        if tag == "equal":
            pieces += come
            continue
        if any(len(token) > 1 and token.startswith("<") for token in gone + come):
            return ""
        pieces += ["<del>", *gone, "</del>"] if gone else []
        pieces += ["<ins>", *come, "</ins>"] if come else []
    return "".join(pieces)


def with_context(blocks: list[HtmlBlock]) -> list[HtmlBlock]:
    """Return what changed with the block before and after, and a gap for what is left out."""
    last = len(blocks) - 1
    near = {
        place
        for number, each in enumerate(blocks)
        if each.kind != "same"
        for place in (number - 1, number, number + 1)
        if 0 <= place <= last
    }
    found: list[HtmlBlock] = []
    for number, each in enumerate(blocks):
        if number in near:
            found.append(each)
        elif not found or found[-1].kind != "gap":
            found.append(HtmlBlock("gap"))
    return found
