"""Read a quest from the database into the nodes that the importer uses."""

from typing import Any

from django.core.files.storage import default_storage

from course.authoring.values import CodeFile
from course.content.answers import questions_of
from course.content.images.references import names_in
from course.content.questions import QuestionValues
from course.content.rendering import parts_of
from course.folders.files import Source
from course.folders.glossary import stored_terms
from course.folders.nodes import Node, Sample, Text
from course.models import Chapter, CodeSample, Image, Lesson, LessonText, Quest


def quest_node(quest: Quest, lessons: list[str] | None = None) -> Node:
    """Return the quest with all its parts (or only the lessons with these uids)."""
    node = Node("quest", quest.uid, quest.slug, quest.position, {}, {})
    shared = {
        "emoji": quest.emoji,
        "status": quest.status,
        "source": quest.source_language,
        "runs": quest.runs,
    }
    texts = in_order(quest.texts.all(), quest.source_language)
    node.texts = {
        text.language: Text(
            text.language, Source("", body=text.body), shared | titled_meta(quest.uid, text)
        )
        for text in texts
    }
    node.terms = stored_terms(quest)
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
    """Return the quest's lessons with related rows, in reading order."""
    rows = quest.lessons.prefetch_related("texts", "samples", "links", "tags", "questions")
    rows = rows.order_by("chapter__position", "position", "id")
    return rows if uids is None else rows.filter(uid__in=uids)


def in_order(texts: Any, source_language: str) -> list[Any]:
    """Return the texts with the source language first."""
    return sorted(texts, key=lambda text: (text.language != source_language, text.language))


def titled_meta(uid: str, text: Any) -> dict[str, Any]:
    """Return the metadata common to all texts."""
    return {"uid": uid, "title": text.title, "summary": text.summary}


def chapter_node(quest: Quest, chapter: Chapter) -> Node:
    """Return a chapter without its lessons."""
    texts = {
        text.language: Text(text.language, Source(""), titled_meta(chapter.uid, text))
        for text in in_order(chapter.texts.all(), quest.source_language)
    }
    node = Node("chapter", chapter.uid, chapter.slug, chapter.position, texts, {})
    node.width = chapter.number_width
    return node


def lesson_node(quest: Quest, lesson: Lesson, images: dict[str, str]) -> Node:
    """Return a lesson with samples and images."""
    rows = in_order(lesson.texts.all(), quest.source_language)
    shared = {
        "minutes": lesson.minutes,
        "status": lesson.status,
        "tags": sorted(tag.slug for tag in lesson.tags.all()),
        "needs": lesson.needs,
        "starter": lesson.starter_file,
        "check": lesson.check_file,
    }
    texts = {row.language: lesson_text(lesson, row, shared) for row in rows}
    node = Node("lesson", lesson.uid, lesson.slug, lesson.position, texts, shared)
    node.width = lesson.number_width
    node.samples = [sample_node(sample) for sample in lesson.samples.all()]
    node.questions = questions_of(lesson)
    node.starter = CodeFile(lesson.starter_file, lesson.starter)
    node.check = CodeFile(lesson.check_file, lesson.check_code)
    names = names_shown(rows, node.questions) if images else set()
    node.images = {name: stored_bytes(images[name]) for name in sorted(names & images.keys())}
    return node


def names_shown(rows: list[LessonText], questions: list[QuestionValues]) -> set[str]:
    """Return the names of pictures in a lesson's texts."""
    parts = [
        part.markdown
        for row in rows
        for part in parts_of(row, questions, row.language, is_source=False)
    ]
    return set(names_in(*parts))


def stored_bytes(path: str) -> bytes:
    """Return the bytes of a stored image."""
    with default_storage.open(path) as file:
        return bytes(file.read())


def lesson_text(lesson: Lesson, row: LessonText, shared: dict[str, Any]) -> Text:
    """Return one language of a lesson."""
    links = [
        {"title": link.titles[row.language], "url": link.url}
        for link in lesson.links.all()
        if link.titles.get(row.language)
    ]
    words = {"exercise": row.exercise, "answer": row.answer, "hints": row.hints}
    texts = {**words, "links": links}
    meta = {**titled_meta(lesson.uid, row), **shared, **texts}
    return Text(row.language, Source("", body=row.body), meta)


def sample_node(row: CodeSample) -> Sample:
    """Return a sample with its capture, if any."""
    capture = None
    if row.source_sha256:
        keys = ("source_sha256", "ran_on", "python", "versions", "outcome", "output")
        capture = {key: getattr(row, key) for key in keys}
    return Sample(
        row.file,
        row.language,
        row.fails,
        row.source,
        row.titles,
        capture,
        bool(capture),
        row.predict,
        {each["file"]: stored_bytes(Image(sha256=each["image"], extension="png").file)
         for each in row.figures},
        row.figure_alts,
    )  # fmt: skip
