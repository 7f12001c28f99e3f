"""Small courses of other makes for tests."""

import io
import json
from pathlib import Path

from PIL import Image

from course.foreign.converting import convert
from course.foreign.detecting import read_course
from course.foreign.mapping import Mapping
from course.foreign.pages import Course, text_of
from course.foreign.reporting import LOST

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files into a folder, which is returned."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
    return root


def png(colour: str = "red", *, kind: str = "PNG") -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(buffer, kind)
    return buffer.getvalue()


def notebook(*cells: dict, version: str = "3.12.1") -> str:
    """A notebook that Python ran."""
    info = {"language_info": {"name": "python", "version": version}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": info, "cells": list(cells)})


def text(source: str, **more: object) -> dict:
    """A notebook's cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def code(source: str, *outputs: dict, ran: int | None = 1) -> dict:
    """A notebook's cell of code."""
    cell: dict = {"cell_type": "code", "metadata": {}, "source": source, "execution_count": ran}
    return {**cell, "outputs": list(outputs)}


def printed(output: str) -> dict:
    """What a cell printed."""
    return {"output_type": "stream", "name": "stdout", "text": output}


def converted(path: Path, mapping: Mapping | None = None) -> Course:
    """The course of a folder or file, converted."""
    course = read_course(path)
    convert(course, mapping or Mapping())
    return course


def outline(course: Course) -> dict[str, list[str]]:
    """The titles of the lessons by those of their chapters."""
    return {group.title: [page.title for page in group.pages] for group in course.groups}


def page_of(course: Course, path: str):
    """The page of a file."""
    return next(page for page in course.pages if page.path == path)


def body(course: Course, path: str) -> str:
    """The Markdown that a file became."""
    return text_of(page_of(course, path).lines)


def only_body(root: Path, markdown: str, name: str = "page.md") -> str:
    """What one page of Markdown becomes."""
    write(root, {name: markdown})
    return body(converted(root), name)


def lost(course: Course) -> list[str]:
    """What could not be taken, with its place."""
    return [f"{each.kind} | {each}" for each in course.report.findings[LOST]]
