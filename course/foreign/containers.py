"""Blocks of other makes that hold Markdown: directives, `:::` boxes, `!!!`, `???` and alerts."""

import re

from course.foreign import callouts
from course.foreign.directives import Directive, convert_directive, read_options
from course.foreign.fences import end_of_fence, opening_fence, places_of
from course.foreign.pages import Course, Line, Lines, Page, indented

NAMED = re.compile(r"[ \t]*\{(?P<name>[\w:.+-]+)\}[ \t]*(?P<argument>.*)$")
COLONS = re.compile(
    r"(?P<indent>[ \t]*):{3,}[ \t]*(?:\{?(?P<name>[A-Za-z][\w:-]*)\}?(?P<rest>.*)"
    r"|\{(?P<quarto>[^}]*)\}.*)$"
)
CLOSING = re.compile(r"[ \t]*:{3,}[ \t]*$")
BOXED = re.compile(
    r"(?P<indent>[ \t]*)(?P<mark>!!!|\?\?\?\+?) ?(?P<kind>[\w-]+)(?P<classes>(?: +[\w-]+)*)"
    r'(?: +"(?P<title>[^\n]*)")?[ \t]*$'
)
ALERT = re.compile(r"(?P<indent>[ \t]*)>[ \t]*\[!(?P<kind>\w+)\][+-]?[ \t]*(?P<title>[^\n]*)$")
GITHUB = {"note", "tip", "important", "warning", "caution"}
MAX_DEPTH = 12
NUMBER_WORDS = re.compile(r"\{\.?(?:callout-)?([\w-]+)")


class Containers:
    """Converts the blocks of one page."""

    def __init__(self, course: Course, page: Page) -> None:
        self.course, self.page = course, page
        self.depth = 0
        self.ends: dict[int, int] = {}  # of the `:::` blocks among the lines at hand
        self.never_closed: set[str] = set()  # so that a page of beginnings is read to its end once

    def run(self, lines: Lines) -> Lines:
        """Return the lines with every block converted; code stays as it is."""
        if self.depth >= MAX_DEPTH:
            number = lines[0].number if lines else 0
            self.course.report.lost("blocks nested too deeply", self.page.path, number)
            return lines
        outside = self.ends
        self.depth, self.ends = self.depth + 1, ends_of_colons(lines)
        try:
            return self.converted(lines)
        finally:
            self.depth, self.ends = self.depth - 1, outside

    def converted(self, lines: Lines) -> Lines:
        """Return the lines of one level with their blocks converted."""
        found: Lines = []
        code = places_of(lines, "code_block")
        place = 0
        while place < len(lines):
            if place in code:
                found.append(lines[place])
                place += 1
            else:
                place = self.step(lines, place, found)
        return found

    def step(self, lines: Lines, place: int, found: Lines) -> int:
        """Convert what begins on a line; returns the place behind it."""
        text = lines[place].text
        fence = opening_fence(text)
        if fence:
            return self.fence(lines, place, fence, found)
        colons = COLONS.match(text)
        if colons:
            return self.colons(lines, place, colons, found)
        boxed = BOXED.match(text)
        if boxed:
            return self.boxed(lines, place, boxed, found)
        alert = ALERT.match(text)
        if alert and alert["kind"].lower() not in GITHUB:
            return self.alert(lines, place, alert, found)
        found.append(lines[place])
        return place + 1

    def fence(self, lines: Lines, place: int, fence: re.Match[str], found: Lines) -> int:
        """Take a fence over as it is, or convert a directive."""
        end = end_of_fence(lines, place, fence)
        named = NAMED.match(fence["info"])
        if not named or fence["indent"].strip():
            found += lines[place : end + 1]
            return end + 1
        name, body = named["name"], dedented(lines[place + 1 : end], fence["indent"])
        if name.endswith("-start"):
            end, body = self.gated(lines, end, name.removesuffix("-start"), body)
            name = name.removesuffix("-start")
        self.directive(name, named["argument"], body, lines[place].number, fence["indent"], found)
        return end + 1

    def gated(self, lines: Lines, end: int, name: str, head: Lines) -> tuple[int, Lines]:
        """Return the end and the body of a directive that another one closes."""
        if name in self.never_closed:
            return end, head
        closing = re.compile(rf"[ \t]*(?:[`~:]{{3,}})\s*\{{{re.escape(name)}-end\}}")
        for place in range(end + 1, len(lines)):
            if closing.match(lines[place].text):
                fence = opening_fence(lines[place].text)
                stop = end_of_fence(lines, place, fence) if fence else place + 1
                return stop, [*head, Line("", lines[place].number), *lines[end + 1 : place]]
        self.never_closed.add(name)
        return end, head

    def colons(self, lines: Lines, place: int, colons: re.Match[str], found: Lines) -> int:
        """Convert a `:::` block; one that is never closed is text, or names a program's work."""
        end = self.ends.get(place, len(lines))
        if end == len(lines) or (colons["rest"] or "").startswith("."):
            return self.unclosed(lines, place, found)
        body = dedented(lines[place + 1 : end], colons["indent"])
        name, rest = colons["name"], (colons["rest"] or "").strip()
        if name is None:
            kind = NUMBER_WORDS.match("{" + colons["quarto"])
            name = kind[1] if kind else "note"
            title = re.search(r'title="([^"]*)"', colons["quarto"])
            rest = title[1] if title else ""
        if name.endswith("-start"):
            end, body = self.gated(lines, end, name.removesuffix("-start"), body)
            name = name.removesuffix("-start")
        rest = re.sub(r"\{[#.][^}]*\}$", "", rest.strip("[]")).strip()
        self.directive(name, rest, body, lines[place].number, colons["indent"], found)
        return end + 1

    def unclosed(self, lines: Lines, place: int, found: Lines) -> int:
        """Leave out what MkDocs' plugins write at `::: name`; elsewhere the line is text."""
        if self.course.make != "MkDocs":
            found.append(lines[place])
            return place + 1
        kind = "what a plugin writes at `:::`"
        self.course.report.lost(kind, self.page.path, lines[place].number, lines[place].text)
        end = place + 1
        while end < len(lines) and lines[end].text.startswith("    "):
            end += 1
        return end

    def boxed(self, lines: Lines, place: int, boxed: re.Match[str], found: Lines) -> int:
        """Convert `!!!` and `???` with the lines that are indented below."""
        end, margin = place + 1, len(boxed["indent"].expandtabs(4)) + 4
        while end < len(lines):
            line = lines[end].text.expandtabs(4)
            if line.strip() and len(line) - len(line.lstrip()) < margin:
                break
            end += 1
        body = self.run(dedented(lines[place + 1 : end], " " * margin))
        number, kind, title = lines[place].number, boxed["kind"].lower(), boxed["title"]
        language = self.course.language
        if boxed["mark"].startswith("?"):
            is_open = boxed["mark"].endswith("+")
            name = title or callouts.name_of(kind, language)
            block = callouts.details(name, body, number, is_open=is_open)
        elif title == "":
            block = [Line(f'!!! {callouts.LOOKS.get(kind, "note")} ""', number)]
            block = [Line("", number), *block, *indented(body, "    "), Line("", number)]
        else:
            block = callouts.callout(kind, title or "", body, number, language)
        found += indented(block, boxed["indent"])
        return end

    def alert(self, lines: Lines, place: int, alert: re.Match[str], found: Lines) -> int:
        """Convert an alert of a kind that GitHub doesn't have, as Obsidian writes it."""
        end = place + 1
        while end < len(lines) and lines[end].text.lstrip().startswith(">"):
            end += 1
        inner = [
            Line(re.sub(r"^[ \t]*> ?", "", text), number) for text, number in lines[place + 1 : end]
        ]
        body = self.run(inner)
        block = callouts.callout(
            alert["kind"], alert["title"], body, lines[place].number, self.course.language
        )
        found += indented(block, alert["indent"])
        return end

    def directive(
        self, name: str, argument: str, body: Lines, number: int, indent: str, found: Lines
    ) -> None:
        """Convert a directive with its options."""
        options, rest = read_options(body)
        directive = Directive(name, argument.strip(), options, rest, number, self.run)
        block = convert_directive(self.course, self.page, directive)
        found += indented(block, indent)


def ends_of_colons(lines: Lines) -> dict[int, int]:
    """Return the place of the `:::` that closes each block, by where it begins; in one pass."""
    found: dict[int, int] = {}
    is_open: list[int] = []
    at = 0
    while at < len(lines):
        text = lines[at].text
        fence = opening_fence(text)
        if fence:
            at = end_of_fence(lines, at, fence)
        elif CLOSING.match(text):
            if is_open:
                found[is_open.pop()] = at
        elif COLONS.match(text):
            is_open.append(at)
        at += 1
    return found


def dedented(lines: Lines, indent: str) -> Lines:
    """Return the lines without an indentation, as far as they have it."""
    width = len(indent.expandtabs(4))
    found: Lines = []
    for text, number in lines:
        spaces = text.expandtabs(4) if text[:1] in " \t" else text
        cut = min(width, len(spaces) - len(spaces.lstrip(" ")))
        found.append(Line(spaces[cut:] if width else text, number))
    return found
