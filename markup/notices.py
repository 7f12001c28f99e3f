"""Warnings about text that would show as raw markup, and about broken links on the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from html import escape, unescape
from urllib.parse import unquote

from django.utils.translation import gettext as _

from .html import tag_names
from .policy import LESSON
from .reading import Reading

FOREIGN_BLOCK = re.compile(r"^(:{3,}|\?{3}\+?)(?=\s|\w|$)", re.MULTILINE)
# A target with a space is none without angle brackets, so all of it is text.
SPACED_IMAGE = re.compile(
    r"!\[[^\]\n]{0,500}\]\((images/[^()<>\n\"]{0,200} [^()<>\n\"]{0,200}\.\w{3,4})\)"
)
FOOTNOTE = re.compile(r"(?<!\\)\[\^([^\]\s]{1,200})\]")
ANCHOR = re.compile(r'(?<=<a )([^>]*?)href="#([^"]*)"')
ID = re.compile(r'\bid="([^"]+)"')
HEADING_ID = re.compile(r"(?:[a-z]+-)?h-(.+)")


def warn_of_raw_marks(
    reading: Reading, texts: Iterable[tuple[str, int]], footnotes: Mapping[str, int]
) -> None:
    """Warn about syntax of other dialects, unknown tags, and names that lead nowhere."""
    for text, line in texts:
        for mark in FOREIGN_BLOCK.finditer(text):
            message = _("“%(mark)s” has no meaning here and is shown unchanged.") % {
                "mark": mark[1]
            }
            reading.warn(message, line + text.count("\n", 0, mark.start()))
        for name, before in tag_names(text):
            if name.lower() not in LESSON.tags:
                message = _("The tag <%(name)s> is unknown and is shown unchanged.")
                reading.warn(message % {"name": name}, line + before)
        for image in SPACED_IMAGE.finditer(text):
            message = _("A name with spaces needs angle brackets: <%(name)s>.")
            reading.warn(message % {"name": image[1]}, line + text.count("\n", 0, image.start()))
        for footnote in FOOTNOTE.finditer(text):
            if footnote[1] not in footnotes:
                message = _("There is no footnote “%(label)s”.") % {"label": footnote[1]}
                reading.warn(message, line + text.count("\n", 0, footnote.start()))


def warn_of_unused(reading: Reading, unused: Iterable[str], lines: Mapping[str, int]) -> None:
    """Warn about footnotes that are not referenced."""
    for label in unused:
        message = _("Nothing refers to the footnote “%(label)s”.") % {"label": label[:100]}
        reading.warn(message, lines.get(label))


def with_anchors(html: str, reading: Reading, elsewhere: Collection[str]) -> str:
    """Return the HTML with links resolved to the page's ids; warns about unknown ones.

    `#title` is resolved to the heading `h-title`; `elsewhere` holds ids on the rest of the page.
    """
    ids = {*ID.findall(html), *map(escape, elsewhere)}
    headings = {found[1]: one for one in ids if (found := HEADING_ID.fullmatch(one))}

    def lead(link: re.Match[str]) -> str:
        wanted = escape(unquote(unescape(link[2])))
        if not wanted or wanted in ids:
            return link[0]
        heading = headings.get(wanted.lower())
        if heading:
            return f'{link[1]}href="#{heading}"'
        _warn_of_anchor(reading, unescape(link[2]))
        return link[0]

    return ANCHOR.sub(lead, html)


def _warn_of_anchor(reading: Reading, anchor: str) -> None:
    at = max(reading.source.find(f"#{anchor}"), reading.source.find(f"#{unquote(anchor)}"))
    line = reading.source.count("\n", 0, at) + 1 if at >= 0 else None
    message = _("“#%(anchor)s” leads nowhere on this page.") % {"anchor": anchor[:100]}
    reading.warn(message, line)
