"""Read a quest folder into plain values, noting every mistake on the way."""

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings

from course.images.cleaning import MAX_BYTES as MAX_IMAGE_BYTES
from course.images.cleaning import Cleaned, ImageRefused
from course.images.cleaning import clean as clean_image
from course.images.references import names_in
from course.importing.captures import read_capture
from course.importing.files import Folder, Source
from course.importing.schema import MAX_SLUG, clean
from markup import Rendered

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
NUMBERED = re.compile(r"(?P<number>\d{2,4})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")


@dataclass
class Text:
    """A file in one language: cleaned front matter and body."""

    language: str
    source: Source
    meta: dict[str, Any]
    rendered: dict[str, Rendered] = field(default_factory=dict)


@dataclass
class Sample:
    """A code sample with its capture (None when it was never executed)."""

    file: str
    language: str
    fails: bool
    code: str
    titles: dict[str, str]
    capture: dict[str, Any] | None
    has_capture: bool  # a file is there, be it as it should or not


@dataclass
class Node:
    """A quest, chapter or lesson: identity, place, texts by language, children."""

    kind: str
    uid: str
    slug: str
    position: int
    texts: dict[str, Text]
    meta: dict[str, Any]
    children: list["Node"] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    width: int = 2  # digits of the number in the file name
    images: dict[str, bytes] = field(default_factory=dict)  # name -> content
    pictures: dict[str, Cleaned] = field(default_factory=dict)  # the same, measured


def read_quest(folder: Folder) -> Node | None:
    """The whole quest; None when not even quest.<language>.md can be read."""
    if not folder.root.is_dir():
        folder.problem(str(folder.root), 0, "is not a folder")
        return None
    source_language = find_source_language(folder)
    quest = read_node(folder, "quest", "", "quest", source_language)
    if quest is None:
        return None
    quest.slug = quest.meta["slug"] or quest.uid
    quest.position = quest.meta["position"]
    for path in sorted(folder.root.iterdir()):
        if path.is_dir() and not path.resolve().is_relative_to(folder.root):
            folder.problem(path.name, 0, "leaves the folder")
        elif path.is_dir() and not path.name.startswith("."):
            chapter = read_chapter(folder, path.name, source_language)
            if chapter:
                quest.children.append(chapter)
        elif path.is_file() and not re.fullmatch(r"quest\.[a-z]{2}\.md|README\.md", path.name):
            folder.problem(path.name, 0, "does not belong here")
    check_unique(folder, quest)
    return quest


def find_source_language(folder: Folder) -> str:
    """The language whose files hold the shared keys, as a quest file names it."""
    for language in LANGUAGES:
        probe = Folder(folder.root)
        if (folder.root / f"quest.{language}.md").is_file():
            source = probe.read_source(f"quest.{language}.md")
            if source and source.meta.get("source") in LANGUAGES:
                return str(source.meta["source"])
    return LANGUAGES[0]


def read_node(
    folder: Folder, kind: str, parent: str, stem: str, source_language: str
) -> Node | None:
    """Read `<parent>/<stem>.<language>.md` in every language into one node."""
    texts: dict[str, Text] = {}
    for language in (source_language, *(each for each in LANGUAGES if each != source_language)):
        path = str(PurePosixPath(parent) / f"{stem}.{language}.md")
        if not (folder.root / path).is_file():
            continue
        source = folder.read_source(path)
        if source:
            meta = clean(folder, source, kind, is_source=language == source_language)
            texts[language] = Text(language, source, meta)
    if source_language not in texts:
        path = str(PurePosixPath(parent) / f"{stem}.{source_language}.md")
        if os.path.lexists(folder.root / path) and not (folder.root / path).is_file():
            folder.problem(path, 0, "is not a file")
        elif not (folder.root / path).is_file():
            folder.problem(path, 0, f"is missing: it holds what the languages of a {kind} share")
        return None
    meta = texts[source_language].meta
    check_same_uid(folder, texts, str(meta["uid"]))
    return Node(kind, str(meta["uid"]), "", 0, texts, meta)


def check_same_uid(folder: Folder, texts: dict[str, Text], uid: str) -> None:
    """A translation must name the uid of what it translates."""
    for text in texts.values():
        if text.meta["uid"] and text.meta["uid"] != uid:
            line = text.source.line("uid")
            folder.problem(text.source.path, line, f"'uid' differs from the source's '{uid}'")


def read_chapter(folder: Folder, name: str, source_language: str) -> Node | None:
    """Read a folder `NN-slug` with its lessons."""
    place = NUMBERED.fullmatch(name)
    if place is None:
        folder.problem(name, 0, "a chapter's folder must be named like 01-first-steps")
        return None
    chapter = read_node(folder, "chapter", name, "chapter", source_language)
    lessons = [
        lesson
        for stem in lesson_stems(folder, name)
        if (lesson := read_lesson(folder, name, stem, source_language))
    ]
    if chapter is None:
        return None
    chapter.slug, chapter.position = place["slug"], int(place["number"])
    chapter.width = len(place["number"])
    chapter.children = lessons
    return chapter


def lesson_stems(folder: Folder, name: str) -> list[str]:
    """The `NN-slug` of every lesson file in a chapter folder; strange names are noted."""
    stems: set[str] = set()
    for path in sorted((folder.root / name).iterdir()):
        relative = f"{name}/{path.name}"
        stem, _, rest = path.name.partition(".")
        language = rest.removesuffix(".md")
        if (
            path.is_dir()
            or path.name.startswith(".")
            or (stem == "chapter" and language in LANGUAGES)
        ):
            continue
        if not rest.endswith(".md") or not (NUMBERED.fullmatch(stem) or stem == "chapter"):
            folder.problem(relative, 0, "a lesson's file must be named like 01-arrays.ko.md")
        elif language not in LANGUAGES:
            folder.problem(relative, 0, f"unknown language '{language}'")
        else:
            stems.add(stem)
    return sorted(stems)


def read_lesson(folder: Folder, chapter: str, stem: str, source_language: str) -> Node | None:
    """Read one lesson with its samples."""
    lesson = read_node(folder, "lesson", chapter, stem, source_language)
    if lesson is None:
        return None
    place = NUMBERED.fullmatch(stem)
    assert place  # noqa: S101 - lesson_stems lets only such names through
    lesson.slug, lesson.position = place["slug"], int(place["number"])
    lesson.width = len(place["number"])
    for text in lesson.texts.values():
        if not text.source.body:
            folder.problem(text.source.path, text.source.body_line, "the lesson has no text")
    lesson.samples = read_samples(folder, chapter, lesson)
    lesson.pictures = read_images(folder, chapter, lesson)
    lesson.images = {name: each.data for name, each in sorted(lesson.pictures.items())}
    return lesson


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


def check_unique(folder: Folder, quest: Node) -> None:
    """No uid twice, no slug twice among lessons or among chapters, no place twice."""
    lessons = [lesson for chapter in quest.children for lesson in chapter.children]
    note_repeats(folder, [quest, *quest.children, *lessons], "uid")
    note_repeats(folder, quest.children, "slug")
    note_repeats(folder, lessons, "slug")
    for siblings in (quest.children, *(chapter.children for chapter in quest.children)):
        note_repeats(folder, siblings, "position")
    for node in (*quest.children, *lessons):
        if len(node.slug) > MAX_SLUG:
            path = next(iter(node.texts.values())).source.path
            folder.problem(path, 0, f"the name is longer than {MAX_SLUG} characters")


WORDS = {"uid": "uid", "slug": "slug", "position": "number"}


def note_repeats(folder: Folder, nodes: list[Node], attribute: str) -> None:
    """Note every node but the first whose attribute another node has too."""
    seen: Counter[str] = Counter()
    for node in nodes:
        value = getattr(node, attribute)
        seen[value] += 1
        if value and seen[value] > 1:
            source = next(iter(node.texts.values())).source
            folder.problem(
                source.path, source.line("uid"), f"{WORDS[attribute]} '{value}' is used twice"
            )
