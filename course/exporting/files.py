"""The files of a quest, a chapter, a lesson, written one canonical way.

Everything here works on the plain nodes that the importer reads, so that a folder and the database
can be compared by what they would look like as files.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from course.exporting.yamls import dump, front_matter
from course.importing.nodes import Node, Sample, Text

Files = dict[str, bytes]
SHARED = {
    "quest": ("slug", "emoji", "status", "position", "source"),
    "chapter": (),
    "lesson": ("minutes", "status", "tags"),
}
ORDER = {
    "quest": ("uid", "slug", "title", "summary", "emoji", "status", "position", "source"),
    "chapter": ("uid", "title", "summary"),
    "lesson": (
        *("uid", "title", "summary", "minutes", "status", "tags"),
        *("links", "samples", "exercise", "answer"),
    ),
}


def quest_files(quest: Node) -> Files:
    """Every file of the quest by its path in the folder."""
    files = text_files(quest, "quest")
    for chapter in quest.children:
        files |= prefixed(f"{place(chapter)}/", chapter_files(chapter))
    return files


def chapter_files(chapter: Node) -> Files:
    """Every file of a chapter's folder."""
    files = text_files(chapter, "chapter")
    for lesson in chapter.children:
        files |= lesson_files(lesson)
    return files


def lesson_files(lesson: Node) -> Files:
    """A lesson's texts, samples, captures and images."""
    files = text_files(lesson, place(lesson))
    for sample in lesson.samples:
        files[sample.file] = sample.code.encode()
        if sample.capture:
            files[capture_name(sample.file)] = capture_file(sample.capture)
    return files | lesson.images


def place(node: Node) -> str:
    """A chapter's or lesson's name on disk: 01-arrays."""
    return f"{node.position:0{node.width}d}-{node.slug}"


def prefixed(prefix: str, files: Files) -> Files:
    """The files, in a folder."""
    return {f"{prefix}{name}": data for name, data in files.items()}


def text_files(node: Node, stem: str) -> Files:
    """One Markdown file a language."""
    return {
        f"{stem}.{language}.md": front_matter(
            meta_of(node, language, text, is_source=number == 0), text.source.body
        )
        for number, (language, text) in enumerate(node.texts.items())
    }


def meta_of(node: Node, language: str, text: Text, *, is_source: bool) -> dict[str, Any]:
    """The front matter of one language; the source language has what the languages share."""
    values = dict(text.meta)
    if node.kind == "lesson":
        values["samples"] = [
            sample_row(sample, language, is_source=is_source)
            for sample in node.samples
            if is_source or language in sample.titles
        ]
        values["links"] = [{"title": row["title"], "url": row["url"]} for row in text.meta["links"]]
    if is_source:
        values |= {"slug": node.slug, "position": node.position} if node.kind == "quest" else {}
    else:
        values = {key: value for key, value in values.items() if key not in SHARED[node.kind]}
    return {key: tidy(values[key]) for key in ORDER[node.kind] if key in values}


def tidy(value: Any) -> Any:
    """Tuples (the schema's defaults) as lists."""
    return list(value) if isinstance(value, tuple) else value


def sample_row(sample: Sample, language: str, *, is_source: bool) -> dict[str, Any]:
    """A line of `samples`."""
    title = sample.titles.get(language) or next(iter(sample.titles.values()), sample.file)
    row: dict[str, Any] = {"file": sample.file, "title": title}
    if is_source and sample.language != "python":
        row["language"] = sample.language
    if is_source and sample.fails:
        row["fails"] = True
    return row


def capture_name(sample: str) -> str:
    """The file beside a sample that has its output."""
    return str(PurePosixPath(sample).with_suffix(".capture.yaml"))


def capture_file(capture: dict[str, Any]) -> bytes:
    """A sample's captured output."""
    keys = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
    values = {key: capture[key] for key in keys}
    versions = {str(name): str(version) for name, version in capture["versions"].items()}
    values["versions"] = dict(sorted(versions.items()))
    values |= {key: str(capture[key]) for key in ("python", "outcome", "output")}
    return dump(values).encode()


def own_files(node: Node, parent: Node | None) -> Files:
    """A node's files without its children's, and a line that says where it stands."""
    if node.kind == "lesson":
        files = {name_without_place(node, name): data for name, data in lesson_files(node).items()}
    else:
        files = text_files(node, node.kind)
    if parent:
        # Width is left out: 7-x and 007-x are the same place.
        above = parent.uid if parent.kind == "chapter" else ""
        files["place"] = f"{above} {node.position} {node.slug}\n".encode()
    return files


def name_without_place(node: Node, name: str) -> str:
    """`lesson.ko.md` for `01-arrays.ko.md`: a lesson that only moved is the same file."""
    return name.replace(f"{place(node)}.", "lesson.", 1)


def digest(files: Files) -> str:
    """One hash of names and contents."""
    total = sha256()
    for name, data in sorted(files.items()):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def walk(quest: Node) -> Iterator[tuple[Node, Node | None]]:
    """Every node of the quest with its parent, from the top."""
    yield quest, None
    for chapter in quest.children:
        yield chapter, quest
        for lesson in chapter.children:
            yield lesson, chapter
