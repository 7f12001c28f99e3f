"""Inline patterns for `[label](address)` that scan at most the maximum length of a label."""

import re

from markdown.inlinepatterns import (
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)

MAX_LABEL = 1_000
MAX_LABEL_DEPTH = 6
LABEL_MARK = re.compile(r"[\[\]]")
# `(address "title")`: the address is in angle brackets or has no spaces and balanced parentheses.
DESTINATION = re.compile(
    r"\(\s*+(?:<([^<>\n]*+)>|((?:[^\s()<]++|\([^\s()]*+\))*+))"
    r"(?:\s++(\"[^\"]{0,300}+\"|'[^']{0,300}+'))?+\s*+\)"
)


class BoundedLabel(LinkInlineProcessor):
    """Matches `[label](address)`, scanning at most the maximum length of a label."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        """Return the label, the index after its closing bracket, and whether it was found."""
        depth = 1
        for mark in LABEL_MARK.finditer(data, index, index + MAX_LABEL):
            depth += 1 if mark[0] == "[" else -1
            if depth == 0:
                return data[index : mark.start()], mark.end(), True
            if depth > MAX_LABEL_DEPTH:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Return address, title, index after the parenthesis, and whether it was found."""
        found = DESTINATION.match(data, index)
        if not found:
            return "", None, index, False
        title = self.unescape(found[3][1:-1]) if found[3] else None
        href = self.unescape(found[1] if found[1] is not None else found[2]).strip()
        return href, title, found.end(), True


class BoundedReference(BoundedLabel, ReferenceInlineProcessor):
    """Matches `[label][reference]`."""

    RE_LINK = re.compile(r"\[([^\]]{0,1000}+)\]")

    def evalId(self, data: str, index: int, text: str) -> tuple[str, int, bool]:
        """Return the reference with escapes, the index after it, and whether it was found."""
        label, end, found = super().evalId(data, index, text)
        return self.unescape(label or ""), end, found


class BoundedShortReference(BoundedLabel, ShortReferenceInlineProcessor):
    """Matches `[reference]`."""

    def evalId(self, data: str, index: int, text: str) -> tuple[str, int, bool]:
        """Return the reference with escapes, the index after it, and True."""
        label, end, found = super().evalId(data, index, text)
        return self.unescape(label or ""), end, found
