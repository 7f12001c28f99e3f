"""Headings begin at the second level, and every way to link to one is remembered."""

import re
from collections import Counter
from urllib.parse import unquote

from markdown.extensions.toc import slugify_unicode
from markdown_it import MarkdownIt
from markdown_it.token import Token

from course.foreign.fences import code_places, reading_of
from course.foreign.front import words
from course.foreign.pages import Line, Lines, Page

LABEL = re.compile(r"^[ \t]*\((?P<name>[^()\s][^()]*)\)=[ \t]*$")
EMPTY_ANCHOR = re.compile(r"<(a|span)\s+(?:id|name)=[\"']([^\"']+)[\"']\s*(?:/>|>\s*</\1>|>)")
ATTRIBUTES = re.compile(
    r"[ \t]*\{:?[ \t]*(?P<inner>(?:[#.][\w:.-]+|[\w-]+=\S+|-)(?:[ \t]+[^{}]*)?)\}[ \t]*$"
)
GIVEN = re.compile(r"#([\w:.-]+)")
ATX = re.compile(r"^(?P<before>[ \t>]*)#{1,6}[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*$")
INLINE = MarkdownIt("commonmark")


def with_headings(page: Page, lines: Lines) -> Lines:
    """Return the lines with headings of our levels; fills in title and anchors of the page."""
    lines, labels = without_labels(lines)
    headings = headings_of(lines)
    removed = own_title(page, lines, headings)
    headings = [each for each in headings if each is not removed]
    shift = 2 - min((int(each.tag[1]) for each in headings if not each.level), default=2)
    changed = dict(enumerate(lines))
    if removed and removed.map:
        for place in range(*removed.map):
            changed[place] = Line("", lines[place].number)
    ids = Ids()
    starts: dict[int, str] = {}
    for token in headings:
        first, end = token.map or (0, 0)
        title, given = split_title(lines, token)
        starts[first] = ids.add(plain(title), given)
        before = re.match(r"[ \t>]*", lines[first].text)
        level = max(2, min(6, int(token.tag[1]) + shift))
        anchor = f" {{#{slugify_unicode(given, '-')}}}" if given else ""
        text = f"{before[0] if before else ''}{'#' * level} {title}{anchor}"
        changed[first] = Line(text, lines[first].number)
        for place in range(first + 1, end):
            changed[place] = Line("", lines[place].number)
    page.anchors = ids.found
    if removed:
        title, given = split_title(lines, removed)
        for name in filter(None, (plain(title), given)):
            page.anchors.setdefault(key(bare(name)), "")
    for name, place in labels.items():
        page.anchors.setdefault(key(name), nearest(starts, lines, place, removed))
    return [changed[place] for place in range(len(lines))]


def without_labels(lines: Lines) -> tuple[Lines, dict[str, int]]:
    """Return the lines without marks that only name a place, and the places by name."""
    code = code_places(lines)
    labels: dict[str, int] = {}
    found: Lines = []
    for place, (text, number) in enumerate(lines):
        label = None if code[place] else LABEL.match(text)
        if label:
            labels[label["name"]] = place
            text = ""
        elif not code[place]:
            for anchor in EMPTY_ANCHOR.finditer(text):
                labels[anchor[2]] = place
            text = EMPTY_ANCHOR.sub("", text)
            attributes = ATTRIBUTES.fullmatch(text)
            text = "" if attributes else text
        found.append(Line(text, number))
    return found, labels


def headings_of(lines: Lines) -> list[Token]:
    """Return the heading tokens of a text, with their lines and levels."""
    reading = reading_of(lines)
    tokens = reading.tokens if reading else []
    return [token for token in tokens if token.type == "heading_open" and token.map]


def own_title(page: Page, lines: Lines, headings: list[Token]) -> Token | None:
    """Return the heading that says the page's own title; the page takes its title from it."""
    first = headings[0] if headings else None
    if first is None or first.level or not first.map:
        return None
    is_at_top = not any(line.text.strip() for line in lines[: first.map[0]])
    title = plain(split_title(lines, first)[0])
    same_level = [each for each in headings if each.tag <= first.tag and not each.level]
    is_title = title.casefold() == page.title.casefold() or (first.tag == "h1" or is_at_top)
    if not is_title or (len(same_level) > 1 and title.casefold() != page.title.casefold()):
        return None
    if first.tag != "h1" and not is_at_top:
        return None
    # Tables of contents shorten titles; what the page itself says is whole.
    page.title = words(page.meta.get("title")) or title
    return first


def split_title(lines: Lines, token: Token) -> tuple[str, str]:
    """Return a heading's Markdown and the anchor that its author gave it."""
    first, end = token.map or (0, 1)
    if token.markup.startswith("#"):
        found = ATX.match(lines[first].text)
        title = found["title"] if found else ""
    else:
        title = " ".join(line.text.strip(" \t>") for line in lines[first : end - 1])
    attributes = ATTRIBUTES.search(title)
    if not attributes:
        return title.strip(), ""
    given = GIVEN.search(attributes["inner"])
    return title[: attributes.start()].strip(), given[1] if given else ""


def plain(title: str) -> str:
    """Return a heading's words without its marks."""
    [inline] = INLINE.parseInline(title)
    texts = [child.content for child in inline.children or [] if child.type != "html_inline"]
    return " ".join("".join(texts).replace("$", "").split())


def key(anchor: str) -> str:
    """Return an anchor so that those of all makes compare: mdBook, GitHub, Sphinx, kramdown."""
    return re.sub(r"[-_:. ]+", "-", unquote(anchor).lower()).strip("-")


def bare(title: str) -> str:
    """Return a title without the signs that no anchor has."""
    return re.sub(r"[^\w\s-]", "", title)


class Ids:
    """The ids that the site gives to headings, by the anchors of other makes."""

    def __init__(self) -> None:
        self.used: Counter[str] = Counter()
        self.found: dict[str, str] = {}

    def add(self, title: str, given: str) -> str:
        """Return the id of the next heading, without the site's `h-`."""
        slug = slugify_unicode(given or title[:80], "-") or "section"
        self.used[slug] += 1
        again = self.used[slug]
        own = slug if again == 1 else f"{slug}--{again}"
        for name in filter(None, (given, title)):
            anchor = bare(name) if name is title else name
            self.found.setdefault(key(anchor if again == 1 else f"{anchor}-{again - 1}"), own)
        return own


def nearest(starts: dict[int, str], lines: Lines, place: int, removed: Token | None) -> str:
    """Return the heading that a label names: the next one if it follows at once, else the last."""
    following = next((at for at in sorted(starts) if at >= place), None)
    if following is not None and not any(line.text.strip() for line in lines[place:following]):
        return starts[following]
    before = [at for at in starts if at < place]
    if before and not (removed and removed.map and removed.map[0] == place):
        return starts[max(before)]
    return ""
