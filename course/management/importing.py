"""The steps of `import_quest --from`: convert into a folder, report, ask, import."""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from course.content.steps import Progress, no_progress
from course.folders.problems import Problem
from course.folders.writing import check_folder
from course.foreign.converting import convert
from course.foreign.detecting import read_course
from course.foreign.mapping import Mapping, file_of, read_mapping
from course.foreign.pages import Course
from course.foreign.writing import write_folder

MAKES = "mdBook, Jupyter Book, MyST, MkDocs, Docusaurus, Hugo, Jekyll, Markdown, notebooks"


@dataclass
class Converted:
    """A foreign course in our format, and the file that maps its pages to lessons."""

    course: Course
    folder: Path
    mapping: Mapping
    mapping_file: Path
    seconds: float

    def remember(self) -> None:
        """Write the mapping, so that a second import finds the same lessons."""
        beside = self.mapping_file.with_name(f"{self.mapping_file.name}.new")
        beside.write_text(self.mapping.text(), encoding="utf-8")
        beside.replace(self.mapping_file)


@contextmanager
def converted(
    path: Path,
    into: Path | None,
    *,
    language: str,
    status: str,
    site: str,
    progress: Progress = no_progress,
) -> Iterator[Converted]:
    """Convert a course into a folder: the chosen one, or one that is gone afterwards.

    Raises NoCourse, BadMapping, and ExportRefused for a chosen folder with other contents.
    """
    started = time.monotonic()
    mapping_file = file_of(path)
    mapping = read_mapping(mapping_file)
    course = read_course(path)
    course.address = site or course.address
    convert(course, mapping, language=language, progress=progress)
    if into:
        check_folder(into)
    with tempfile.TemporaryDirectory() as temporary:
        folder = into or Path(temporary)
        write_folder(course, mapping, folder, status=status)
        seconds = time.monotonic() - started
        yield Converted(course, folder, mapping, mapping_file, seconds)


def described(it: Converted, *, everything: bool) -> Iterator[str]:
    """Yield what would be imported, and what became of the course on the way."""
    course, pages = it.course, it.course.pages
    language = {"en": "English", "ko": "Korean"}[course.language]
    minutes = sum(page.minutes for page in pages)
    pictures = len({name for page in pages for name in page.pictures})
    samples = sum(len(page.cells) for page in pages)
    yield (
        f"{course.title} ({course.make}, {language}): {len(course.groups)} chapters, "
        f"{len(pages)} lessons, about {minutes / 60:.1f} hours, {pictures} pictures, "
        f"{samples} samples; read in {it.seconds:.1f} s"
    )
    for group in course.groups:
        yield f"  {group.title}"
        for page in group.pages:
            yield f"    {page.uid:40} {page.title} ({page.minutes} min)"
            if everything and page.summary:
                yield f"        {page.summary}"
    yield from course.report.text(everything=everything)


def retold(it: Converted, problems: list[Problem]) -> list[Problem]:
    """Return problems of the converted folder at the places of the course's own files."""
    pages = {page.file: page for page in it.course.pages}
    found = []
    for each in problems:
        page = pages.get(each.file)
        if page is None:
            found.append(each)
            continue
        line = page.source_line(each.line)
        told = f"cell {line}: {each.message}" if page.unit == "cell" and line else each.message
        where = 0 if page.unit == "cell" else line
        found.append(Problem(page.path, where, told, each.severity))
    return found


def note_warnings(it: Converted, warnings: list[Problem]) -> None:
    """Add to the report what the site's own reading warns of, by kind.

    A foreign course has no `needs`, so that its links to later lessons are none.
    """
    pages = {page.file: page for page in it.course.pages}
    for each in warnings:
        page = pages.get(each.file)
        if "taught later" in each.message or page is None:
            continue
        it.course.report.unit = page.unit
        quoted = re.search(r"[“'<].*[”'>]", each.message)
        kind = re.sub(r"[“'<].*?[”'>]", "…", each.message).rstrip(".")
        line = page.source_line(each.line)
        it.course.report.warned(kind, page.path, line, quoted[0] if quoted else "")


def licences(course: Course) -> list[str]:
    """Return the files that say under which terms the course may be used."""
    names = sorted(path.name for path in course.root.iterdir() if path.is_file())
    return [name for name in names if name.upper().startswith(("LICENSE", "LICENCE", "COPYING"))]


def agreed(question: str) -> bool:
    """Ask on a terminal; where nobody can answer, nothing is written."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
