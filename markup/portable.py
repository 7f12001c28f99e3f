"""Conversion of the site's Markdown to common Markdown for notebooks and other programs.

Markers become text and links, callouts become block quotes with a bold title, and tabs follow each
other under their titles. Everything else, including all code, is unchanged.
"""

import re
from collections.abc import Callable, Iterator

from .callouts import default_title
from .containers import CALLOUT, INDENT, TAB
from .markers import MARKER, OutputResolver, TermResolver
from .results import Placed

AddressResolver = Callable[[str], str | None]
FENCE = re.compile(r"[ >]*(`{3,}|~{3,})")
ALERT = re.compile(r"> ?\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?: +(?P<title>.+))?[ \t]*$", re.I)
PLACED = re.compile(r"\[\[(sample|question):([\w.-]{1,80})\]\][ \t]*$")
CODE = r"(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
CODE_OR_MARKER = re.compile(f"{MARKER.pattern}|{CODE}")
TOKEN = re.compile("\0(\\d+)\0")
LINK = re.compile(
    r"(?P<open>!?\[[^\[\]\n]*\]\()(?P<target><[^<>\n]+>|[^()\s]+)(?P<close>[^()\n]*\))"
)


class Portable:
    """Converts texts, with the same resolvers as `render_lesson`.

    `address` converts the target of a link or picture (`lesson:uid`, `images/mesh.svg`) to an
    absolute URL, or returns None to leave it.
    """

    def __init__(
        self, *, term: TermResolver, output: OutputResolver, address: AddressResolver
    ) -> None:
        self.term, self.output, self.address = term, output, address

    def parts(self, source: str) -> Iterator[str | Placed]:
        """Return the text in Markdown, split where samples and questions are placed."""
        lines: list[str] = []
        for number, (line, is_code) in enumerate(marked_lines(source.splitlines()), 1):
            placed = None if is_code else PLACED.match(line)
            if placed:
                yield from whole(lines)
                yield Placed(placed[1], placed[2], number)
                lines = []
            else:
                lines.append(line if is_code else self.line(line))
        yield from whole(lines)

    def text(self, source: str) -> str:
        """Return a text that places no blocks."""
        return "\n\n".join(part for part in self.parts(source) if isinstance(part, str))

    def line(self, line: str) -> str:
        """Return a line outside code blocks with converted link targets.

        Code spans are unchanged.
        """
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            kept.append(found[0] if found["ticks"] else self._marker(found))
            return f"\0{len(kept) - 1}\0"

        linked = LINK.sub(self._link, CODE_OR_MARKER.sub(keep, line.replace("\0", "")))
        return TOKEN.sub(lambda token: kept[int(token[1])], linked)

    def _marker(self, found: re.Match[str]) -> str:
        if found["key"]:
            term = self.term(found["key"])
            words = found["words"] or (term.term if term else found["key"])
            return f"[{words}]({term.url})" if term and term.url else words
        if found["sample"]:
            number = int(found["number"]) if found["number"] else None
            shown = self.output(found["sample"], int(found["line"]), number)
            return found[0] if shown is None else f"`{shown}`"
        return found[0]

    def _link(self, found: re.Match[str]) -> str:
        target = self.address(found["target"].strip("<>")) or found["target"]
        return f"{found['open']}{target}{found['close']}"


def whole(lines: list[str]) -> Iterator[str]:
    """Yield the lines as one text, if there are any."""
    text = "\n".join(lines).strip("\n")
    if text.strip():
        yield text


def marked_lines(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line with callouts and tabs converted, and whether it is in a code block."""
    fence, prefix, is_inside = "", "", False
    for line in lines:
        if is_inside and line.strip() and not line.startswith(" " * INDENT):
            prefix, is_inside = "", False
        shown = f"{prefix}{line[INDENT:]}".rstrip() if is_inside else line
        ticks = FENCE.match(shown)
        if fence or ticks:
            yield shown, True
            fence = after(fence, ticks)
            continue
        opened = None if is_inside else opening(line)
        if opened:
            prefix, is_inside = opened[1], opened[2]
            yield from titled(opened[0], prefix)
        else:
            yield shown, False


def after(fence: str, ticks: re.Match[str] | None) -> str:
    """Return the open fence after a line that may be one; a fence is closed by one as long."""
    if not ticks:
        return fence
    if not fence:
        return ticks[1]
    return "" if ticks[1].startswith(fence) else fence


def opening(line: str) -> tuple[str, str, bool] | None:
    """Return the title of a callout, tab or alert, its line prefix, and whether it is indented."""
    if found := CALLOUT.match(line):
        return found[2] if found[2] is not None else default_title(found[1].lower()), "> ", True
    if found := TAB.match(line):
        return found[1], "", True
    if found := ALERT.match(line):
        return found["title"] or default_title(found[1].lower()), "> ", False
    return None


def titled(title: str, prefix: str) -> Iterator[tuple[str, bool]]:
    """Return a bold title between empty lines; nothing for an empty title."""
    yield "", False
    if title:
        yield f"{prefix}**{title}**", False
        yield prefix.rstrip(), False
