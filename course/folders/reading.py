"""Read a quest folder into plain values, recording every mistake."""

import os
import re
from collections import Counter
from pathlib import PurePosixPath

from django.conf import settings

from course.content.rendering import parts_of
from course.folders.attachments import read_code, read_images, read_samples
from course.folders.files import Folder, is_litter
from course.folders.glossary import file_name, read_terms
from course.folders.nodes import Node, Text
from course.folders.questions import check_exercise, check_output_questions, read_questions
from course.folders.schema import MAX_SLUG, clean
from course.folders.texts import words_of

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
OWN_FILE = re.compile(r"quest\.[a-z]{2}\.md|README\.md|glossary\.(?:ko|en)\.yaml")
RESERVED = {"glossary"}  # addresses that a quest has beside those of its lessons
NUMBERED = re.compile(r"(?P<number>\d{2,4})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)")


def read_quest(folder: Folder) -> Node | None:
    """Return the whole quest; None if no quest.<language>.md can be read."""
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
        if is_litter(path):
            continue
        if path.is_dir() and not path.resolve().is_relative_to(folder.root):
            folder.problem(path.name, 0, "leaves the folder")
        elif path.is_dir():
            chapter = read_chapter(folder, path.name, source_language)
            if chapter:
                quest.children.append(chapter)
        elif path.is_file() and not OWN_FILE.fullmatch(path.name):
            folder.problem(path.name, 0, "does not belong here")
    quest.terms = read_terms(folder, source_language, list(quest.texts))
    for language in set(LANGUAGES) - quest.texts.keys():
        if (folder.root / file_name(language)).is_file():
            folder.problem(file_name(language), 0, f"the quest has no text in '{language}'")
    check_unique(folder, quest)
    return quest


def find_source_language(folder: Folder) -> str:
    """Return the source language that a quest file names."""
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
    """Check that a translation has the uid of its source."""
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
    """Return the `NN-slug` of every lesson file in a chapter; records invalid names."""
    stems: set[str] = set()
    for path in sorted((folder.root / name).iterdir()):
        relative = f"{name}/{path.name}"
        stem, _, rest = path.name.partition(".")
        language = rest.removesuffix(".md")
        if path.is_dir() or is_litter(path) or (stem == "chapter" and language in LANGUAGES):
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
    if lesson.slug in RESERVED:
        folder.problem(f"{chapter}/{stem}", 0, f"a lesson can't be called '{lesson.slug}'")
    for text in lesson.texts.values():
        if not text.source.body:
            folder.problem(text.source.path, text.source.body_line, "the lesson has no text")
    lesson.samples = read_samples(folder, chapter, lesson)
    lesson.questions = read_questions(folder, lesson)
    lesson.starter = read_code(folder, chapter, lesson, "starter")
    lesson.check = read_code(folder, chapter, lesson, "check")
    check_exercise(folder, lesson)
    check_output_questions(folder, lesson)
    for text in lesson.texts.values():
        is_source = text.language == source_language
        text.parts = parts_of(words_of(text), lesson.questions, text.language, is_source=is_source)
    lesson.pictures = read_images(folder, chapter, lesson)
    lesson.images = {name: each.data for name, each in sorted(lesson.pictures.items())}
    return lesson


def check_unique(folder: Folder, quest: Node) -> None:
    """Check that uids, slugs (among lessons, among chapters) and positions are unique."""
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
    """Record every node whose attribute an earlier node has."""
    seen: Counter[str] = Counter()
    for node in nodes:
        value = getattr(node, attribute)
        seen[value] += 1
        if value and seen[value] > 1:
            source = next(iter(node.texts.values())).source
            folder.problem(
                source.path, source.line("uid"), f"{WORDS[attribute]} '{value}' is used twice"
            )
