"""Builds quests for the tests of progress."""

from django.utils import timezone

from comments.models import Thread
from course import outlines
from course.models import Chapter, Lesson, LessonText, Quest, QuestText, Tag
from pagecache.changes import memory


def make_quest(uid: str = "jax", lessons: int = 5, *, exercises: bool = True, chapters: int = 1):
    """A published quest with so many published lessons, spread over its chapters."""
    quest = Quest.objects.create(uid=uid, slug=uid, status="published", source_language="ko")
    for language in ("ko", "en"):
        QuestText.objects.create(quest=quest, language=language, title=f"{uid} {language}")
    parts = [
        Chapter.objects.create(quest=quest, uid=f"{uid}-ch{n}", slug=f"ch{n}", position=n)
        for n in range(chapters)
    ]
    made = [
        make_lesson(quest, parts[n * chapters // lessons], n, exercises=exercises)
        for n in range(lessons)
    ]
    outlines.rebuild(quest)
    memory.clear()
    return quest, made


def make_lesson(quest, chapter, number: int, *, exercises: bool = True, **fields) -> Lesson:
    """A published lesson with a text in both languages."""
    uid = fields.pop("uid", f"{quest.uid}-{number:03d}")
    lesson = Lesson.objects.create(
        **{"uid": uid, "slug": uid, "quest": quest, "chapter": chapter, "position": number,
           "status": "published", "published_at": timezone.now(),
           "thread": Thread.objects.create(url=f"/quests/{quest.slug}/{uid}/", title=uid)}
        | fields
    )  # fmt: skip
    for language in ("ko", "en"):
        LessonText.objects.create(
            lesson=lesson,
            language=language,
            title=f"{uid} {language}",
            body="본문",
            body_html="<p>본문</p>",
            exercise="해 보세요" if exercises else "",
            exercise_html="<p>해 보세요</p>" if exercises else "",
            answer="답" if exercises else "",
            answer_html="<p>답</p>" if exercises else "",
            changed_at=timezone.now(),
        )
    return lesson


def tag(lesson: Lesson, slug: str) -> None:
    """Give a lesson a tag."""
    lesson.tags.add(Tag.objects.get_or_create(slug=slug)[0])
    memory.clear()
