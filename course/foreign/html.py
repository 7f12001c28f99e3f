"""HTML within Markdown: what lessons have no tag for becomes Markdown, or leaves its content."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

from course.foreign.fences import code_places
from course.foreign.margins import apart, flattened
from course.foreign.pages import Course, Lines, Page
from course.foreign.passages import Passage, edit
from markup.policy import CONTENT_TAGS

VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\}|[^\s\"'=<>`{]++)"
TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<attributes>(?:\s++[\w:@.-]++(?:\s*+=\s*+{VALUE})?"
    r"|\s++\{\.\.\.[^{}]*+\})*+)\s*+(?P<self>/?)>"
)
ATTRIBUTE = re.compile(rf"(?P<name>[\w:@.-]+)\s*=\s*(?P<value>{VALUE})")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
WITH_CONTENT = re.compile(r"<(script|style|noscript|template)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.I)
FRAME = re.compile(
    r"<(?P<tag>iframe|video|audio|embed|object)\b(?P<attributes>[^>]*)>(?:.*?</(?P=tag)\s*>)?",
    re.DOTALL | re.I,
)
DRAWING = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.I)
TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.I)
PRE = re.compile(r"<pre\b.*?</pre\s*>", re.DOTALL | re.I)
HEADING = re.compile(r"^[ \t]*<h([1-6])(?P<attributes>[^>]*)>(.*?)</h\1\s*>[ \t]*$", re.M | re.I)
ANCHORED = re.compile(
    r"<a\s(?P<attributes>[^<>]*\bhref[^<>]*)>(?P<text>(?:(?!\n[ \t]*\n|</?a\b).)*?)</a\s*>",
    re.DOTALL | re.I,
)
# Tags that only carry looks: their content says all that they do.
FOLDING = ("detail", "accordion", "collaps", "spoiler", "expand")
LOOKS = {
    *("div", "span", "center", "font", "p", "section", "article", "header", "footer", "nav"),
    *("main", "aside", "picture", "source", "button", "figure", "figcaption", "big", "tt", "wbr"),
    *("nobr", "label", "form", "input", "link", "meta", "fragment", "react.fragment", "address"),
    *("colgroup", "col", "tabs", "tabitem", "time", "var", "samp", "strike", "dir", "a"),
}
BLOCKS = {"p", "div", "figcaption", "figure", "section", "center", "tabs"}
KEPT = CONTENT_TAGS - {"div", "section", "figure", "figcaption", "p"}
SAME = {"strike": "del", "var": "em", "samp": "code", "tt": "code"}


def attributes_of(text: str) -> dict[str, str]:
    """Return a tag's attributes."""
    found = {}
    for each in ATTRIBUTE.finditer(text):
        value = each["value"].strip("{}") if each["value"].startswith("{") else each["value"]
        found[each["name"].lower()] = unescape(value.strip("\"'"))
    return found


class Html:
    """Converts the HTML of one page."""

    def __init__(self, course: Course, page: Page) -> None:
        self.course, self.page, self.report = course, page, course.report
        self.closed: set[str] = set()  # names of the tags that the page closes somewhere

    def run(self, lines: Lines) -> Lines:
        """Return the lines with all HTML converted."""
        lines = apart(flattened(lines))
        code = code_places(lines)
        prose = "\n".join(line.text for place, line in enumerate(lines) if not code[place])
        self.closed = {found["name"] for found in TAG.finditer(prose) if found["close"]}
        changes: tuple[Callable[[str, Passage], str], ...] = (
            self.without_comments,
            self.without_programs,
            self.with_drawings,
            self.with_links_for_frames,
            self.with_headings,
            self.with_links,
            self.without_other_tags,
        )
        return edit(lines, *changes, maths=self.course.maths)

    def without_comments(self, text: str, passage: Passage) -> str:
        """Drop comments; one that stands alone leaves its lines blank."""

        def blank(found: re.Match[str]) -> str:
            alone = not text[: found.start()].rpartition("\n")[2].strip()
            return "\n" * found[0].count("\n") if alone else ""

        return COMMENT.sub(blank, text)

    def without_programs(self, text: str, passage: Passage) -> str:
        """Drop scripts and style sheets."""

        def drop(found: re.Match[str]) -> str:
            self.lost(f"<{found[1].lower()}>", passage, found, found[0])
            return "\n" * found[0].count("\n")

        return WITH_CONTENT.sub(drop, text)

    def with_drawings(self, text: str, passage: Passage) -> str:
        """Make pictures of drawings that are written into the text."""

        def picture(found: re.Match[str]) -> str:
            name = f"drawing-{len(self.page.attachments) + 1}.svg"
            self.page.attachments[name] = passage.whole(found[0]).encode()
            title = re.search(r"<title>([^<]*)</title>", found[0])
            alt = re.sub(r"[\[\]]", "", title[1]) if title else ""
            return f"![{alt}]({name})" + "\n" * found[0].count("\n")

        return DRAWING.sub(picture, text)

    def with_links_for_frames(self, text: str, passage: Passage) -> str:
        """Turn frames and films into links."""

        def link(found: re.Match[str]) -> str:
            given = attributes_of(found["attributes"])
            source = re.search(r"<source[^>]*\bsrc=[\"']([^\"']+)", found[0])
            address = given.get("src") or given.get("data") or (source[1] if source else "")
            lines = "\n" * max(0, found[0].count("\n"))
            if not address:
                self.lost(f"<{found['tag'].lower()}>", passage, found, found[0])
                return lines
            kind = "a film or page in a frame, now a link"
            self.report.changed(kind, self.page.path, passage.line(found.start()), address)
            title = re.sub(r"[\[\]]", "", given.get("title", "")) or address
            return f"[{title}]({destination(address)}){lines}"

        return FRAME.sub(link, text)

    def with_headings(self, text: str, passage: Passage) -> str:
        """Turn headings in HTML into Markdown's."""

        def heading(found: re.Match[str]) -> str:
            given = attributes_of(found["attributes"]).get("id", "")
            title = " ".join(TAG.sub("", found[3]).split())
            return f"{'#' * int(found[1])} {title}{f' {{#{given}}}' if given else ''}"

        return HEADING.sub(heading, text)

    def with_links(self, text: str, passage: Passage) -> str:
        """Turn `<a href>` outside tables into links of Markdown."""

        def link(found: re.Match[str]) -> str:
            href = attributes_of(found["attributes"]).get("href", "")
            return f"[{found['text']}]({destination(href)})"

        return ANCHORED.sub(link, self.with_tables_apart(text, passage))

    def with_tables_apart(self, text: str, passage: Passage) -> str:
        """Put tables and preformatted text in HTML aside: they stay HTML."""
        for pattern in (PRE, TABLE):
            text = pattern.sub(lambda found: passage.keep(found[0]), text)
        return text

    def without_other_tags(self, text: str, passage: Passage) -> str:
        """Turn pictures into Markdown's, and drop the tags that lessons don't have."""
        text = self.with_tables_apart(text, passage)

        def convert(found: re.Match[str]) -> str:
            name = found["name"].lower()
            if name == "img":
                return picture(found["attributes"])
            if name in ("a", "span", "div") and "id=" in found["attributes"] and not found["close"]:
                return f'<a id="{attributes_of(found["attributes"]).get("id", "")}"></a>'
            if name in SAME:
                return f"<{found['close']}{SAME[name]}>"
            if name in KEPT and found["name"] == name:
                return found[0]
            if name in LOOKS:
                return self.looks(found, text)
            if not (found["self"] or found["name"] in self.closed):
                return found[0]  # words in angle brackets, such as Vec<T>
            return self.component(found, passage)

        return TAG.sub(convert, text)

    def looks(self, found: re.Match[str], text: str) -> str:
        """Drop a tag without meaning; text behind a block is a paragraph of its own."""
        name = found["name"].lower()
        behind = text[found.end() :].partition("\n")[0].strip()
        return on_lines(found, "", "", "") if name in BLOCKS and found["close"] and behind else ""

    def component(self, found: re.Match[str], passage: Passage) -> str:
        """Drop the tag of a component; its titles and its content stay."""
        folds = any(word in found["name"].lower() for word in FOLDING)
        if found["close"]:
            return on_lines(found, "", "", "</details>", "") if folds else ""
        given = attributes_of(found["attributes"])
        words = caption_of(found["name"], given)
        line = passage.line(found.start())
        if folds and not found["self"]:
            title = words.replace("**", "") or "Details"
            return on_lines(found, "<details>", f"<summary>{title}</summary>", "", "")
        if words:
            kind = f"the component <{found['name']}>, its caption and content stay"
            self.report.changed(kind, self.page.path, line, passage.whole(words))
            return on_lines(found, words, "")
        if found["name"].lower().startswith(("liteyoutube", "youtube")):
            address = f"https://www.youtube.com/watch?v={given.get('id', '')}"
            kind = "a film or page in a frame, now a link"
            self.report.changed(kind, self.page.path, line, address)
            return f"<{address}>"
        self.lost(f"the component <{found['name']}>; its content stays", passage, found, found[0])
        return ""

    def lost(self, kind: str, passage: Passage, found: re.Match[str], detail: str) -> None:
        """Note something that could not be taken."""
        self.report.lost(kind, self.page.path, passage.line(found.start()), detail)


def caption_of(name: str, given: dict[str, str]) -> str:
    """Return what a component says by its attributes."""
    names = ("caption", "title", "label", "summary")
    said = next((given[each] for each in names if given.get(each)), "")
    file = f"`{given['file-name']}`" if given.get("file-name") else ""
    if given.get("number"):
        return " ".join(filter(None, [f"**{name} {given['number']}.**", said, file]))
    return " ".join(filter(None, [f"**{said}**" if said else "", file]))


def on_lines(found: re.Match[str], *lines: str) -> str:
    """Return lines in place of a tag, indented as its line is: they may be within a callout."""
    before = found.string[: found.start()].rpartition("\n")[2]
    indent = before[: len(before) - len(before.lstrip())]
    return f"\n{indent}".join(lines)


def destination(href: str) -> str:
    """Return an address that needs no angle brackets, which would be read as a tag."""
    return re.sub(r"[\s()<>]", lambda sign: quote(sign[0]), href.strip())


def picture(attributes: str) -> str:
    """Return an `<img>` as Markdown; links.py finds the file."""
    given = attributes_of(attributes)
    alt = " ".join(re.sub(r"[\[\]]", "", given.get("alt", "")).split())
    return f"![{alt}]({destination(given.get('src', ''))})"
