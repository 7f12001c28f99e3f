"""Headings with anchors, scrollable tables, and footnotes with back links."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor

from .results import Heading
from .stash import Stash

HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}
REPEATED_REFERENCE = re.compile(r"#fnref(\d+)-")
MARKDOWN_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")


@dataclass
class Outline:
    """The headings of one text; `prefix` keeps ids of several texts on a page distinct."""

    stash: Stash
    prefix: str = ""
    headings: list[Heading] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    def add(self, title: str, level: int, given: str | None = None) -> Heading:
        """Record a heading and return its unique id; `h-` keeps it distinct from the page's ids.

        `given` is the author's own anchor, used instead of the title.
        """
        slug = slugify_unicode(given or title[:80], "-") or "section"
        self.used[slug] += 1
        repeat = self.used[slug]
        # A repeated title is numbered behind a double dash, which no slug contains.
        heading_id = f"{self.prefix}h-{slug}" + (f"--{repeat}" if repeat > 1 else "")
        self.headings.append(Heading(heading_id, title, level))
        return self.headings[-1]


class Structure(Treeprocessor):
    """Tree processor that adds ids, labels and roles for accessibility."""

    outline: Outline

    def run(self, root: etree.Element) -> None:
        """Process headings, tables and footnote links in document order."""
        self.tables: Counter[str] = Counter()
        for parent in list(root.iter()):
            for position, child in enumerate(list(parent)):
                self._change(parent, position, child)

    def _change(self, parent: etree.Element, position: int, child: etree.Element) -> None:
        if child.tag in HEADING_TAGS:
            self._anchor(child)
        elif child.tag == "table" and parent.get("class") != "table-scroll":
            parent[position] = self._scrolling(child)
        elif child.get("class") in ("footnote-ref", "footnote-backref"):
            _label_footnote_link(child)

    def _anchor(self, element: etree.Element) -> None:
        level = max(2, HEADING_TAGS[element.tag])
        heading = self.outline.add(self._title(element), level, element.get("id"))
        element.tag = f"h{level}"
        element.set("id", heading.id)
        label = _("Link to “%(title)s”") % {"title": heading.title}
        anchor = {"class": "anchor", "href": f"#{heading.id}", "aria-label": label}
        etree.SubElement(element, "a", anchor)

    def _title(self, element: etree.Element) -> str:
        text = self.outline.stash.words("".join(element.itertext()))
        text = UnescapeTreeprocessor().unescape(text)
        return " ".join(MARKDOWN_PLACEHOLDER.sub("", text).split())

    def _scrolling(self, table: etree.Element) -> etree.Element:
        for cell in table.iter("th"):
            cell.set("scope", "col")
        attributes = {"class": "table-scroll", "tabindex": "0", "role": "region"}
        region = etree.Element("div", {**attributes, "aria-label": self._table_label()})
        region.tail, table.tail = table.tail, None
        region.append(table)
        return region

    def _table_label(self) -> str:
        """Return a unique label, so that screen reader users can tell tables apart."""
        title = self.outline.headings[-1].title if self.outline.headings else ""
        self.tables[title] += 1
        label = _("Table: %(title)s") % {"title": title} if title else _("Table")
        return label if self.tables[title] == 1 else f"{label} ({self.tables[title]})"


def _label_footnote_link(link: etree.Element) -> None:
    number = "".join(link.itertext())
    if link.get("class") == "footnote-ref":
        link.attrib.update(
            {
                "role": "doc-noteref",
                "aria-label": _("Footnote %(number)s") % {"number": number},
            }
        )
        return
    again = REPEATED_REFERENCE.match(link.get("href", ""))
    label = link.attrib.pop("title", "") + (f" ({again[1]})" if again else "")
    link.attrib.update({"role": "doc-backlink", "aria-label": label})


class Footnotes(FootnoteExtension):
    """Footnotes whose ids are numbers, independent of their labels."""

    def __init__(self, prefix: str) -> None:
        title = _("Back to the text of footnote %(number)s") % {"number": "{}"}
        super().__init__(SEPARATOR="-", BACKLINK_TITLE=title)
        self.prefix = prefix

    def makeFootnoteId(self, id: str) -> str:
        """Return the id of a footnote."""
        return f"fn-{self.prefix}{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        """Return the id of a reference to a footnote."""
        return str(self.unique_ref(f"fnref-{self.prefix}{self._number(id)}", found))

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        """Return the notes as a section with an ARIA role."""
        div = super().makeFootnotesDiv(root)
        if div is not None:
            # FootnotePostTreeprocessor looks for the `div`, so `Sections` renames it afterwards.
            div.attrib.update({"role": "doc-endnotes", "aria-label": _("Footnotes")})
        return div

    def _number(self, label: str) -> int:
        return list(self.footnotes).index(label) + 1

    def unused(self) -> list[str]:
        """Return the labels of footnotes that are not referenced."""
        return [label for label in self.footnotes if label not in self.footnote_order]


class Sections(Treeprocessor):
    """Last tree processor: turns the footnotes' `div` into a `section` without a rule."""

    def run(self, root: etree.Element) -> None:
        """Rename the element in place."""
        for div in root.iter("div"):
            if div.get("class") == "footnote":
                div.tag = "section"
                div.set("class", "footnotes")
                div.remove(div[0])
                _without_dead_ways_back(root, div)


def _without_dead_ways_back(root: etree.Element, notes: etree.Element) -> None:
    """Remove the back link of a footnote that is not referenced."""
    places = {f"#{sup.get('id')}" for sup in root.iter("sup")}
    for parent in list(notes.iter()):
        for link in list(parent):
            if link.get("class") == "footnote-backref" and link.get("href") not in places:
                parent.remove(link)


class CommentHeadings(Treeprocessor):
    """Turns all headings of a comment into h4 without ids."""

    def run(self, root: etree.Element) -> None:
        """Rename the elements in place."""
        for element in root.iter():
            if element.tag in HEADING_TAGS:
                element.tag = "h4"
                element.attrib.clear()


def use_lesson_blocks(md: Markdown, outline: Outline) -> None:
    """Register lesson processors: after inline (20) and footnotes (15), before escapes (0)."""
    structure = Structure(md)
    structure.outline = outline
    md.treeprocessors.register(structure, "structure", 7)
    md.treeprocessors.register(Sections(md), "sections", 6)


def use_comment_blocks(md: Markdown) -> None:
    """Register the comments' processors."""
    md.treeprocessors.register(CommentHeadings(md), "comment_headings", 7)
