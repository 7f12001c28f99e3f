"""Folders of Markdown and notebooks, with the front matter of Jekyll, Hugo and Docusaurus."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from course.foreign.front import load_toml, load_yaml, split_front, words
from course.foreign.pages import Course, Entry
from course.foreign.reporting import Report

PAGES = (".md", ".mdx", ".markdown", ".ipynb", ".qmd", ".Rmd")
FIRST = ("_index", "index", "readme", "intro", "introduction")
# What stands beside a course and is none of its pages.
OTHER = re.compile(
    r"(?:README|CONTRIBUTING|CODE_OF_CONDUCT|LICENSE|LICENCE|CHANGELOG|SECURITY|AGENTS|404)\b.*",
    re.I,
)
ORDER = ("sidebar_position", "weight", "nav_order", "order", "position")
NUMBER = re.compile(r"^(?:\d+[-_. ]+)+")
DATED = re.compile(r"^\d{4}-\d{2}-\d{2}-")
SKIPPED = re.compile(
    r"\.|node_modules$|_site$|_build$|build$|public$|themes$|venv$|_layouts$|_includes$"
)
SETTINGS = ("_config.yml", "hugo.toml", "config.toml", "hugo.yaml", "hugo.yml")


def read(course: Course) -> Course:
    """Return a folder's course; the settings of Jekyll and Hugo name it where there are any."""
    settings = read_settings(course)
    course.title, course.summary = words(settings.get("title")), words(settings.get("description"))
    course.authors = words(settings.get("author"))
    address = words(settings.get("url") or settings.get("baseURL") or settings.get("baseurl"))
    course.address = address if "://" in address else ""
    if course.make == "Hugo" and (course.root / "content").is_dir():
        course.content = "content"
    statics = ("static", "assets", "public")
    course.statics = tuple(name for name in statics if (course.root / name).is_dir())
    course.entries = entries_of(course, course.root / course.content)
    return course


def read_settings(course: Course) -> dict[str, Any]:
    """Return the settings of Jekyll or Hugo, and note which it is."""
    for name in SETTINGS:
        if not course.inside(course.root / name):
            continue
        text = course.read(name) or ""
        value = load_toml(text) if name.endswith(".toml") else load_yaml(text)
        course.make = "Jekyll" if name == "_config.yml" else "Hugo"
        return value if isinstance(value, dict) else {}
    return {}


def read_file(path: Path, report: Report) -> Course:
    """Return a course of one page."""
    course = Course(path.parent, "single file", report)
    course.entries = [Entry("", path.name)] if path.suffix in PAGES else []
    course.title = "" if path.stem.lower() in FIRST else title_of_name(path.stem)
    return course


def entries_of(course: Course, folder: Path) -> list[Entry]:
    """Return the pages and folders of a folder in order: as numbered, else by their names."""
    rows: list[tuple[Any, Entry]] = []
    for path in sorted(folder.iterdir()):
        if SKIPPED.match(path.name) or not path.resolve().is_relative_to(course.root):
            continue
        if path.is_dir():
            children = entries_of(course, path)
            relative = course.relative(path)
            if children:
                entry = Entry(title_of_folder(course, relative), "", children)
                rows.append((rank(category_of(course, relative), path.name), entry))
        elif path.suffix in PAGES and is_page(course, path):
            relative = course.relative(path)
            rows.append((rank(front_of(course, relative), path.name), Entry("", relative)))
    return [entry for _rank, entry in sorted(rows, key=lambda row: row[0])]


def is_page(course: Course, path: Path) -> bool:
    """Return whether a file is a page of the course and not one about the project."""
    return path.parent != course.root or not OTHER.fullmatch(path.name)


def rank(meta: dict[str, Any], name: str) -> tuple[Any, ...]:
    """Return what orders a page among its siblings: first page, number, date, name."""
    stem = name.partition(".")[0].lower()
    given = next((meta[key] for key in ORDER if is_number(meta.get(key))), None)
    when = meta.get("date")
    day = when.isoformat()[:10] if isinstance(when, date | datetime) else ""
    by_name = tuple(
        (0, int(part), "") if re.fullmatch(r"[0-9]+", part) else (1, 0, part)
        for part in re.split(r"([0-9]+)", stem)
        if part
    )
    return (stem not in FIRST, given is None, given or 0, day, by_name)


def is_number(value: Any) -> bool:
    """Return whether a value of front matter orders pages."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def front_of(course: Course, relative: str) -> dict[str, Any]:
    """Return the front matter of a page; nothing for a notebook."""
    path = course.inside(course.root / relative)
    if path is None or path.suffix == ".ipynb":
        return {}
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        meta, _body, _line = split_front(file.read(20_000).replace("\r\n", "\n"))
    return meta or {}


def category_of(course: Course, relative: str) -> dict[str, Any]:
    """Return what a folder says of itself: `_category_` of Docusaurus, or its first page."""
    for name in ("_category_.json", "_category_.yml", "_category_.yaml"):
        if course.inside(course.root / relative / name):
            value = load_yaml(course.read(f"{relative}/{name}") or "")
            if isinstance(value, dict):
                return value
    for name in ("_index.md", "index.md", "README.md"):
        if course.inside(course.root / relative / name):
            return front_of(course, f"{relative}/{name}")
    return {}


def title_of_folder(course: Course, relative: str) -> str:
    """Return a folder's title: as it says, or its name."""
    meta = category_of(course, relative)
    return words(meta.get("label") or meta.get("title")) or title_of_name(
        relative.rpartition("/")[2]
    )


def title_of_name(name: str) -> str:
    """Return a file's name as a title: `01-first_steps` is First steps."""
    bare = NUMBER.sub("", DATED.sub("", name)) or name
    spaced = " ".join(re.split(r"[-_ ]+", bare)).strip()
    return spaced[:1].upper() + spaced[1:]
