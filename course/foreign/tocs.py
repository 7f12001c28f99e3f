"""Tables of contents in YAML: Jupyter Book (`_toc.yml`), MyST (`myst.yml`), `_toctree.yml`.

https://jupyterbook.org/v1/structure/toc.html, https://mystmd.org/guide/table-of-contents
"""

from pathlib import Path
from typing import Any

from course.foreign.front import load_yaml, words
from course.foreign.pages import Course, Entry

SUFFIXES = ("", ".md", ".ipynb", ".mdx", ".markdown")
BELOW = ("parts", "chapters", "sections", "children", "pages", "subtrees", "entries")


def read_jupyter_book(course: Course, marker: Path) -> Course:
    """Return a Jupyter Book with the settings of `_config.yml`."""
    course.make = "Jupyter Book"
    folder = enter(course, marker)
    data = load_yaml(course.read(course.relative(marker)) or "")
    course.entries = entries_of(course, folder, data)
    found = course.inside(folder / "_config.yml")
    settings = load_yaml(course.read(course.relative(found)) or "") if found else {}
    settings = settings if isinstance(settings, dict) else {}
    course.title, course.authors = words(settings.get("title")), words(settings.get("author"))
    course.summary = words(settings.get("description"))
    course.address = words(at(settings, "html", "baseurl"))
    tex = at(settings, "sphinx", "config", "mathjax3_config", "tex", "macros")
    course.macros = plain_macros(tex)
    extensions = at(settings, "parse", "myst_enable_extensions")
    course.dashes = bool({"replacements", "smartquotes"} & set(map(str, as_list(extensions))))
    return course


def read_myst(course: Course, marker: Path) -> Course:
    """Return a MyST project."""
    course.make = "MyST"
    folder = enter(course, marker)
    data = load_yaml(course.read(course.relative(marker)) or "")
    project = at(data, "project") or {}
    course.title, course.summary = words(project.get("title")), words(project.get("description"))
    course.entries = entries_of(course, folder, project.get("toc") or [])
    authors = project.get("authors")
    names = [each.get("name") if isinstance(each, dict) else each for each in as_list(authors)]
    course.authors = ", ".join(words(name) for name in names if words(name))
    course.macros = plain_macros(project.get("math"))
    return course


def read_toctree(course: Course, marker: Path) -> Course:
    """Return a course whose chapters and pages `_toctree.yml` lists."""
    course.make = "_toctree.yml"
    folder = enter(course, marker)
    course.entries = entries_of(
        course, folder, load_yaml(course.read(course.relative(marker)) or "")
    )
    return course


def enter(course: Course, marker: Path) -> Path:
    """Note the folder of the pages, and return it."""
    folder = marker.parent
    course.content = course.relative(folder) if folder.resolve() != course.root else ""
    return folder


def entries_of(course: Course, folder: Path, data: Any) -> list[Entry]:
    """Return the entries of a list, or of a mapping with lists and a first page."""
    if isinstance(data, list):
        return [entry for row in data if (entry := entry_of(course, folder, row))]
    if not isinstance(data, dict):
        return []
    first = entry_of(course, folder, {"file": data["root"]}) if data.get("root") else None
    return [*([first] if first else []), *children_of(course, folder, data)]


def children_of(course: Course, folder: Path, row: dict[str, Any]) -> list[Entry]:
    """Return the entries of every list below a row."""
    rows = [each for key in BELOW for each in as_list(row.get(key))]
    return entries_of(course, folder, rows)


def entry_of(course: Course, folder: Path, row: Any) -> Entry | None:
    """Return one row; None for links to other sites and files that are not there."""
    if isinstance(row, str):
        row = {"file": row}
    if not isinstance(row, dict):
        return None
    title = words(row.get("title") or row.get("caption") or row.get("part"))
    file = words(row.get("file") or row.get("local"))
    path = find_page(course, folder, file) if file else ""
    if file and not path:
        course.report.lost("a page of the contents that is not there", file, 0, title)
    children = children_of(course, folder, row)
    for glob in filter(None, [words(row.get("glob") or row.get("pattern"))]):
        children += [Entry("", course.relative(each)) for each in matching(course, folder, glob)]
    return Entry(title, path, children) if path or children else None


def matching(course: Course, folder: Path, glob: str) -> list[Path]:
    """Return the pages that a pattern matches within the folder, in order of their names."""
    try:
        found = sorted(folder.glob(glob))
    except (ValueError, NotImplementedError):
        return []
    return [each for each in found if each.suffix in SUFFIXES[1:] and course.inside(each)]


def find_page(course: Course, folder: Path, name: str) -> str:
    """Return the path of a page that is named without its ending; "" if there is none."""
    for suffix in SUFFIXES:
        found = course.inside(folder / f"{name}{suffix}")
        if found and found.suffix in SUFFIXES[1:]:
            return course.relative(found)
    return ""


def at(data: Any, *keys: str) -> Any:
    """Return what lies under keys of nested mappings, or None."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def as_list(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def plain_macros(value: Any) -> dict[str, str]:
    """Return the TeX commands without arguments."""
    rows = value if isinstance(value, dict) else {}
    return {
        str(name).lstrip("\\"): body
        for name, body in rows.items()
        if isinstance(body, str) and "#1" not in body
    }
