"""Find out how a course is made, and read its table of contents."""

from pathlib import Path

from course.foreign import docusaurus, mdbook, mkdocs, plain, tocs
from course.foreign.pages import Course
from course.foreign.reporting import Report

DEPTH = 3  # folders below the given one in which a course's own file is looked for
# The file that says how a course is made, in the order in which they are asked.
MAKES = {
    "book.toml": mdbook.read,
    "SUMMARY.md": mdbook.read,
    "_toc.yml": tocs.read_jupyter_book,
    "myst.yml": tocs.read_myst,
    "_toctree.yml": tocs.read_toctree,
    "mkdocs.yml": mkdocs.read,
    "mkdocs.yaml": mkdocs.read,
    "docusaurus.config.js": docusaurus.read,
    "docusaurus.config.ts": docusaurus.read,
    "docusaurus.config.mjs": docusaurus.read,
}
OUTSIDE = {"node_modules", "_build", "build", "dist", "site", "target", "venv", "vendor"}


class NoCourse(Exception):
    """There is nothing here that could become a quest; the message says why."""


def read_course(path: Path) -> Course:
    """Return the course of a folder or a single file, with its table of contents."""
    if not path.exists():
        raise NoCourse(f"There is no folder or file {path}.")
    report = Report()
    if path.is_file():
        return plain.read_file(path.resolve(), report)
    root = path.resolve()
    marker = find_marker(root)
    if marker is None:
        return plain.read(Course(root, "Markdown folder", report))
    return MAKES[marker.name](Course(root, "", report), marker)


def find_marker(root: Path) -> Path | None:
    """Return the file nearest to the root that says how the course is made."""
    level = [root]
    for _depth in range(DEPTH + 1):
        for name in MAKES:
            found = next((folder / name for folder in level if (folder / name).is_file()), None)
            if found:
                return found
        level = [each for folder in level for each in subfolders(folder)]
    return None


def subfolders(folder: Path) -> list[Path]:
    """Return the folders in which a course may be, in order of their names."""
    return sorted(
        each
        for each in folder.iterdir()
        if each.is_dir()
        and not each.is_symlink()
        and not each.name.startswith(".")
        and each.name not in OUTSIDE
    )
