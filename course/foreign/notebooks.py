"""Notebooks: text, code with what it printed and drew, and pictures that are within them."""

import base64
import binascii
import io
import re
from typing import Any

from PIL import Image as Pillow

from course.authoring.notebook_files import ANSI, NotebookRefused, joined, parse, read_outputs
from course.foreign import callouts
from course.foreign.pages import Cell, Course, Figure, Line, Lines, Page

MAX_FIGURES = 8
COMMAND = re.compile(r"^\s*(?:[%!]|\w[\w.]*\?{1,2}\s*$|\?\w)", re.M)
DRAWN = re.compile(r"^\[?<(?:Figure size|matplotlib\.|Axes|AxesSubplot)[^\n]*>\]?\n?", re.M)
LANGUAGE = re.compile(r"[a-z0-9+#-]{1,20}")


def read_notebook_page(course: Course, page: Page, data: bytes) -> bool:
    """Fill a page from a notebook. Returns False after saying why it can't be."""
    try:
        document = parse(data)
    except NotebookRefused as refused:
        course.report.lost("a notebook that can't be read", page.path, 0, str(refused))
        return False
    page.unit = "cell"
    language, python = kernel_of(document.get("metadata"))
    cells = document.get("cells")
    for number, cell in enumerate(cells if isinstance(cells, list) else [], 1):
        if not isinstance(cell, dict):
            continue
        source = joined(cell.get("source")).strip("\n")
        kind = cell.get("cell_type")
        if kind in ("markdown", "raw") and source.strip():
            take_attachments(page, cell.get("attachments"), number)
            text = source if kind == "markdown" else f"```\n{source}\n```"
            text = re.sub(r"\(attachment:", f"(attachment:{number}-", text)
            page.lines += [Line("", number), *(Line(each, number) for each in text.split("\n"))]
        elif kind == "code" and source.strip():
            page.lines += code_cell(course, page, cell, source, number, language, python)
    return True


def kernel_of(metadata: Any) -> tuple[str, str]:
    """Return a notebook's programming language, and the version that ran it."""
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    info = info if isinstance(info, dict) else {}
    name, version = str(info.get("name", "python")).lower(), str(info.get("version", ""))
    name = name if LANGUAGE.fullmatch(name) else "python"
    return name, version if re.fullmatch(r"[\w.+-]{1,20}", version) else ""


def take_attachments(page: Page, attachments: Any, number: int) -> None:
    """Keep pictures that are stored within a text cell."""
    for name, types in attachments.items() if isinstance(attachments, dict) else ():
        for value in types.values() if isinstance(types, dict) else ():
            data = decoded(value)
            if data:
                page.attachments[f"{number}-{name}"] = data


def decoded(value: Any) -> bytes:
    """Return the bytes of a picture in base64, or nothing."""
    try:
        return base64.b64decode(joined(value), validate=False)
    except (binascii.Error, ValueError):
        return b""


def code_cell(
    course: Course,
    page: Page,
    cell: dict[str, Any],
    source: str,
    number: int,
    language: str,
    python: str,
) -> Lines:
    """Return the place of a cell's code: a sample when it ran, else a block of code."""
    tags = (cell.get("metadata") or {}).get("tags") or []
    given = cell.get("outputs")
    outputs: list[Any] = given if isinstance(given, list) else []
    if {"remove-cell", "hide-cell"} & set(map(str, tags)) and not outputs:
        return callouts.details("Code", block(source, language, number), number)
    note_what_is_lost(course, page, outputs, number)
    has_run = bool(outputs) or cell.get("execution_count") is not None
    output, failed = read_outputs(outputs)
    if not has_run or COMMAND.search(source) or language != "python":
        shown = block(source, language, number)
        return shown + (block(ANSI.sub("", output).rstrip("\n"), "text", number) if output else [])
    name = f"cell-{number}"
    figures = [
        Figure(f"{name}.fig-{place}.png", data)
        for place, data in enumerate(pictures_of(outputs)[:MAX_FIGURES], 1)
    ]
    page.cells.append(
        Cell(name, f"{source}\n", printable(output), failed, language, python, figures)
    )
    return [Line("", number), Line(f"[[sample:{name}]]", number), Line("", number)]


def printable(text: str) -> str:
    """Return an output without what no page can hold, and without names of drawn objects."""
    text = DRAWN.sub("", text)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]", "", text)


def block(source: str, language: str, number: int) -> Lines:
    """Return code as a block."""
    return callouts.code(language, [Line(each, number) for each in source.split("\n")], number)


def note_what_is_lost(course: Course, page: Page, outputs: list[Any], number: int) -> None:
    """Report outputs of which only the text is taken."""
    for output in outputs:
        data = output.get("data") if isinstance(output, dict) else None
        types = data.keys() if isinstance(data, dict) else set()
        if types and not types & {"image/png", "image/jpeg"}:
            for kind in sorted(types & {"text/html", "image/svg+xml", "application/javascript"}):
                course.report.changed(
                    f"an output of the type {kind}, now its text", page.path, number
                )
        if isinstance(output, dict) and output.get("name") == "stderr":
            course.report.lost("what a cell printed to its error stream", page.path, number)


def pictures_of(outputs: list[Any]) -> list[bytes]:
    """Return the pictures that a cell drew, as PNG."""
    found: list[bytes] = []
    for output in outputs:
        data = output.get("data") if isinstance(output, dict) else None
        value = (
            (data.get("image/png") or data.get("image/jpeg")) if isinstance(data, dict) else None
        )
        png = as_png(decoded(value)) if value else b""
        found += [png] if png else []
    return found


def as_png(data: bytes) -> bytes:
    """Return a picture as PNG, or nothing if it is none."""
    if data.startswith(b"\x89PNG"):
        return data
    try:
        with Pillow.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "PNG")
            return buffer.getvalue()
    except (OSError, ValueError, SyntaxError):
        return b""
