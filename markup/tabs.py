"""Tabs made of radio inputs, labels and panels, which CSS alone opens and closes.

Without a style sheet, and in print, each title is above its panel.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from dataclasses import dataclass
from html import escape

from markdown.util import AtomicString

from .stash import Piece, Stash

GROUP = "tab-group"


@dataclass
class Tabs:
    """Numbers the tab groups of one text; the prefix keeps several texts' groups distinct."""

    stash: Stash
    prefix: str
    groups: int = 0

    def panel(self, parent: etree.Element, title: str) -> etree.Element:
        """Return the panel of a new tab, in the group at the parent's end or in a new one."""
        last = parent[-1] if len(parent) else None
        is_first = last is None or last.get("class") != GROUP or bool((last.tail or "").strip())
        if last is None or is_first:
            self.groups += 1
            last = etree.SubElement(parent, "div", {"class": GROUP})
        token = self._choice(title, len(last) + 1)
        if is_first:
            last.text = AtomicString(token)
        else:
            last[-1].tail = AtomicString(token)
        return etree.SubElement(last, "div", {"class": "tab-panel"})

    def _choice(self, title: str, number: int) -> str:
        group = f"{self.prefix}t-{self.groups}"
        checked = " checked" if number == 1 else ""
        words = escape(title.replace("`", ""))
        html = (
            f'<input class="tab-choice" type="radio" name="{group}" id="{group}-{number}"{checked}>'
            f'<label class="tab-label" for="{group}-{number}">{words}</label>'
        )
        return self.stash.put(Piece(title, title, lambda: html), block=False)
