"""Read what lies beside a lesson's texts: code samples with their captures, and pictures."""

from pathlib import PurePosixPath
from typing import Any

from course.images.cleaning import MAX_BYTES as MAX_IMAGE_BYTES
from course.images.cleaning import Cleaned, ImageRefused
from course.images.cleaning import clean as clean_image
from course.images.references import names_in
from course.importing.captures import read_capture
from course.importing.files import Folder, Source
from course.importing.nodes import Node, Sample


def read_images(folder: Folder, chapter: str, lesson: Node) -> dict[str, Cleaned]:
    """The pictures that the lesson's texts show, cleaned; bad and missing ones are noted."""
    found: dict[str, Cleaned] = {}
    for text in lesson.texts.values():
        named_in = (text.source.path, text.source.body_line)
        for name in names_in(text.source.body, text.meta["exercise"], text.meta["answer"]):
            file = f"{chapter}/{name}"
            if name in found or not (folder.root / file).is_file():
                continue  # the renderer names a missing image with its line
            data = folder.read_bytes(file, named_in=named_in, limit=MAX_IMAGE_BYTES)
            try:
                if data is not None:
                    found[name] = clean_image(data, name)
            except ImageRefused as refused:
                folder.problem(file, 0, str(refused))
    return found


def read_samples(folder: Folder, chapter: str, lesson: Node) -> list[Sample]:
    """The code samples that the source language's file names, with titles of every language."""
    source = next(iter(lesson.texts.values())).source
    named = {row["file"] for row in lesson.meta["samples"]}
    titles: dict[str, dict[str, str]] = {file: {} for file in named}
    for language, text in lesson.texts.items():
        for row in text.meta["samples"]:
            if row["file"] in named:
                titles[row["file"]][language] = row["title"]
            else:
                line = text.source.line("samples")
                folder.problem(text.source.path, line, f"unknown sample '{row['file']}'")
    rows = [
        read_sample(folder, chapter, source, row, titles[row["file"]])
        for row in lesson.meta["samples"]
    ]
    return [sample for sample in rows if sample]


def read_sample(
    folder: Folder, chapter: str, source: Source, row: dict[str, Any], titles: dict[str, str]
) -> Sample | None:
    """One sample file with the capture beside it."""
    file = f"{chapter}/{row['file']}"
    named_in = (source.path, source.line("samples"))
    code = folder.read_text(file, named_in=named_in)
    if code is None:
        return None
    fails = row.get("fails", False)
    capture_file = str(PurePosixPath(file).with_suffix(".capture.yaml"))
    captured = (folder.root / capture_file).is_file()
    capture = read_capture(folder, capture_file, code, fails=fails) if captured else None
    language = row.get("language", "python")
    return Sample(row["file"], language, fails, code, titles, capture, captured)
