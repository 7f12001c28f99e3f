"""An allow-list of its own, apart from the app's, that the tests hold rendered HTML against."""

import re
from html.parser import HTMLParser

TEXT_TAGS = """
    p br hr strong em del a ul ol li blockquote pre code span h4 details summary input
"""
LESSON_TAGS = """
    b i h2 h3 h5 h6 table thead tbody tr th td dl dt dd sup sub kbd mark s u small abbr q cite ins
    del dfn figure figcaption caption div section img
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover
    mmultiscripts mprescripts mtable mtr mtd menclose mpadded mphantom merror
    label slot
"""
COMMENT_ATTRIBUTES = "href rel title class tabindex start type aria-label disabled checked"
LESSON_ATTRIBUTES = """
    id role align scope colspan rowspan open src alt width height srcset loading decoding
    display displaystyle scriptlevel mathvariant mathcolor stretchy symmetric fence separator form
    lspace rspace minsize maxsize movablelimits largeop accent accentunder linethickness notation
    depth voffset columnspan name for
"""
ADDRESS = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)[^\s\\]*", re.IGNORECASE)


class Inspector(HTMLParser):
    """Notes every tag, attribute, address or declaration that no reader should ever be served."""

    def __init__(self, *, lesson):
        super().__init__()
        self.tags = set(TEXT_TAGS.split() + (LESSON_TAGS.split() if lesson else []))
        extra = LESSON_ATTRIBUTES.split() if lesson else []
        self.attributes = set(COMMENT_ATTRIBUTES.split() + extra)
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.tags:
            self.found.append(f"tag {tag}")
        for name, value in attrs:
            if name not in self.attributes:
                self.found.append(f"attribute {name}")
            if name in ("href", "src") and not ADDRESS.fullmatch(value or ""):
                self.found.append(f"address {value}")

    def handle_endtag(self, tag):
        if tag not in self.tags:
            self.found.append(f"end of {tag}")

    def handle_comment(self, data):
        self.found.append(f"comment {data}")

    def handle_decl(self, decl):
        self.found.append(f"declaration {decl}")

    unknown_decl = handle_pi = handle_decl


def faults(html, *, lesson):
    """What is wrong with the HTML of a lesson or a comment; an empty list when nothing is."""
    inspector = Inspector(lesson=lesson)
    inspector.feed(html)
    inspector.close()
    return inspector.found
