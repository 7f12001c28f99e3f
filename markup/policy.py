"""Allow-lists: the tags, attributes, classes and URLs of each outlet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pygments.token import STANDARD_TYPES

PYGMENTS_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
# An address that can't be read in two ways: no whitespace, backslash or control character.
SAFE_URL = re.compile(
    r"(?:https?://[^\s\\\x00-\x1f]+|mailto:[^\s\\\x00-\x1f]+|/(?![/\\])[^\s\\\x00-\x1f]*|#[^\s\\]*)",
    re.I,
)
OWN_URL = re.compile(r"(?:/(?![/\\])|#)")
# Bare addresses: ASCII only, so that a particle glued to one (https://example.com와) stays outside.
BARE_URL = re.compile(
    r"\bhttps?://[A-Za-z0-9][A-Za-z0-9.-]{0,250}(?::\d{1,5})?(?:[/?#][!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]*)?",
    re.I,
)
OUR_ID = re.compile(r"(?:[a-z]+-)?(?:h-[\w-]+|fn(?:ref\d*)?-(?:[a-z]+-)?\d+|t-\d{1,5}-\d{1,4})")
MATH_CLASS = re.compile(r"(?:m-[a-z0-9-]+|menclose-[a-z]+|math-core-[a-z-]+)")


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


CONTENT_TAGS = _names(
    "p br hr strong em b i a ul ol li blockquote pre code h2 h3 h4 h5 h6 table thead tbody "
    "tr th td dl dt dd dfn sup sub kbd mark s u small abbr q cite ins del figure figcaption "
    "caption details summary div section"
)
MATH_TAGS = _names(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mmultiscripts mprescripts mtable mtr mtd menclose mpadded mphantom merror"
)
MATH_ATTRIBUTES = _names(
    "class display displaystyle scriptlevel mathvariant mathcolor stretchy symmetric fence "
    "separator form lspace rspace minsize maxsize movablelimits largeop accent accentunder "
    "linethickness notation width height depth voffset columnspan rowspan"
)
LESSON_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "title", "class", "aria-label", "role"}),
    "div": frozenset({"class", "role", "tabindex", "aria-label"}),
    "section": frozenset({"class", "role", "aria-label"}),
    "p": frozenset({"class"}),
    "pre": frozenset({"class", "tabindex"}),
    "code": frozenset({"class"}),
    "ol": frozenset({"start"}),
    "li": frozenset({"id", "class"}),
    "sup": frozenset({"id"}),
    "th": frozenset({"align", "scope", "colspan", "rowspan"}),
    "td": frozenset({"align", "colspan", "rowspan"}),
    "abbr": frozenset({"title"}),
    "dfn": frozenset({"title", "class"}),
    "details": frozenset({"open"}),
    **{f"h{level}": frozenset({"id"}) for level in range(2, 7)},
}
COMMENT_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "title", "class"}),
    "pre": frozenset({"class", "tabindex"}),
    "code": frozenset({"class"}),
    "ol": frozenset({"start"}),
    "li": frozenset({"class"}),
    "details": frozenset({"class"}),
}
CLASSES: Mapping[str, re.Pattern[str]] = {
    "a": re.compile(r"anchor|mention|term|footnote-ref|footnote-backref"),
    "div": re.compile(r"table-scroll|tab-group|tab-panel|admonition (?:note|tip|warning|danger)"),
    "dfn": re.compile(r"term"),
    "li": re.compile(r"task"),
    "input": re.compile(r"tab-choice"),
    "label": re.compile(r"tab-label"),
    "section": re.compile(r"footnotes"),
    "p": re.compile(r"admonition-title"),
    "pre": re.compile(r"code"),
    "code": re.compile(r"language-[a-z0-9_-]{1,30}"),
    "details": re.compile(r"spoiler"),
}
FIXED_VALUES: Mapping[str, re.Pattern[str]] = {
    "id": OUR_ID,
    "tabindex": re.compile("0"),
    "role": re.compile("note|region|doc-endnotes|doc-noteref|doc-backlink"),
    "align": re.compile("left|right|center"),
    "scope": re.compile("col|row"),
    "start": re.compile(r"\d{1,9}"),
    "colspan": re.compile(r"\d{1,3}"),
    "rowspan": re.compile(r"\d{1,3}"),
    "href": SAFE_URL,
    "rel": re.compile("noopener|nofollow ugc noopener"),
    "loading": re.compile("lazy"),
    "decoding": re.compile("async"),
    "type": re.compile("checkbox|radio"),
    "name": re.compile(r"(?:[a-z]+-)?t-\d{1,5}|(?:sample|question):[\w.-]{1,80}"),
    "for": OUR_ID,
    "disabled": re.compile(""),
    "checked": re.compile(""),
    "mathcolor": re.compile("#[0-9A-Fa-f]{6}"),
}


@dataclass(frozen=True)
class Policy:
    """The allowed tags and attributes of one outlet; `rel` is set on external links."""

    tags: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    rel: str = ""
    linkify: bool = False
    trusted_tags: frozenset[str] = frozenset()
    trusted_attributes: Mapping[str, frozenset[str]] | None = None


LESSON = Policy(
    tags=CONTENT_TAGS,
    attributes=LESSON_ATTRIBUTES,
    rel="noopener",
    linkify=True,
    trusted_tags=MATH_TAGS | {"img", "span", "input", "label", "slot"},
    trusted_attributes={
        **dict.fromkeys(MATH_TAGS, MATH_ATTRIBUTES),
        "img": _names("src alt title width height srcset loading decoding"),
        "span": frozenset({"class"}),
        "input": _names("type class name id checked disabled aria-label"),
        "label": _names("for class"),
        "slot": frozenset({"name"}),
    },
)
COMMENT = Policy(
    tags=_names("p br hr strong em del a ul ol li blockquote h4 pre code details summary"),
    attributes=COMMENT_ATTRIBUTES,
    rel="nofollow ugc noopener",
    linkify=True,
    trusted_tags=frozenset({"span", "input"}),
    trusted_attributes={
        "span": frozenset({"class"}),
        "input": _names("type checked disabled aria-label"),
    },
)
CODE = Policy(
    tags=frozenset({"pre", "code", "span"}),
    attributes={key: frozenset({"class", "tabindex"}) for key in ("pre", "code", "span")},
)
