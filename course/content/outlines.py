"""The outline of a quest: chapters and lessons in reading order, stored for pages.

An outline is plain data: a list of chapters `{uid, slug, title, summary, lessons}` whose lessons
are `{uid, slug, title, minutes, status, language}`. The stored one (QuestText.outline) holds
published lessons; staff see drafts too, in one that is built on the spot.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings

from course.models import Chapter, ChapterText, LessonText, Quest, QuestText, Status
from pagecache.changes import invalidate

Outline = list[dict[str, Any]]


class Place(NamedTuple):
    """A lesson's position in the outline; `number` of `total` in the chapter."""

    chapter: dict[str, Any] | None
    number: int
    total: int
    previous: dict[str, Any] | None
    next: dict[str, Any] | None


def best_by(texts: Iterable[Any], owner: str, language: str) -> dict[int, Any]:
    """Return for each owner id the text in `language`, else in another."""
    found: dict[int, Any] = {}
    for text in texts:
        key = getattr(text, owner)
        if key not in found or text.language == language:
            found[key] = text
    return found


def build(quest: Quest, language: str, statuses: Iterable[str]) -> Outline:
    """Return the outline in one language, with lessons of these statuses; four queries."""
    lessons = list(quest.lessons.filter(status__in=list(statuses), merged_into=None))
    chapters = list(quest.chapters.all())
    titles = LessonText.objects.filter(lesson__in=lessons).only("lesson_id", "language", "title")
    lesson_texts = best_by(titles, "lesson_id", language)
    chapter_texts = best_by(
        ChapterText.objects.filter(chapter__quest=quest), "chapter_id", language
    )
    return [
        {
            **chapter_row(chapter, chapter_texts.get(chapter.pk)),
            "lessons": [
                lesson_row(lesson, lesson_texts[lesson.pk])
                for lesson in sorted(lessons, key=lambda each: (each.position, each.pk))
                if lesson.chapter_id == chapter.pk and lesson.pk in lesson_texts
            ],
        }
        for chapter in chapters
    ]


def chapter_row(chapter: Chapter, text: ChapterText | None) -> dict[str, Any]:
    """Return the outline's entry of a chapter, without its lessons."""
    return {
        "uid": chapter.uid,
        "slug": chapter.slug,
        "title": text.title if text else chapter.slug,
        "summary": text.summary if text else "",
    }


def lesson_row(lesson: Any, text: LessonText) -> dict[str, Any]:
    """Return the outline's entry of a lesson."""
    return {
        "uid": lesson.uid,
        "slug": lesson.slug,
        "title": text.title,
        "minutes": lesson.minutes,
        "status": lesson.status,
        "language": text.language,
    }


def rebuild(quest: Quest) -> None:
    """Store the outline of a quest in every language; call after any change of its content."""
    for code, _name in settings.LANGUAGES:
        outline = [part for part in build(quest, code, [Status.PUBLISHED]) if part["lessons"]]
        QuestText.objects.filter(quest=quest, language=code).update(outline=outline)
    invalidate(f"quest:{quest.pk}", "site", "catalogue")


def lessons_of(outline: Outline) -> list[dict[str, Any]]:
    """Return every lesson of the outline in reading order."""
    return [lesson for chapter in outline for lesson in chapter["lessons"]]


def place_of(uid: str, outline: Outline) -> Place:
    """Return the lesson's position; an empty Place for a retired lesson or a draft."""
    for chapter in outline:
        numbers = [lesson["uid"] for lesson in chapter["lessons"]]
        if uid in numbers:
            row = lessons_of(outline)
            index = [lesson["uid"] for lesson in row].index(uid)
            before = row[index - 1] if index else None
            after = row[index + 1] if index + 1 < len(row) else None
            return Place(chapter, numbers.index(uid) + 1, len(numbers), before, after)
    return Place(None, 0, 0, None, None)
