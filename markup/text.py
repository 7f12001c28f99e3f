"""Plain text of HTML, and normalization for search."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

TAG = re.compile(
    r"<!--.*?-->|<(/?[a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*+\"|'[^']*+'|[^\"'<>])*+>",
    re.DOTALL,
)
# Tags within a word: `**강조**를` is one word for the reader, so it has to be one for the search.
INLINE_TAGS = (
    "a abbr b cite code del dfn em i ins kbd mark q s small span strong sub sup u "
    "math mi mn mo mrow mspace msub msubsup msup mtext"
)
WITHIN_WORDS = frozenset(INLINE_TAGS.split())


PRE = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.S)
PARAGRAPH = re.compile(r"<p\b[^>]*>|</p>|</?(?:ul|ol|blockquote|details|h[1-6])\b[^>]*>")
BREAK = re.compile(r"<br\b[^>]*>\n?")
ITEM = re.compile(r"<li\b[^>]*>\n?")
# Furniture: the links back from footnotes, and what holds particles at their words.
FURNITURE = str.maketrans("", "", "↩\u2060")


def plain_text(html: str) -> str:
    """Return the plain text of HTML: NFC, no tags, white space collapsed to single spaces."""
    words = TAG.sub(lambda tag: "" if _is_within_words(tag[1]) else " ", html)
    return " ".join(unicodedata.normalize("NFC", unescape(words)).translate(FURNITURE).split())


def lines_of(html: str) -> str:
    """Return the text of HTML in lines: paragraphs, items and rows of code as they stand."""
    lines: list[str] = []
    for number, part in enumerate(PRE.split(html)):
        if number % 2:
            lines += ["", *unescape(TAG.sub("", part)).rstrip().splitlines(), ""]
        else:
            marked = ITEM.sub("\n- ", BREAK.sub("\n", PARAGRAPH.sub("\n\n", part)))
            lines += [plain_text(line) for line in marked.split("\n")]
    text = "\n".join(lines).replace("- \n\n", "- ").replace("-\n\n", "- ")
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return re.sub(r"^(- .*)\n\n(?=- )", r"\1\n", text, flags=re.M)


def _is_within_words(name: str | None) -> bool:
    return name is not None and name.strip("/").lower() in WITHIN_WORDS


def normalise_for_search(text: str) -> str:
    """Return the text in NFC, case-folded, with white space collapsed; for index and query."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())
