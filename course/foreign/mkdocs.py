"""MkDocs: `nav` of `mkdocs.yml` as the table of contents, or the folder's own order.

https://www.mkdocs.org/user-guide/configuration/#nav
"""

from pathlib import Path
from typing import Any

from course.foreign import plain
from course.foreign.front import load_yaml, words
from course.foreign.pages import Course, Entry


def read(course: Course, marker: Path) -> Course:
    """Return the course with its settings and its table of contents."""
    course.make = "MkDocs"
    settings = load_yaml(course.read(course.relative(marker)) or "")
    settings = settings if isinstance(settings, dict) else {}
    docs = marker.parent / (words(settings.get("docs_dir")) or "docs")
    if not docs.is_dir() or not docs.resolve().is_relative_to(course.root):
        docs = marker.parent
    course.content = course.relative(docs) if docs.resolve() != course.root else ""
    course.title, course.summary = (
        words(settings.get("site_name")),
        words(settings.get("site_description")),
    )
    course.authors, course.address = (
        words(settings.get("site_author")),
        words(settings.get("site_url")),
    )
    course.maths = "arithmatex" in str(settings.get("markdown_extensions"))
    nav = settings.get("nav")
    course.entries = entries_of(course, nav) if nav else plain.entries_of(course, docs)
    return course


def entries_of(course: Course, nav: Any) -> list[Entry]:
    """Return the entries of a `nav` list: `page.md`, `Title: page.md`, `Title: [...]`."""
    found: list[Entry] = []
    for row in nav if isinstance(nav, list) else []:
        rows = row.items() if isinstance(row, dict) else [("", row)]
        found += [entry for title, value in rows if (entry := entry_of(course, title, value))]
    return found


def entry_of(course: Course, title: Any, value: Any) -> Entry | None:
    """Return one entry; None for links to other sites and pages that are not there."""
    if isinstance(value, list):
        return Entry(words(title), "", entries_of(course, value))
    name = words(value)
    if not name or "://" in name:
        return None
    path = course.root / course.content / name
    if path.is_dir() and path.resolve().is_relative_to(course.root):
        return Entry(words(title), "", plain.entries_of(course, path))
    page = course.inside(path)
    if page is None or page.suffix not in plain.PAGES:
        course.report.lost("a page of the contents that is not there", name, 0, words(title))
        return None
    return Entry(words(title), course.relative(page))
