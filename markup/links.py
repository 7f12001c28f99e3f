"""Links, images and mentions: allowed URLs, and the resolvers that look them up."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor
from markdown.util import AtomicString

from .labels import BoundedLabel, BoundedReference, BoundedShortReference
from .policy import SAFE_URL
from .results import Image, Problem
from .stash import Piece, Stash

LESSON_SCHEME = "lesson:"
# Handles may be Hangul; one with a particle or title glued on (@철수님) is tried without it.
# The end of one of Markdown's placeholders (\x03) is no place to start either: `@a@b` is one word.
MENTION = r"(?<![\w@/.+\x03-])@(\w[\w-]{0,31})"
ASCII_HANDLE = re.compile(r"[A-Za-z0-9_-]+")
# The readings that are looked up for one text, and the links that mentions of it may become.
MAX_READINGS = 80
MAX_MENTION_LINKS = 40

LessonResolver = Callable[[str], str | None]
ImageResolver = Callable[[str], Image | None]
MentionResolver = Callable[[str], str | None]


@dataclass
class Targets:
    """What one text refers to, the resolvers for it, and the problems found."""

    source: str
    stash: Stash
    resolve_lesson: LessonResolver | None = None
    resolve_image: ImageResolver | None = None
    resolve_mention: MentionResolver | None = None
    strict: bool = False
    problems: list[Problem] = field(default_factory=list)
    lessons: dict[str, None] = field(default_factory=dict)
    images: dict[str, None] = field(default_factory=dict)
    mentions: dict[str, str | None] = field(default_factory=dict)
    mention_links: int = 0

    def fault(self, message: str, needle: str) -> None:
        """Record a problem at the first line that contains the needle."""
        at = self.source.find(needle)
        line = self.source.count("\n", 0, at) + 1 if at >= 0 else None
        problem = Problem(message, line)
        if problem not in self.problems:
            self.problems.append(problem)

    def address(self, href: str) -> str | None:
        """Return the URL for a link, or None if it is not allowed."""
        href = self.stash.sources(href).strip()
        if self.strict and href.lower().startswith(LESSON_SCHEME):
            return self._lesson(href)
        if SAFE_URL.fullmatch(href):
            return href
        if self.strict:
            message = _("“%(address)s” is not an address a lesson can link to.")
            self.fault(message % {"address": href[:100]}, href)
        return None

    def _lesson(self, href: str) -> str | None:
        uid, hash_sign, fragment = href[len(LESSON_SCHEME) :].partition("#")
        self.lessons[uid] = None
        if self.resolve_lesson is None:
            return None
        url = self.resolve_lesson(uid)
        if url is None:
            self.fault(_("There is no lesson “%(uid)s” to link to.") % {"uid": uid[:100]}, href)
            return None
        return url + hash_sign + fragment

    def image(self, src: str, alt: str, title: str | None) -> str:
        """Return the token of the image, or its alternative text if there is no image."""
        self.images[src] = None
        if not alt.strip():
            message = _("The image “%(src)s” needs an alternative text.")
            self.fault(message % {"src": src[:100]}, src)
        found = self.resolve_image(src) if self.resolve_image else None
        if found is None:
            if self.resolve_image:
                self.fault(_("There is no image “%(src)s”.") % {"src": src[:100]}, src)
            return alt
        html = image_html(found, alt, title)
        return self.stash.put(Piece(alt, alt, lambda: html), block=False)

    def mention(self, written: str) -> tuple[str, str] | None:
        """Return handle and URL of the mentioned learner, for the longest known reading.

        Each link costs as much as a paragraph, so mentions after the fortieth stay plain text.
        """
        if self.mention_links >= MAX_MENTION_LINKS:
            return None
        for handle in _readings(written):
            if handle not in self.mentions and len(self.mentions) < MAX_READINGS:
                resolve = self.resolve_mention
                self.mentions[handle] = resolve(handle) if resolve else None
            url = self.mentions.get(handle)
            if url:
                self.mention_links += 1
                return handle, url
        return None

    def mentioned(self) -> tuple[str, ...]:
        """Return the mentioned handles, in order."""
        return tuple(handle for handle, url in self.mentions.items() if url)


def _readings(written: str) -> list[str]:
    written = written.rstrip("-")
    readings = [written]
    ascii_part = ASCII_HANDLE.match(written)
    if ascii_part and ascii_part[0] != written:
        readings.append(ascii_part[0].rstrip("-"))
    elif not ascii_part:
        readings += [written[:-cut] for cut in (1, 2) if len(written) > cut]
    return readings


def image_html(image: Image, alt: str, title: str | None) -> str:
    """Return an `<img>` with its size, so that the layout doesn't shift while it loads."""
    attributes = {
        "src": image.url,
        "alt": alt,
        "title": title or "",
        "srcset": image.srcset,
    }
    given = [
        f'{name}="{escape(value)}"' for name, value in attributes.items() if value or name == "alt"
    ]
    size = f'width="{int(image.width)}" height="{int(image.height)}"'
    return f'<img {" ".join(given)} {size} loading="lazy" decoding="async">'


class ImageInline(BoundedLabel):
    """Matches `![alternative text](name)`; images come from the resolver only."""

    targets: Targets

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        """Return the token of the image."""
        alt, index, found = self.getText(data, m.end(0))
        src, title, index, complete = self.getLink(data, index) if found else ("", None, 0, False)
        if not complete:
            return None, None, None
        stash = self.targets.stash
        words = stash.words(self.unescape(alt))
        return self.targets.image(stash.sources(src), words, title), m.start(0), index


class MentionInline(InlineProcessor):
    """Matches `@handle`."""

    ANCESTOR_EXCLUDES = ("a",)
    targets: Targets

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element | None, int | None, int | None]:
        """Return a link to the learner, or nothing for an unknown handle."""
        found = self.targets.mention(m[1])
        if found is None:
            return None, None, None
        handle, url = found
        link = etree.Element("a", {"class": "mention", "href": url})
        link.text = AtomicString("@" + handle)
        return link, m.start(0), m.start(1) + len(handle)


class LinkTargets(Treeprocessor):
    """Tree processor that replaces each link's address by an allowed URL."""

    targets: Targets

    def run(self, root: etree.Element) -> None:
        """Resolve or remove the address of each link."""
        for link in root.iter("a"):
            if link.get("class"):
                continue
            address = self.targets.address(self.unescaped(link.get("href", "")))
            link.attrib.pop("href", None)
            if address is not None:
                link.set("href", address)

    def unescaped(self, href: str) -> str:
        """Return the address with Markdown's escapes undone."""
        return UnescapeTreeprocessor().unescape(href)


def use_links(md: Markdown, targets: Targets, *, lesson: bool) -> None:
    """Replace Python-Markdown's link patterns by bounded ones."""
    for name in ("image_reference", "short_image_ref", "automail", "image_link"):
        md.inlinePatterns.deregister(name)
    patterns = md.inlinePatterns
    patterns.register(BoundedLabel(r"(?<!\!)\[", md), "link", 160)
    if lesson:
        patterns.register(BoundedReference(r"(?<!\!)\[", md), "reference", 170)
        patterns.register(BoundedShortReference(r"(?<!\!)\[", md), "short_reference", 130)
        image = ImageInline(r"\!\[", md)
        image.targets = targets
        patterns.register(image, "image_link", 150)
    else:
        patterns.deregister("reference")
        patterns.deregister("short_reference")
        md.parser.blockprocessors.deregister("reference")
        mention = MentionInline(MENTION, md)
        mention.targets = targets
        patterns.register(mention, "mention", 125)
    links = LinkTargets(md)
    links.targets = targets
    md.treeprocessors.register(links, "link_targets", 8)
