"""Write a converted course as a quest folder in our own format."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from course.content.yamls import dump, front_matter
from course.foreign.mapping import Mapping
from course.foreign.pages import Cell, Course, Group, Page, text_of
from course.foreign.proposing import status_of, tags_of

MAX_TITLE, MAX_LESSON_TITLE, MAX_SUMMARY = 120, 160, 300
FIGURE = {"en": "What this code drew ({number})", "ko": "이 코드가 그린 그림 ({number})"}
CODE = {"en": "Code", "ko": "코드"}
EMOJI = "📘"


def write_folder(course: Course, mapping: Mapping, folder: Path, *, status: str = "") -> int:
    """Write the quest's files. Returns their number."""
    files = quest_file(course, mapping, status)
    for number, group in enumerate(course.groups, 1):
        width = 2 if len(course.groups) < 100 else 3
        files |= chapter_files(course, mapping, group, f"{number:0{width}d}-{group.slug}")
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(files)


def quest_file(course: Course, mapping: Mapping, status: str) -> dict[str, bytes]:
    """Return the quest's own file."""
    given = mapping.quest
    if status:
        given["status"] = status
    meta = {
        "uid": course.uid,
        "slug": course.slug,
        "title": one_line(given.get("title") or course.title, MAX_TITLE),
        "summary": one_line(given.get("summary") or course.summary, MAX_SUMMARY),
        "emoji": given.get("emoji") or EMOJI,
        "status": given.get("status") or "published",
        "position": given.get("position") or 0,
        "source": course.language,
    }
    return {f"quest.{course.language}.md": front_matter(meta, "")}


def one_line(value: Any, limit: int) -> str:
    """Return a text as one line that is not too long."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(value or "")).split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def chapter_files(course: Course, mapping: Mapping, group: Group, folder: str) -> dict[str, bytes]:
    """Return the files of a chapter and its lessons."""
    language = course.language
    given = next((row for row in mapping.chapters.values() if row.get("uid") == group.uid), {})
    title = one_line(given.get("title") or plain_title(group.title), MAX_TITLE)
    meta = {
        "uid": group.uid,
        "title": title,
        "summary": one_line(given.get("summary"), MAX_SUMMARY),
    }
    files = {f"{folder}/chapter.{language}.md": front_matter(meta, "")}
    width = 2 if len(group.pages) < 100 else 3
    for number, page in enumerate(group.pages, 1):
        name = f"{folder}/{number:0{width}d}-{page.slug}.{language}.md"
        files[name] = lesson_file(course, mapping.lessons.get(page.path, {}), page)
        page.file = name
        files |= {f"{folder}/{each}": data for each, data in page.pictures.items()}
        for cell in page.cells:
            files |= cell_files(folder, page, cell)
    return files


def lesson_file(course: Course, given: dict[str, Any], page: Page) -> bytes:
    """Return a lesson; what the mapping says counts before what was found."""
    meta = {
        "uid": page.uid,
        "title": one_line(given.get("title") or plain_title(page.title), MAX_LESSON_TITLE),
        "summary": one_line(given.get("summary") or page.summary, MAX_SUMMARY),
        "minutes": given.get("minutes") or page.minutes,
        "status": given.get("status") or status_of(page),
        "tags": tags_of(page),
        "samples": samples(course, page),
    }
    body = text_of(page.lines).strip("\n") or "…"
    for cell in page.cells:
        body = body.replace(f"[[sample:{cell.name}]]", f"[[sample:{stem(page, cell)}]]")
    page.body_line = front_matter(meta, "").count(b"\n") + 1
    return front_matter(meta, body)


def plain_title(title: str) -> str:
    """Return a title without marks of Markdown."""
    return re.sub(r"`+|\*\*|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)", "", title)


def stem(page: Page, cell: Cell) -> str:
    """Return a sample's name, which is unique in its chapter."""
    return f"{page.slug[:60]}-{cell.name.removeprefix('cell-')}"


def samples(course: Course, page: Page) -> list[dict[str, Any]]:
    """Return the entries of a notebook's code, with titles that tell them apart."""
    rows = []
    for number, cell in enumerate(page.cells, 1):
        row: dict[str, Any] = {"file": f"samples/{stem(page, cell)}.py"}
        row["title"] = cell.title or f"{CODE[course.language]} {number}"
        if cell.failed:
            row["fails"] = True
        if cell.figures:
            words = FIGURE[course.language]
            row["figures"] = [words.format(number=n) for n, _each in enumerate(cell.figures, 1)]
            kind = "a figure without a description"
            course.report.changed(kind, page.path, int(cell.name.removeprefix("cell-")))
        rows.append(row)
    return rows


def cell_files(folder: str, page: Page, cell: Cell) -> dict[str, bytes]:
    """Return a cell's code, what it printed, and what it drew."""
    name = f"{folder}/samples/{stem(page, cell)}"
    figures = {
        f"{stem(page, cell)}.fig-{number}.png": figure.data
        for number, figure in enumerate(cell.figures, 1)
    }
    capture = {
        "source_sha256": sha256(cell.source.encode()).hexdigest(),
        "ran_on": page.day,
        "python": cell.python,
        "versions": {},
        "outcome": "error" if cell.failed else "ok",
        "output": cell.output,
    }
    capture |= {"figures": list(figures)} if figures else {}
    files = {f"{name}.py": cell.source.encode(), f"{name}.capture.yaml": dump(capture).encode()}
    return files | {f"{folder}/samples/{each}": data for each, data in figures.items()}
