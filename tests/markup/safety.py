"""An allow-list of its own, written apart from the app's, that the tests hold rendered HTML against."""

import re

import html5lib

TEXT_TAGS = set(
    [
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "span",
        "h4",
        "details",
        "summary",
    ]
)
LESSON_TAGS = TEXT_TAGS | set(
    [
        "b",
        "i",
        "h2",
        "h3",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "dl",
        "dt",
        "dd",
        "sup",
        "sub",
        "kbd",
        "mark",
        "s",
        "u",
        "small",
        "abbr",
        "q",
        "cite",
        "ins",
        "del",
        "figure",
        "figcaption",
        "caption",
        "div",
        "section",
        "img",
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
        "menclose",
        "mpadded",
        "mphantom",
        "merror",
    ]
)
COMMENT_ATTRIBUTES = {"href", "rel", "title", "class", "tabindex", "start"}
LESSON_ATTRIBUTES = COMMENT_ATTRIBUTES | set(
    [
        "id",
        "role",
        "aria-label",
        "align",
        "scope",
        "colspan",
        "rowspan",
        "open",
        "src",
        "alt",
        "width",
        "height",
        "srcset",
        "loading",
        "decoding",
        "display",
        "displaystyle",
        "scriptlevel",
        "mathvariant",
        "mathcolor",
        "stretchy",
        "symmetric",
        "fence",
        "separator",
        "form",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "movablelimits",
        "largeop",
        "accent",
        "accentunder",
        "linethickness",
        "notation",
        "depth",
        "voffset",
        "columnspan",
    ]
)
ADDRESS = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)[^\s\\]*")


def faults(html, *, lesson):
    """Every tag, attribute or address in the HTML that no reader should ever be served."""
    tags = LESSON_TAGS if lesson else TEXT_TAGS
    attributes = LESSON_ATTRIBUTES if lesson else COMMENT_ATTRIBUTES
    found = []
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        if element is tree:
            continue
        name = str(element.tag).rsplit("}", 1)[-1]
        if name not in tags:
            found.append(f"tag {name}")
        for attribute, value in element.attrib.items():
            if str(attribute) not in attributes:
                found.append(f"attribute {attribute}")
            if attribute in ("href", "src") and not ADDRESS.fullmatch(value):
                found.append(f"address {value}")
    return found
