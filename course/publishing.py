"""What happens around a lesson when it is published, changed or gets another address."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from course.models import Lesson, OldLessonSlug, Status, StreamEntry

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


def mark_published(lesson: Lesson) -> None:
    """Stamp a lesson's first publication and tell the stream; later calls change nothing."""
    if lesson.status != Status.PUBLISHED or lesson.published_at:
        return
    lesson.published_at = timezone.now()
    lesson.save(update_fields=["published_at"])
    StreamEntry.objects.get_or_create(
        lesson=lesson, kind=StreamEntry.Kind.NEW, defaults={"at": lesson.published_at}
    )


def announce_change(lesson: Lesson, language: str, note: str = "") -> None:
    """Tell the stream that a published lesson changed; changes within six hours share a line."""
    if lesson.status != Status.PUBLISHED:
        return
    now = timezone.now()
    recent = StreamEntry.objects.filter(lesson=lesson, at__gte=now - ONE_CHANGE)
    if not recent.filter(language__in=["", language]).exists():
        StreamEntry.objects.create(
            lesson=lesson, kind=StreamEntry.Kind.CHANGED, language=language, note=note, at=now
        )
