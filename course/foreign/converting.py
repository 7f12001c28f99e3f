"""Convert a foreign course: every page becomes a lesson's Markdown, all that is lost is said."""

from datetime import UTC, datetime

from django.utils.translation import override

from course.content.steps import Progress, no_progress
from course.foreign import formulas, templating
from course.foreign.addresses import Addresses
from course.foreign.containers import Containers
from course.foreign.fences import places_of
from course.foreign.front import split_front, words
from course.foreign.grouping import chapters_of
from course.foreign.headings import with_headings
from course.foreign.html import Html
from course.foreign.includes import with_includes
from course.foreign.links import Links
from course.foreign.mapping import Mapping, follow_moved
from course.foreign.naming import name_everything
from course.foreign.notebooks import read_notebook_page
from course.foreign.pages import (
    Course,
    Entry,
    Group,
    Line,
    Lines,
    Page,
    lines_of,
    stripped,
    text_of,
)
from course.foreign.pictures import Pictures
from course.foreign.plain import title_of_name
from course.foreign.proposing import course_words, language_of, minutes_of, summary_of
from course.foreign.roles import with_roles

MAX_NOTEBOOK = 50_000_000
WITHOUT_ROLES = {"mdBook", "Docusaurus", "Hugo", "Jekyll", "MkDocs"}
INTRODUCTION = {"en": "Introduction", "ko": "들어가기"}


def convert(
    course: Course, mapping: Mapping, *, language: str = "", progress: Progress = no_progress
) -> None:
    """Read and convert all pages of a course."""
    with override("en"):  # as all other messages of an import are
        convert_pages(course, mapping, language, progress)


def convert_pages(course: Course, mapping: Mapping, language: str, progress: Progress) -> None:
    """Read the pages, make chapters of them, and convert each."""
    course.title, course.summary = course_words(course)
    groups = chapters_of(course.entries, "")
    pages = read_pages(course, mapping, [entry for _title, rows in groups for entry in rows])
    course.language = language or language_of([text_of(page.lines) for page in pages.values()])
    for done, page in enumerate(pages.values(), start=1):
        prepare(course, page)
        progress("read", done, len(pages))
    for number, (title, rows) in enumerate(groups):
        kept = [pages[row.path] for row in rows if row.path in pages and not pages[row.path].uid]
        for page in kept:
            page.uid = "taken"  # a page that the contents name twice comes once
        if kept:
            first = INTRODUCTION[course.language] if not number and len(kept) > 1 else ""
            course.groups.append(Group(title or first or kept[0].title, kept))
    follow_moved(course, mapping, list(pages))
    name_everything(course, mapping)
    finish(course, progress)


def read_pages(course: Course, mapping: Mapping, entries: list[Entry]) -> dict[str, Page]:
    """Return every page by its path; what has no text is left out and said."""
    pages: dict[str, Page] = {}
    for entry in entries:
        row = mapping.lessons.get(entry.path, {})
        if not entry.path:
            course.report.lost(
                "a page that is announced and not written", course.make, 0, entry.title
            )
        elif row.get("skip"):
            course.report.changed("a page that the mapping leaves out", entry.path, 0)
        elif entry.path not in pages:
            page = Page(entry.path, entry.title)
            if read_page(course, page):
                page.title = str(row.get("title") or page.title)
                pages[entry.path] = page
    return pages


def read_page(course: Course, page: Page) -> bool:
    """Fill a page from its file. Returns False after saying why it can't be."""
    path = course.inside(course.root / page.path)
    if path is None:
        course.report.lost("a page of the contents that is not there", page.path, 0, page.title)
        return False
    if path.suffix == ".ipynb":
        if path.stat().st_size > MAX_NOTEBOOK:
            course.report.lost("a notebook that can't be read", page.path, 0, "larger than 50 MB")
            return False
        page.day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        return read_notebook_page(course, page, path.read_bytes())
    text = course.read(page.path)
    if text is None:
        return False
    meta, body, first = split_front(text)
    if meta is None:
        course.report.lost("front matter that can't be read", page.path, 1)
    page.meta = meta or {}
    page.title = page.title or words(page.meta.get("title"))
    page.lines = lines_of(body, first)
    return True


def prepare(course: Course, page: Page) -> None:
    """Convert everything of a page that needs no other page."""
    course.report.unit = page.unit
    lines = with_includes(course, page)
    if course.make == "Jekyll":
        lines = templating.without_liquid(course, page, lines)
    if course.make == "Hugo":
        lines = templating.without_shortcodes(course, page, lines)
    if course.make == "Docusaurus" or page.path.endswith(".mdx"):
        lines = templating.without_mdx(course, page, lines)
    if course.make not in WITHOUT_ROLES:
        lines = templating.without_myst_marks(lines)
    lines = Containers(course, page).run(lines)
    if course.dashes:
        lines = templating.with_dashes(lines)
    course.macros = {**course.macros, **formulas.own_macros(lines)}
    lines = formulas.with_dollars(course, page, lines)
    lines = Html(course, page).run(lines)
    page.lines = with_headings(page, lines)
    page.title = page.title or title_of_name(page.path.rpartition("/")[2].rpartition(".")[0])


def finish(course: Course, progress: Progress) -> None:
    """Convert what leads from page to page, and propose what is missing."""
    addresses, pictures = Addresses(course), Pictures(course)
    every = len(course.pages)
    for done, page in enumerate(course.pages, start=1):
        course.report.unit = page.unit
        lines = page.lines
        if course.make not in WITHOUT_ROLES:
            lines = with_roles(course, page, lines)
        lines = Links(course, page, addresses, pictures).run(lines)
        lines = formulas.that_can_be_shown(course, page, lines)
        page.lines = stripped(tidy(lines))
        page.summary = summary_of(page, page.lines)
        page.minutes = minutes_of(page, page.lines)
        progress("converted", done, every)


def tidy(lines: Lines) -> Lines:
    """Return the lines without blank ones in a row, outside code."""
    code = places_of(lines, "fence", "code_block")
    found: Lines = []
    for place, line in enumerate(lines):
        blank = place not in code and not line.text.strip()
        if not (blank and found and not found[-1].text.strip()):
            found.append(Line("", line.number) if blank else line)
    return found
