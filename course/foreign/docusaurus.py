"""Docusaurus: front matter, `_category_` files, and the order of pages in `sidebars.js`.

Settings and sidebars are programs. They are not run: titles and the order in which pages are named
are taken from their text, which the report says.
"""

import re
from pathlib import Path

from course.foreign import plain
from course.foreign.pages import Course, Entry

SETTING = r"""\b{name}\s*:\s*(?P<quote>['"`])(?P<value>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"""
QUOTED = re.compile(r"""(['"`])([\w./ -]{1,200})\1""")
CATEGORY = re.compile(r"""\blabel\s*:\s*(['"`])(.{1,120}?)\1""")
SIDEBARS = ("sidebars.js", "sidebars.ts", "sidebars.json", "sidebars.mjs", "sidebars.cjs")


def read(course: Course, marker: Path) -> Course:
    """Return the course with its settings and its table of contents."""
    course.make = "Docusaurus"
    settings = course.read(course.relative(marker)) or ""
    site = marker.parent
    course.title, course.summary = setting(settings, "title"), setting(settings, "tagline")
    course.address = setting(settings, "url") + (setting(settings, "baseUrl") or "/")
    course.address = course.address if "://" in course.address else ""
    course.maths = "remark-math" in settings
    docs = find_docs(course, site, settings)
    course.content = course.relative(docs) if docs.resolve() != course.root else ""
    course.statics = (course.relative(site / "static"),) if (site / "static").is_dir() else ()
    course.entries = plain.entries_of(course, docs)
    sidebars = next((found for name in SIDEBARS if (found := course.inside(site / name))), None)
    if sidebars:
        text = course.read(course.relative(sidebars)) or ""
        course.entries = in_order_of(course, text, course.entries)
        course.report.changed(
            "a sidebar that is a program: only the order of its pages was read",
            course.relative(sidebars),
            0,
        )
    return course


def setting(text: str, name: str) -> str:
    """Return the first text given to a setting, or ""."""
    found = re.search(SETTING.format(name=name), text)
    return re.sub(r"\\(.)", r"\1", found["value"]) if found else ""


def find_docs(course: Course, site: Path, settings: str) -> Path:
    """Return the folder of the documents: as set, `docs`, or the one beside the site."""
    for name in (setting(settings, "path"), "docs", "../docs"):
        folder = (site / name).resolve() if name else None
        if folder and folder.is_dir() and folder.is_relative_to(course.root):
            return folder
    return site


def in_order_of(course: Course, sidebars: str, entries: list[Entry]) -> list[Entry]:
    """Return groups of pages, in the order in which the sidebar's text names them."""
    by_id = document_ids(course, [path for entry in entries for path in entry.paths()])
    labels = {found.start(): found[2] for found in CATEGORY.finditer(sidebars)}
    groups: dict[str, Entry] = {}
    placed: set[str] = set()
    for found in QUOTED.finditer(sidebars):
        path = by_id.get(found[2], "")
        if path and path not in placed:
            placed.add(path)
            folder = path.rpartition("/")[0]
            title = label_before(labels, found.start()) if folder not in groups else ""
            groups.setdefault(folder, Entry(title or plain.title_of_folder(course, folder)))
            groups[folder].children.append(Entry("", path))
    for path in sorted(set(by_id.values()) - placed) if groups else []:
        course.report.lost("a page that the sidebar does not name", path, 0)
    return list(groups.values()) or entries


def label_before(labels: dict[int, str], place: int) -> str:
    """Return the label of a category that stands directly before its first page."""
    near = [start for start in labels if 0 < place - start < 200]
    return labels[max(near)] if near else ""


def document_ids(course: Course, paths: list[str]) -> dict[str, str]:
    """Return the pages by the ids that sidebars may use."""
    found: dict[str, str] = {}
    for path in paths:
        inner = path.removeprefix(f"{course.content}/").rpartition(".")[0]
        numberless = "/".join(re.sub(r"^\d+[-_. ]+", "", part) for part in inner.split("/"))
        given = str(plain.front_of(course, path).get("id") or "")
        folder = numberless.rpartition("/")[0]
        by_id = f"{folder}/{given}".lstrip("/") if given else numberless
        for name in (by_id, numberless, inner):
            found.setdefault(name, path)
    return found
