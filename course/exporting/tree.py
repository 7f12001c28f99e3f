"""The quest in the database as the plain nodes that the importer reads from a folder."""

from typing import Any

from django.core.files.storage import default_storage

from course.images.references import used_names
from course.importing.files import Source
from course.importing.nodes import Node, Sample, Text
from course.models import Chapter, CodeSample, Lesson, LessonText, Quest


def quest_node(quest: Quest, lessons: list[str] | None = None) -> Node:
    """The quest with everything in it (or only the lessons with these uids)."""
    node = Node("quest", quest.uid, quest.slug, quest.position, {}, {})
    shared = {"emoji": quest.emoji, "status": quest.status, "source": quest.source_language}
    texts = in_order(quest.texts.all(), quest.source_language)
    node.texts = {
        text.language: Text(
            text.language, Source("", body=text.body), shared | named(quest.uid, text)
        )
        for text in texts
    }
    images = {each.name: each.image.file for each in quest.images.select_related("image")}
    by_chapter: dict[int, list[Node]] = {}
    for lesson in lessons_of(quest, lessons):
        by_chapter.setdefault(lesson.chapter_id, []).append(lesson_node(quest, lesson, images))
    for chapter in quest.chapters.prefetch_related("texts"):
        child = chapter_node(quest, chapter)
        child.children = by_chapter.get(chapter.pk, [])
        node.children.append(child)
    return node


def lessons_of(quest: Quest, uids: list[str] | None) -> Any:
    """The quest's lessons with what belongs to them, in reading order."""
    rows = quest.lessons.prefetch_related("texts", "samples", "links", "tags")
    rows = rows.order_by("chapter__position", "position", "id")
    return rows if uids is None else rows.filter(uid__in=uids)


def in_order(texts: Any, source_language: str) -> list[Any]:
    """Texts with the source language's first."""
    return sorted(texts, key=lambda text: (text.language != source_language, text.language))


def named(uid: str, text: Any) -> dict[str, Any]:
    """What every text has."""
    return {"uid": uid, "title": text.title, "summary": text.summary}


def chapter_node(quest: Quest, chapter: Chapter) -> Node:
    """A chapter without its lessons."""
    texts = {
        text.language: Text(text.language, Source(""), named(chapter.uid, text))
        for text in in_order(chapter.texts.all(), quest.source_language)
    }
    node = Node("chapter", chapter.uid, chapter.slug, chapter.position, texts, {})
    node.width = chapter.number_width
    return node


def lesson_node(quest: Quest, lesson: Lesson, images: dict[str, str]) -> Node:
    """A lesson with samples and images."""
    rows = in_order(lesson.texts.all(), quest.source_language)
    shared = {
        "minutes": lesson.minutes,
        "status": lesson.status,
        "tags": sorted(tag.slug for tag in lesson.tags.all()),
    }
    texts = {row.language: lesson_text(lesson, row, shared) for row in rows}
    node = Node("lesson", lesson.uid, lesson.slug, lesson.position, texts, shared)
    node.width = lesson.number_width
    node.samples = [sample_node(sample) for sample in lesson.samples.all()]
    names = {name for row in rows for name in used_names(row)} if images else set()
    node.images = {name: stored_bytes(images[name]) for name in sorted(names & images.keys())}
    return node


def stored_bytes(path: str) -> bytes:
    """The bytes of a stored image."""
    with default_storage.open(path) as file:
        return bytes(file.read())


def lesson_text(lesson: Lesson, row: LessonText, shared: dict[str, Any]) -> Text:
    """One language of a lesson."""
    links = [
        {"title": link.titles[row.language], "url": link.url}
        for link in lesson.links.all()
        if link.titles.get(row.language)
    ]
    texts = {"exercise": row.exercise, "answer": row.answer, "links": links}
    meta = {**named(lesson.uid, row), **shared, **texts}
    return Text(row.language, Source("", body=row.body), meta)


def sample_node(row: CodeSample) -> Sample:
    """A sample with its capture, when it was ever executed."""
    capture = None
    if row.source_sha256:
        keys = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
        capture = {key: getattr(row, key) for key in keys}
    return Sample(row.file, row.language, row.fails, row.source, row.titles, capture, bool(capture))
