"""What happens around a lesson when it is published, changed or gets another address."""

from datetime import timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from course.models import Lesson, LessonText, OldLessonSlug, Quest, Status, StreamEntry

# Several saves of one piece of work are one line of the stream.
ONE_CHANGE = timedelta(hours=6)


def lesson_path(lesson: Lesson) -> str:
    """The lesson's path without a language prefix; its thread is found by it."""
    with override("ko"):
        return reverse("lesson", args=[lesson.quest.slug, lesson.slug])


def store_thread(lesson: Lesson, title: str) -> None:
    """Keep the conversation's address and title those of its lesson."""
    thread = lesson.thread
    wanted = (lesson_path(lesson), title, lesson.is_public)
    if (thread.url, thread.title, thread.public) != wanted:
        thread.url, thread.title, thread.public = wanted
        thread.save(update_fields=["url", "title", "public"])


def keep_old_address(lesson: Lesson) -> None:
    """Remember where a lesson was, so that the old address answers 301."""
    OldLessonSlug.objects.update_or_create(
        quest_id=lesson.quest_id, slug=lesson.slug, defaults={"lesson": lesson}
    )


def follow_quest(quest: Quest) -> None:
    """Bring the lessons after their quest, whose address or status may be another now."""
    for lesson in quest.lessons.select_related("thread").in_order():
        lesson.quest = quest
        store_thread(lesson, lesson.thread.title)
        stamp_published(lesson)
    if quest.status == Status.PUBLISHED:
        keep_public(LessonText.objects.filter(lesson__quest=quest).exclude(lesson__status="draft"))


def mark_published(lesson: Lesson) -> None:
    """Note what readers have of a lesson now; call after its texts or status were stored."""
    if lesson.is_public:
        stamp_published(lesson)
        keep_public(lesson.texts.all())


def keep_public(texts: QuerySet[LessonText]) -> None:
    """Note in the history of these texts that readers have their newest words."""
    lines = LessonText.history.model.objects
    own = lines.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    newest = texts.annotate(newest=Subquery(own.values("history_id")[:1])).values("newest")
    lines.filter(history_id__in=newest, was_public=False).update(was_public=True)


def counts(lesson: Lesson) -> bool:
    """Whether the lesson is published, and so is its quest."""
    return lesson.is_public and lesson.status == Status.PUBLISHED


def stamp_published(lesson: Lesson) -> None:
    """Stamp the first time that readers have a lesson and tell the stream; later, nothing.

    A published lesson of a quest that is not published waits for its quest.
    """
    if lesson.published_at or not counts(lesson):
        return
    lesson.published_at = timezone.now()
    lesson.save(update_fields=["published_at"])
    StreamEntry.objects.get_or_create(
        lesson=lesson, kind=StreamEntry.Kind.NEW, defaults={"at": lesson.published_at}
    )


def announce_change(lesson: Lesson, language: str, note: str = "") -> None:
    """Tell the stream that a published lesson changed; changes within six hours share a line."""
    if not counts(lesson):
        return
    now = timezone.now()
    recent = StreamEntry.objects.filter(lesson=lesson, at__gte=now - ONE_CHANGE)
    if not recent.filter(language__in=["", language]).exists():
        StreamEntry.objects.create(
            lesson=lesson, kind=StreamEntry.Kind.CHANGED, language=language, note=note, at=now
        )
