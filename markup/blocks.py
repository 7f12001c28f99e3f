"""Headings with anchors, tables that scroll, callouts, footnotes, spoilers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor

from .results import Heading
from .stash import Stash

HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}
KINDS = ("note", "tip", "warning", "danger")
REPEATED_REFERENCE = re.compile(r"#fnref(\d+)-")
MARKDOWN_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")


@dataclass
class Outline:
    """The headings of one text; `prefix` keeps the ids of several texts on a page apart."""

    stash: Stash
    prefix: str = ""
    headings: list[Heading] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    def add(self, title: str, level: int) -> Heading:
        """A heading with an id of its own; `h-` keeps it apart from the ids of the page."""
        slug = slugify_unicode(title[:80], "-") or "section"
        self.used[slug] += 1
        repeat = self.used[slug]
        # A repeated title is numbered behind a double dash, which no slug contains.
        heading_id = f"{self.prefix}h-{slug}" + (f"--{repeat}" if repeat > 1 else "")
        self.headings.append(Heading(heading_id, title, level))
        return self.headings[-1]


class Structure(Treeprocessor):
    """Goes once over the finished tree and makes it reachable: ids, labels, roles."""

    outline: Outline

    def run(self, root: etree.Element) -> None:
        """Change headings, tables, callouts and code blocks in document order."""
        self.tables: Counter[str] = Counter()
        for parent in list(root.iter()):
            for position, child in enumerate(list(parent)):
                self._change(parent, position, child)

    def _change(self, parent: etree.Element, position: int, child: etree.Element) -> None:
        if child.tag in HEADING_TAGS:
            self._anchor(child)
        elif child.tag == "table" and parent.get("class") != "table-scroll":
            parent[position] = self._scrolling(child)
        elif child.tag == "pre":
            child.attrib.update({"class": "code", "tabindex": "0"})
        elif child.tag == "div" and child.get("class", "").startswith("admonition"):
            _call_out(child)
        elif child.get("class") in ("footnote-ref", "footnote-backref"):
            _label_footnote_link(child)

    def _anchor(self, element: etree.Element) -> None:
        level = max(2, HEADING_TAGS[element.tag])
        heading = self.outline.add(self._title(element), level)
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
        """Names each table differently: two regions of one name can't be told apart by ear."""
        title = self.outline.headings[-1].title if self.outline.headings else ""
        self.tables[title] += 1
        label = _("Table: %(title)s") % {"title": title} if title else _("Table")
        return label if self.tables[title] == 1 else f"{label} ({self.tables[title]})"


def _call_out(box: etree.Element) -> None:
    """A callout is a note by role; its kind is one of ours, and a missing title is translated."""
    names = {
        "note": _("Note"),
        "tip": _("Tip"),
        "warning": _("Warning"),
        "danger": _("Danger"),
    }
    written = box.get("class", "").split()[1]
    kind = written if written in KINDS else "note"
    box.attrib.update({"class": f"admonition {kind}", "role": "note"})
    title = box.find("p[@class='admonition-title']")
    if title is not None and title.text == written.capitalize():
        title.text = names[kind]


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
    """Footnotes whose ids are made of numbers, never of what was written."""

    def __init__(self, prefix: str) -> None:
        title = _("Back to the text of footnote %(number)s") % {"number": "{}"}
        super().__init__(SEPARATOR="-", BACKLINK_TITLE=title)
        self.prefix = prefix

    def makeFootnoteId(self, id: str) -> str:
        """The id of a footnote."""
        return f"fn-{self.prefix}{self._number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        """The id of a reference to a footnote."""
        return str(self.unique_ref(f"fnref-{self.prefix}{self._number(id)}", found))

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        """The notes as a section that assistive technology knows by its role."""
        div = super().makeFootnotesDiv(root)
        if div is not None:
            # FootnotePostTreeprocessor looks for the `div`, so `Sections` renames it afterwards.
            div.attrib.update({"role": "doc-endnotes", "aria-label": _("Footnotes")})
        return div

    def _number(self, label: str) -> int:
        return list(self.footnotes).index(label) + 1


class Sections(Treeprocessor):
    """Runs last: the footnotes' `div` becomes a `section` without a rule."""

    def run(self, root: etree.Element) -> None:
        """Rename in place."""
        for div in root.iter("div"):
            if div.get("class") == "footnote":
                div.tag = "section"
                div.set("class", "footnotes")
                div.remove(div[0])


class CommentHeadings(Treeprocessor):
    """Headings of a comment are all h4, without ids; code blocks look like those of lessons."""

    def run(self, root: etree.Element) -> None:
        """Rename in place."""
        for element in root.iter():
            if element.tag in HEADING_TAGS:
                element.tag = "h4"
            elif element.tag == "pre":
                element.attrib.update({"class": "code", "tabindex": "0"})


class Spoiler(BlockProcessor):
    """Lines that start with `>!` are folded away until the reader opens them."""

    START = re.compile(r"(?:^|\n)[ ]{0,3}>![ ]?")
    SIGN = re.compile(r"^[ ]{0,3}>!?[ ]?")

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether a line of the block starts a spoiler."""
        return self.START.search(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        """Parse what is hidden as Markdown of its own."""
        found = self.START.search(blocks[0])
        if found is None:
            return False
        block = blocks.pop(0)
        before = block[: found.start()]
        if before.strip():
            self.parser.parseBlocks(parent, [before])
        lines = [
            self.SIGN.sub("", line) for line in block[found.start() :].lstrip("\n").split("\n")
        ]
        self.parser.state.set("spoiler")
        self.parser.parseChunk(self._details(parent), "\n".join(lines))
        self.parser.state.reset()
        return True

    def _details(self, parent: etree.Element) -> etree.Element:
        last = self.lastChild(parent)
        if last is not None and last.tag == "details":
            return last
        details = etree.SubElement(parent, "details", {"class": "spoiler"})
        etree.SubElement(details, "summary").text = _("Spoiler")
        return details


def use_lesson_blocks(md: Markdown, outline: Outline) -> None:
    """Add what lessons have: after inline Markdown (20) and footnotes (15), before escapes (0)."""
    structure = Structure(md)
    structure.outline = outline
    md.treeprocessors.register(structure, "structure", 7)
    md.treeprocessors.register(Sections(md), "sections", 6)


def use_comment_blocks(md: Markdown) -> None:
    """Add what comments have."""
    md.parser.blockprocessors.register(Spoiler(md.parser), "spoiler", 25)
    md.treeprocessors.register(CommentHeadings(md), "comment_headings", 7)
