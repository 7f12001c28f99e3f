"""Readers of `[label](address)` that never look further than a label may be long."""

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
    """Reads `[label](address)`, never further than a label may be long."""

    def getText(self, data: str, index: int) -> tuple[str, int, bool]:
        """The label up to its closing bracket, the index after it, whether there is one."""
        depth = 1
        for mark in LABEL_MARK.finditer(data, index, index + MAX_LABEL):
            depth += 1 if mark[0] == "[" else -1
            if depth == 0:
                return data[index : mark.start()], mark.end(), True
            if depth > MAX_LABEL_DEPTH:
                break
        return "", index, False

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """Address, title, index after the parenthesis, whether there is one."""
        found = DESTINATION.match(data, index)
        if not found:
            return "", None, index, False
        title = self.unescape(found[3][1:-1]) if found[3] else None
        href = self.unescape(found[1] if found[1] is not None else found[2]).strip()
        return href, title, found.end(), True


class BoundedReference(BoundedLabel, ReferenceInlineProcessor):
    """`[label][reference]`."""


class BoundedShortReference(BoundedLabel, ShortReferenceInlineProcessor):
    """`[reference]`."""
