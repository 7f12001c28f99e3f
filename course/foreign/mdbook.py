"""mdBook: `book.toml`, and `SUMMARY.md` as the table of contents.

https://rust-lang.github.io/mdBook/format/summary.html
"""

import re
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from course.foreign.front import load_toml, words
from course.foreign.pages import Course, Entry


def read(course: Course, marker: Path) -> Course:
    """Return the course with its settings and its table of contents."""
    course.make = "mdBook"
    base = marker.parent
    settings = load_toml(course.read(course.relative(marker)) or "") if is_settings(marker) else {}
    book = settings.get("book", {})
    html = settings.get("output", {}).get("html", {})
    source = base / str(book.get("src", "src")) if is_settings(marker) else base
    course.content = course.relative(source) if source.resolve() != course.root else ""
    course.title, course.summary = words(book.get("title")), words(book.get("description"))
    course.authors = ", ".join(map(str, book.get("authors", [])))
    course.address = words(html.get("site-url")) if "://" in str(html.get("site-url")) else ""
    course.maths = bool(html.get("mathjax-support")) or "katex" in settings.get("preprocessor", {})
    summary = course.read(f"{course.content}/SUMMARY.md".lstrip("/")) or ""
    title, course.entries = read_summary(summary, course.content)
    course.title = course.title or title
    return course


def is_settings(marker: Path) -> bool:
    """Return whether the file is `book.toml`, and not the summary of a book without one."""
    return marker.suffix == ".toml"


def read_summary(text: str, folder: str) -> tuple[str, list[Entry]]:
    """Return the summary's title and its entries; a heading begins a part."""
    tokens = MarkdownIt("commonmark").parse(text)
    title, part = "", ""
    entries: list[Entry] = []
    above: list[list[Entry]] = [entries]
    for place, token in enumerate(tokens):
        if token.type == "list_item_open":
            above[-1].append(Entry())
            above.append(above[-1][-1].children)
        elif token.type == "list_item_close":
            above.pop()
        elif token.type == "inline" and tokens[place - 1].type == "heading_open":
            part = token.content.strip()
            title = title or part
            entries.append(Entry(part))
            above = [entries[-1].children]
        elif token.type == "inline":
            add_links(token, above, folder)
    if entries and entries[0].title == title and len(entries) == 1:
        return title, entries[0].children
    return title, [opened(entry, title) for entry in entries]


def opened(entry: Entry, title: str) -> Entry:
    """Return the entry; what stands below the summary's own title has no part's title."""
    return Entry("", "", entry.children) if entry.title == title else entry


def add_links(token: Token, above: list[list[Entry]], folder: str) -> None:
    """Fill the open list item with its link, or add each link of a paragraph."""
    for link in links_in(token, folder):
        in_item = len(above) > 1
        if in_item and not above[-2][-1].title:
            above[-2][-1].title, above[-2][-1].path = link.title, link.path
        else:
            above[-1].append(link)


def links_in(token: Token, folder: str) -> list[Entry]:
    """Return the links of a line; one without an address is a draft."""
    found: list[Entry] = []
    inside = False
    for child in token.children or []:
        if child.type == "link_open":
            href = unquote(str(child.attrs.get("href", ""))).partition("#")[0]
            path = re.sub(r"^(?:\./)+", "", href)
            found.append(Entry("", f"{folder}/{path}".lstrip("/") if path else ""))
            inside = True
        elif child.type == "link_close":
            inside = False
        elif inside and child.type in ("text", "code_inline"):
            found[-1].title += child.content if child.type == "text" else f"`{child.content}`"
    return found
