"""Read the files beside a lesson's texts: code samples with captures, and pictures."""

from pathlib import PurePosixPath
from typing import Any

from course.authoring.values import CodeFile
from course.content.images.cleaning import MAX_BYTES as MAX_IMAGE_BYTES
from course.content.images.cleaning import Cleaned, ImageRefused
from course.content.images.references import file_called, names_in
from course.content.images.storing import cleaned_or_known
from course.folders.captures import read_capture
from course.folders.files import Folder, Source
from course.folders.nodes import Node, Sample
from course.folders.schema import UNPRINTABLE


def read_images(folder: Folder, chapter: str, lesson: Node) -> dict[str, Cleaned]:
    """Return the pictures in the lesson's texts, sanitized; records bad and missing ones."""
    found: dict[str, Cleaned] = {}
    for text in lesson.texts.values():
        named_in = (text.source.path, text.source.body_line)
        for name in names_in(*(part.markdown for part in text.parts)):
            path = file_called(folder.root / chapter, name)
            if name in found or not path.is_file():
                continue  # the renderer names a missing image with its line
            file = str(path.relative_to(folder.root))
            data = folder.read_bytes(file, named_in=named_in, limit=MAX_IMAGE_BYTES)
            try:
                if data is not None:
                    found[name] = cleaned_or_known(data, name, folder.known)
            except ImageRefused as refused:
                folder.problem(file, 0, str(refused))
    return found


def read_samples(folder: Folder, chapter: str, lesson: Node) -> list[Sample]:
    """Return the code samples in the source language's file, with all languages' titles."""
    source = next(iter(lesson.texts.values())).source
    named = {row["file"] for row in lesson.meta["samples"]}
    titles: dict[str, dict[str, str]] = {file: {} for file in named}
    alts: dict[str, dict[str, list[str]]] = {file: {} for file in named}
    for language, text in lesson.texts.items():
        for row in text.meta["samples"]:
            if row["file"] in named:
                titles[row["file"]][language] = row["title"]
                if "figures" in row:
                    alts[row["file"]][language] = row["figures"]
            else:
                line = text.source.line("samples")
                folder.problem(text.source.path, line, f"unknown sample '{row['file']}'")
    rows = [
        read_sample(folder, chapter, source, row, titles[row["file"]])
        for row in lesson.meta["samples"]
    ]
    samples = [sample for sample in rows if sample]
    for sample in samples:
        sample.alts = alts[sample.file]
        check_alts(folder, lesson, sample)
    check_stems(folder, source, samples)
    return samples


def check_alts(folder: Folder, lesson: Node, sample: Sample) -> None:
    """Check that each language has an alternative text for each figure of its samples."""
    for language, text in lesson.texts.items():
        if not sample.capture or language not in sample.titles:
            continue
        wanted, found = len(sample.figures), len(sample.alts.get(language, ()))
        if wanted == found:
            continue
        place = [row["file"] for row in text.meta["samples"]].index(sample.file)
        line = text.source.line_of("samples", place, "figures")
        message = f"sample '{sample.file}' has {wanted} figures and {found} alternative texts"
        folder.problem(text.source.path, line, f"'samples': {message}")


def check_stems(folder: Folder, source: Source, samples: list[Sample]) -> None:
    """Check that no two samples of a lesson share a name for markers."""
    names = [sample.name for sample in samples]
    for place, sample in enumerate(samples):
        if names.index(sample.name) < place:
            line = source.line_of("samples", place, "file")
            folder.problem(source.path, line, f"'samples': two are called '{sample.name}'")


def read_code(folder: Folder, chapter: str, lesson: Node, key: str) -> CodeFile:
    """Return the code file that `starter` or `check` names."""
    source, file = next(iter(lesson.texts.values())).source, lesson.meta[key]
    if not file:
        return CodeFile()
    code = folder.read_text(f"{chapter}/{file}", named_in=(source.path, source.line(key)))
    if code is not None and (not code.strip() or UNPRINTABLE.search(code)):
        wrong = "has a control character" if code.strip() else "is empty"
        folder.problem(f"{chapter}/{file}", 0, wrong)
    return CodeFile(file, code or "")


def read_sample(
    folder: Folder, chapter: str, source: Source, row: dict[str, Any], titles: dict[str, str]
) -> Sample | None:
    """Return one sample with its capture."""
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
    sample = Sample(row["file"], language, fails, code, titles, capture, captured)
    sample.predict = row.get("predict", False)
    sample.drawn = read_figures(folder, capture_file, capture)
    sample.figures = {name: each.data for name, each in sample.drawn.items()}
    return sample


def read_figures(folder: Folder, file: str, capture: dict[str, Any] | None) -> dict[str, Cleaned]:
    """Return the figures of a capture, sanitized; records bad and missing ones."""
    found: dict[str, Cleaned] = {}
    for name in (capture or {}).get("figures", ()):
        path = str(PurePosixPath(file).with_name(name))
        data = folder.read_bytes(path, named_in=(file, 0), limit=MAX_IMAGE_BYTES)
        try:
            if data is not None:
                found[name] = cleaned_or_known(data, name, folder.known)
        except ImageRefused as refused:
            folder.problem(path, 0, str(refused))
    return found
