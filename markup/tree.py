"""Conversion of parsed tokens to the element tree that Python-Markdown renders.

Inline text is passed on as written, with tokens for code and formulas; Python-Markdown's inline
patterns, footnotes and serializer do the rest.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from markdown.util import HTML_PLACEHOLDER, AtomicString
from markdown_it.token import Token

from .callouts import ALERT, callout_element, titled_quote
from .code import highlight
from .html import whole_tags
from .inline import InlineScan, Place
from .placing import slot
from .reading import Reading
from .results import Placed
from .stash import Piece
from .tabs import Tabs

# Holds a token or raw HTML between blocks; it is unwrapped before anything is cleaned.
BLOCK_TAG = "x-block"
# Also `{python}`, `{.python}` and `python,ignore`, as other tools write it.
LANGUAGE = re.compile(r"\s*\{?\.?([\w+#-]+)")
GIVEN_ID = re.compile(r"[ \t]+\{#([\w-]{1,80})\}[ \t]*$")
TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


@dataclass
class Tree:
    """Builds the tree of one text; `footnotes` holds the blocks of each footnote by label."""

    reading: Reading
    scan: InlineScan
    prefix: str = ""
    callouts: bool = True  # whether alerts become callouts, which comments have none of
    root: etree.Element = field(default_factory=lambda: etree.Element("div"))
    footnotes: dict[str, etree.Element] = field(default_factory=dict)
    footnote_lines: dict[str, int] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    # Running text and HTML without code, with the line of each.
    texts: list[tuple[str, int]] = field(default_factory=list)
    # Raw HTML by number; Python-Markdown takes it over.
    raw: list[str] = field(default_factory=list)

    def build(self) -> Tree:
        """Process all tokens."""
        self.open = [self.root]
        self.tabs = Tabs(self.scan.stash, self.prefix)
        self.lines = self.reading.source.split("\n")
        for at, token in enumerate(self.reading.tokens):
            self.at = at
            if token.nesting < 0:
                self._close(token)
            else:
                getattr(self, f"_{token.type}", self._plain)(token)
        return self

    @property
    def here(self) -> etree.Element:
        """The current element."""
        return self.open[-1]

    def _close(self, token: Token) -> None:
        if not token.hidden:
            self.open.pop()

    def _enter(self, element: etree.Element) -> None:
        self.here.append(element)
        self.open.append(element)

    def _plain(self, token: Token) -> None:
        """Add a block that maps to an element of the same name."""
        attributes = {name: str(value) for name, value in token.attrs.items()}
        element = etree.Element(token.tag, attributes)
        self._enter(element)
        if not token.nesting:
            self.open.pop()

    def _block(self, content: str) -> None:
        """Add a finished block: a token of ours, or a placeholder of Python-Markdown."""
        etree.SubElement(self.here, BLOCK_TAG).text = AtomicString(content)

    def _paragraph_open(self, token: Token) -> None:
        if not token.hidden:
            self._enter(etree.Element("p"))

    def _inline(self, token: Token) -> None:
        content = "\n".join(line.lstrip() for line in token.content.split("\n"))
        task = TASK.match(content) if self._starts_item() else None
        content = content[task.end() :] if task else content
        line = (token.map or [0])[0] + 1
        text = self.scan.run(content, Place(line, self.lines))
        self.texts.append((text, line))
        if task:
            text = self._checkbox(done=task[1] != " ") + " " + text
        self._write(text)

    def _write(self, text: str) -> None:
        """Add text to the current element; in a tight list it may follow another block."""
        if len(self.here):
            last = self.here[-1]
            last.tail = f"{last.tail or ''}\n{text}"
        else:
            self.here.text = f"{self.here.text}\n{text}" if self.here.text else text

    def _starts_item(self) -> bool:
        before = self.reading.tokens[max(0, self.at - 2) : self.at]
        return [token.type for token in before] == ["list_item_open", "paragraph_open"]

    def _checkbox(self, *, done: bool) -> str:
        item = self.here if self.here.tag == "li" else self.open[-2]
        item.set("class", "task")
        label, checked = (_("done"), " checked") if done else (_("to do"), "")
        html = f'<input type="checkbox" aria-label="{label}" disabled{checked}>'
        return self.scan.stash.put(Piece("", "", lambda: html), block=False)

    def _heading_open(self, token: Token) -> None:
        heading = etree.Element(token.tag)
        inline = self.reading.tokens[self.at + 1]
        given = GIVEN_ID.search(inline.content)
        if given:
            heading.set("id", given[1])
            inline.content = inline.content[: given.start()]
        self._enter(heading)

    def _blockquote_open(self, token: Token) -> None:
        paragraph = self.reading.tokens[self.at + 1 : self.at + 3]
        alert = None
        if [each.type for each in paragraph] == ["paragraph_open", "inline"]:
            alert = ALERT.match(paragraph[1].content)
        if alert is None:
            self._enter(etree.Element("blockquote"))
            return
        kind, title = alert[1].lower(), self._title(alert[2], token)
        if self.callouts:
            self._enter(callout_element(kind, title))
        else:
            self._enter(titled_quote(kind, title))
        self._behind_alert(self.at + 1, alert.end())

    def _behind_alert(self, at: int, width: int) -> None:
        """Remove the alert's line; returns whether anything is left of the paragraph."""
        opening, inline, closing = self.reading.tokens[at : at + 3]
        inline.content = inline.content[width:]
        inline.map = [(inline.map or [0, 0])[0] + 1, (inline.map or [0, 0])[1]]
        if not inline.content:
            opening.hidden = closing.hidden = True

    def _callout_open(self, token: Token) -> None:
        title = token.meta["title"]
        title = self._title(title, token) if title else title
        self._enter(callout_element(token.meta["kind"], title))

    def _title(self, written: str | None, token: Token) -> str | None:
        place = Place((token.map or [0])[0] + 1, self.lines)
        return self.scan.run(written, place) if written else None

    def _tab_open(self, token: Token) -> None:
        self.open.append(self.tabs.panel(self.here, token.meta["title"]))

    def _spoiler_open(self, token: Token) -> None:
        """Open a spoiler, or continue the one directly before it."""
        last = self.here[-1] if len(self.here) else None
        if last is not None and last.tag == "details" and not last.tail:
            self.open.append(last)
            return
        self._enter(etree.Element("details", {"class": "spoiler"}))
        etree.SubElement(self.here, "summary").text = _("Spoiler")

    def _footnote_open(self, token: Token) -> None:
        label = token.meta["label"]
        body = etree.Element("div")
        if label in self.footnotes:
            message = _("The footnote “%(label)s” is defined twice; the first one counts.")
            self._warn(message % {"label": label[:100]}, token)
        else:
            self.footnote_lines[label] = (token.map or [0])[0] + 1
            self.footnotes[label] = body
        self.open.append(body)

    def _warn(self, message: str, token: Token) -> None:
        self.reading.warn(message, (token.map or [0])[0] + 1)

    def _placed(self, token: Token) -> None:
        kind, name = token.meta["kind"], token.meta["id"]
        self.placed.append(Placed(kind, name, (token.map or [0])[0] + 1))
        piece = Piece(f"[[{kind}:{name}]]", "", lambda: slot(kind, name))
        self._block(self.scan.stash.put(piece, block=True))

    def _formula(self, token: Token) -> None:
        first, stop = token.map or (0, 1)
        source = "\n".join(self.lines[first:stop])
        self._block(self.scan.display(source, token.content, Place(first + 1, self.lines)))

    def _fence(self, token: Token) -> None:
        language = LANGUAGE.match(token.info)
        self._code(token.content, language[1] if language else "")

    def _code_block(self, token: Token) -> None:
        self._code(token.content, "")

    def _code(self, source: str, language: str) -> None:
        source = source.removesuffix("\n")
        piece = Piece(source, source, lambda: highlight(source, language))
        self._block(self.scan.stash.put(piece, block=True))

    def _html_block(self, token: Token) -> None:
        content = whole_tags(token.content.removesuffix("\n"), self.scan.stash)
        self.texts.append((content, (token.map or [0])[0] + 1))
        self._block(HTML_PLACEHOLDER % len(self.raw))
        self.raw.append(content)
