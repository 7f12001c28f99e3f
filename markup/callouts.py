"""Callouts: `!!! note "Title"` and GitHub's alerts `> [!NOTE]`, in four kinds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from django.utils.translation import gettext as _
from markdown.util import AtomicString

ALERT = re.compile(
    r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:[ \t]+([^\n]+))?[ \t]*(?:\n|$)", re.I
)
KINDS = ("note", "tip", "warning", "danger")
LOOKS_OF = {"important": "note", "caution": "danger"}


def callout_element(written: str, title: str | None) -> etree.Element:
    """Return the box of a callout; an unknown kind is a note, the title `""` omits the title."""
    kind = LOOKS_OF.get(written, written)
    kind = kind if kind in KINDS else "note"
    box = etree.Element("div", {"class": f"admonition {kind}", "role": "note"})
    if title != "":
        heading = etree.SubElement(box, "p", {"class": "admonition-title"})
        heading.text = title or AtomicString(default_title(written))
    return box


def titled_quote(written: str, title: str | None) -> etree.Element:
    """Return a quotation that begins with the title of such a callout."""
    box = etree.Element("blockquote")
    heading = etree.SubElement(etree.SubElement(box, "p"), "strong")
    heading.text = title or AtomicString(default_title(written))
    return box


def default_title(written: str) -> str:
    """Return the default title of a callout of this kind, in the active language."""
    names = {
        "note": _("Note"),
        "tip": _("Tip"),
        "important": _("Important"),
        "warning": _("Warning"),
        "caution": _("Caution"),
        "danger": _("Danger"),
    }
    return names.get(written) or written.replace("-", " ").capitalize()
