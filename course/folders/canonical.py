"""The canonical files of a quest, a chapter and a lesson.

Everything here works on the plain nodes that the importer reads, so that a folder and the database
can be compared by what they would look like as files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from course.content.questions import rows_of
from course.content.yamls import dump, front_matter
from course.folders.glossary import glossary_rows
from course.folders.nodes import Node, Sample, Text
from course.models import Runs
from course.models.languages import in_language

Files = dict[str, bytes]


@dataclass(frozen=True)
class Page:
    """A Markdown file that is not written yet: comparing values is quicker than writing them."""

    meta: dict[str, Any]
    body: str

    def __bytes__(self) -> bytes:
        return front_matter(self.meta, self.body)


@dataclass(frozen=True)
class Listing:
    """A YAML file that is not written yet."""

    values: dict[str, Any]

    def __bytes__(self) -> bytes:
        return dump(self.values).encode()


Contents = dict[str, bytes | Page | Listing]
SHARED = {
    "quest": ("slug", "emoji", "status", "position", "source", "runs"),
    "chapter": (),
    "lesson": ("minutes", "status", "tags", "needs", "starter", "check"),
}
ORDER = {
    "quest": (
        *("uid", "slug", "title", "summary", "emoji", "status", "position", "source", "runs"),
    ),
    "chapter": ("uid", "title", "summary"),
    "lesson": (
        *("uid", "title", "summary", "minutes", "status", "tags", "needs"),
        *("links", "samples", "questions", "exercise", "hints", "starter", "check", "answer"),
    ),
}


def quest_files(quest: Node) -> Files:
    """Return every file of the quest by its path in the folder."""
    files = texts_of(quest, "quest") | glossary_of(quest)
    for chapter in quest.children:
        files |= prefixed(f"{place(chapter)}/", contents_of_chapter(chapter))
    return written(files)


def written(contents: Contents) -> Files:
    """Return the files as they are on disk."""
    return {name: bytes(content) for name, content in contents.items()}


def contents_of_chapter(chapter: Node) -> Contents:
    """Return every file of a chapter's folder."""
    files = texts_of(chapter, "chapter")
    for lesson in chapter.children:
        files |= contents_of_lesson(lesson)
    return files


def contents_of_lesson(lesson: Node) -> Contents:
    """Return a lesson's texts, samples, captures and images."""
    files = texts_of(lesson, place(lesson))
    for sample in lesson.samples:
        files[sample.file] = sample.code.encode()
        if sample.capture:
            files[capture_name(sample.file)] = captured(sample.capture, list(sample.figures))
        for name, data in sample.figures.items():
            files[str(PurePosixPath(sample.file).with_name(name))] = data
    for file in (lesson.starter, lesson.check):
        if file.file:
            files[file.file] = file.code.encode()
    return files | lesson.images


def place(node: Node) -> str:
    """Return a chapter's or lesson's name on disk: 01-arrays."""
    return f"{node.position:0{node.width}d}-{node.slug}"


def prefixed(prefix: str, files: Contents) -> Contents:
    """Return the files with a folder's name in front."""
    return {f"{prefix}{name}": data for name, data in files.items()}


def glossary_of(quest: Node) -> Contents:
    """Return one glossary per language that has terms."""
    return {name: Listing(rows) for name, rows in glossary_rows(quest).items()}


def texts_of(node: Node, stem: str) -> Contents:
    """Return one Markdown file per language."""
    return {
        f"{stem}.{language}.md": Page(
            meta_of(node, language, text, is_source=number == 0), text.source.body
        )
        for number, (language, text) in enumerate(node.texts.items())
    }


def meta_of(node: Node, language: str, text: Text, *, is_source: bool) -> dict[str, Any]:
    """Return one language's front matter; that of the source includes the shared keys."""
    values = dict(text.meta)
    if node.kind == "lesson":
        values["samples"] = [
            sample_row(sample, language, is_source=is_source)
            for sample in node.samples
            if is_source or language in sample.titles
        ]
        values["questions"] = rows_of(node.questions, language, is_source=is_source)
        values["links"] = [{"title": row["title"], "url": row["url"]} for row in text.meta["links"]]
    if values.get("runs") == Runs.SERVER:
        # Not written, so that the hashes of quests imported before there was a choice stay.
        del values["runs"]
    if is_source:
        values |= {"slug": node.slug, "position": node.position} if node.kind == "quest" else {}
    else:
        values = {key: value for key, value in values.items() if key not in SHARED[node.kind]}
    return {key: tidy(values[key]) for key in ORDER[node.kind] if key in values}


def tidy(value: Any) -> Any:
    """Return tuples (the schema's defaults) as lists."""
    return list(value) if isinstance(value, tuple) else value


def sample_row(sample: Sample, language: str, *, is_source: bool) -> dict[str, Any]:
    """Return an entry of `samples`."""
    title = in_language(sample.titles, language, sample.file)
    row: dict[str, Any] = {"file": sample.file, "title": title}
    if is_source and sample.language != "python":
        row["language"] = sample.language
    if is_source and sample.fails:
        row["fails"] = True
    if is_source and sample.predict:
        row["predict"] = True
    if sample.alts.get(language):
        row["figures"] = sample.alts[language]
    return row


def capture_name(sample: str) -> str:
    """Return the name of a sample's capture file."""
    return str(PurePosixPath(sample).with_suffix(".capture.yaml"))


def captured(capture: dict[str, Any], figures: list[str]) -> Listing:
    """Return the capture file with a sample's output and figures."""
    keys = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
    values = {key: capture[key] for key in keys}
    versions = {str(name): str(version) for name, version in capture["versions"].items()}
    values["versions"] = dict(sorted(versions.items()))
    values |= {key: str(capture[key]) for key in ("python", "outcome", "output")}
    return Listing(values | ({"figures": figures} if figures else {}))


def own_contents(node: Node, parent: Node | None) -> Contents:
    """Return a node's files without its children's, and one with its place."""
    if node.kind == "lesson":
        files = {
            name_without_place(node, name): content
            for name, content in contents_of_lesson(node).items()
        }
    else:
        files = texts_of(node, node.kind) | glossary_of(node)
    if parent:
        # Width is left out: 7-x and 007-x are the same place.
        above = parent.uid if parent.kind == "chapter" else ""
        files["place"] = f"{above} {node.position} {node.slug}\n".encode()
    return files


def name_without_place(node: Node, name: str) -> str:
    """`lesson.ko.md` for `01-arrays.ko.md`, so that moving a lesson changes no file."""
    return name.replace(f"{place(node)}.", "lesson.", 1)


def digest(files: Files) -> str:
    """Return one hash of names and contents."""
    total = sha256()
    for name, data in sorted(files.items()):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def walk(quest: Node) -> Iterator[tuple[Node, Node | None]]:
    """Yield every node of the quest with its parent, top down."""
    yield quest, None
    for chapter in quest.children:
        yield chapter, quest
        for lesson in chapter.children:
            yield lesson, chapter
