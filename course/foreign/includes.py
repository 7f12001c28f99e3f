r"""Text from other files: mdBook's `{{#include}}`, MkDocs' snippets, Hugo's `{{% include %}}`.

https://rust-lang.github.io/mdBook/format/mdbook.html
"""

import re
from pathlib import Path, PurePosixPath

from course.foreign.front import split_front
from course.foreign.pages import Course, Line, Lines, Page

INCLUDE = re.compile(
    r"(?P<escape>\\?)\{\{\s*#(?P<kind>include|rustdoc_include|playground|playpen|title|template)"
    r"\s+(?P<argument>[^}]*?)\s*\}\}"
)
SNIPPET = re.compile(r"[ \t]*-{1,}8<-{1,}[ \t]+(['\"])(?P<argument>[^'\"]+)\1[ \t]*$")
# No part of Hugo, but what its sites call the shortcode that each writes for itself.
SHORTCODE = re.compile(
    r"[ \t]*\{\{[<%]\s*(?:include|readfile)\s+(?:file=)?"
    r"(['\"`])(?P<argument>[^'\"`]+)\1\s*[>%]\}\}[ \t]*$"
)
ANCHOR = re.compile(r"ANCHOR(?P<end>_END)?:\s*(?P<name>[\w-]+)")
MAX_DEPTH = 8
MAX_LINES = 20_000


def with_includes(course: Course, page: Page) -> Lines:
    """Return the page's lines with the files that they name."""
    return expanded(course, page, page.lines, page.path, 0)


def expanded(course: Course, page: Page, lines: Lines, path: str, depth: int) -> Lines:
    """Return lines with included files in place; paths are relative to the file that names them."""
    found: Lines = []
    for line in lines:
        snippet = SNIPPET.match(line.text) if course.make == "MkDocs" else None
        shortcode = SHORTCODE.match(line.text) if course.make == "Hugo" else None
        match = INCLUDE.search(line.text) if course.make == "mdBook" else None
        if snippet:
            found += snippet_lines(course, page, snippet["argument"], line, depth)
        elif shortcode:
            found += page_lines(course, page, shortcode["argument"], line, depth)
        elif match is None:
            found.append(line)
        else:
            found += with_match(course, page, line, match, path, depth)
        if len(found) > MAX_LINES:
            course.report.lost("more text than a lesson holds", page.path, line.number)
            return found[:MAX_LINES]
    return found


def with_match(
    course: Course, page: Page, line: Line, match: re.Match[str], path: str, depth: int
) -> Lines:
    """Return a line with the file that it names, which may be several lines."""
    if match["escape"]:
        return [Line(line.text.replace("\\{{", "{{"), line.number)]
    if match["kind"] == "title":
        page.title = match["argument"]
        return [Line(INCLUDE.sub("", line.text), line.number)]
    words = match["argument"].split()
    if not words or depth >= MAX_DEPTH:
        return [line]
    name, _, part = words[0].partition(":")
    file = str(PurePosixPath(path).parent / name)
    text = course.read(normal(file))
    if text is None:
        course.report.lost("an included file", page.path, line.number, words[0])
        return [Line(INCLUDE.sub(words[0], line.text), line.number)]
    chosen = part_of(text.rstrip("\n").split("\n"), part)
    if part and not chosen:
        course.report.lost("a part of an included file", page.path, line.number, words[0])
    before, after = line.text[: match.start()], line.text[match.end() :]
    body = [Line(each, line.number) for each in chosen] or [Line("", line.number)]
    body[0] = Line(before + body[0].text, line.number)
    body[-1] = Line(body[-1].text + after, line.number)
    is_code = match["kind"] in ("rustdoc_include", "playground", "playpen")
    return body if is_code else expanded(course, page, body, normal(file), depth + 1)


def page_lines(course: Course, page: Page, argument: str, line: Line, depth: int) -> Lines:
    """Return the text of a page of Hugo: looked for from every folder that the page is in.

    From outside, because names begin at the content, or at its folder for the language.
    """
    for base in reversed(PurePosixPath(page.path).parents):
        for ending in ("", ".md"):
            file = normal(f"{base}/{argument.lstrip('/')}{ending}")
            text = course.read(file) if course.inside(course.root / file) else None
            if text is not None and depth < MAX_DEPTH:
                _meta, body, _first = split_front(text)
                lines = [Line(each, line.number) for each in body.strip("\n").split("\n")]
                return expanded(course, page, lines, file, depth + 1)
    return [line]  # told of where shortcodes are


def snippet_lines(course: Course, page: Page, argument: str, line: Line, depth: int) -> Lines:
    """Return the lines of a MkDocs snippet: looked for from the root and from the docs."""
    name, _, part = argument.partition(":")
    for base in ("", course.content, str(PurePosixPath(page.path).parent)):
        file = normal(f"{base}/{name}")
        if depth < MAX_DEPTH and course.inside(course.root / file):
            text = course.read(file) or ""
            body = [Line(each, line.number) for each in part_of(text.split("\n"), part)]
            return expanded(course, page, body, file, depth + 1)
    course.report.lost("an included file", page.path, line.number, argument)
    return []


def normal(path: str) -> str:
    """Return a path without `..` where that is possible."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return str(Path(*parts)) if parts else ""


def part_of(lines: list[str], part: str) -> list[str]:
    """Return lines `2:5`, or those of an anchor, or all but the anchors' own."""
    bounds = [each.strip() for each in part.split(":")]
    if part and all(re.fullmatch(r"[0-9]{0,6}", each) for each in bounds):
        first = int(bounds[0] or 1)
        last = int(bounds[1] or len(lines)) if len(bounds) > 1 else first
        lines = lines[max(0, first - 1) : last]
        part = ""
    kept: list[str] = []
    inside = not part
    for line in lines:
        anchor = ANCHOR.search(line)
        if anchor and anchor["name"] == part:
            inside = not anchor["end"]
        elif inside and not anchor:
            kept.append(line)
    return kept
