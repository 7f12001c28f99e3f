"""Consequences of publishing, changing or moving a lesson."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from comments.conversation.threads import continue_in
from course.content.answers import keep_answers
from course.models import Lesson, LessonText, OldLessonSlug, Quest, Status, StreamEntry

# Several saves of one piece of work are one line of the stream.
ONE_CHANGE = timedelta(hours=6)


def lesson_path(lesson: Lesson) -> str:
    """Return the lesson's path without language prefix, which identifies its thread."""
    with override("ko"):
        return reverse("lesson", args=[lesson.quest.slug, lesson.slug])


def store_thread(lesson: Lesson, title: str, titles: Mapping[str, str]) -> None:
    """Update the thread's URL and titles to those of its lesson; `title` is the source's."""
    thread = lesson.thread
    wanted = (lesson_path(lesson), title, dict(titles), lesson.is_public)
    if (thread.url, thread.title, thread.titles, thread.public) != wanted:
        thread.url, thread.title, thread.titles, thread.public = wanted
        thread.save(update_fields=["url", "title", "titles", "public"])
    into = lesson.merged_into
    if thread.successor_id != (into.thread_id if into else None):
        continue_in(thread=thread, successor=into.thread if into else None)


def keep_old_address(lesson: Lesson) -> None:
    """Remember the lesson's former URL, so that it redirects with 301."""
    OldLessonSlug.objects.update_or_create(
        quest_id=lesson.quest_id, slug=lesson.slug, defaults={"lesson": lesson}
    )


def follow_quest(quest: Quest) -> None:
    """Update a quest's lessons after its slug or status changed."""
    for lesson in quest.lessons.select_related("thread", "merged_into").in_order():
        lesson.quest = quest
        store_thread(lesson, lesson.thread.title, lesson.thread.titles or {})
        stamp_published(lesson)
    for lesson in quest.lessons.filter(questions__retired=False).distinct():
        lesson.quest = quest
        if lesson.is_public:
            keep_answers(lesson)
    if quest.status == Status.PUBLISHED:
        keep_public(LessonText.objects.filter(lesson__quest=quest).exclude(lesson__status="draft"))


def mark_published(lesson: Lesson) -> None:
    """Record what readers can see of a lesson; call after saving texts or status."""
    if lesson.is_public:
        stamp_published(lesson)
        keep_public(lesson.texts.all())
        keep_answers(lesson)


def keep_public(texts: QuerySet[LessonText]) -> None:
    """Mark the newest revisions of these texts as public."""
    lines = LessonText.history.model.objects
    own = lines.filter(id=OuterRef("pk")).order_by("-history_date", "-history_id")
    newest = texts.annotate(newest=Subquery(own.values("history_id")[:1])).values("newest")
    lines.filter(history_id__in=newest, was_public=False).update(was_public=True)


def counts(lesson: Lesson) -> bool:
    """Return whether the lesson and its quest are published."""
    return lesson.is_public and lesson.status == Status.PUBLISHED


def stamp_published(lesson: Lesson) -> None:
    """Set `published_at` and add a stream entry on first publication; idempotent.

    A published lesson of an unpublished quest waits for its quest.
    """
    if lesson.published_at or not counts(lesson):
        return
    lesson.published_at = timezone.now()
    lesson.save(update_fields=["published_at"])
    StreamEntry.objects.get_or_create(
        lesson=lesson, kind=StreamEntry.Kind.NEW, defaults={"at": lesson.published_at}
    )


def announce_change(lesson: Lesson, language: str, note: str = "") -> None:
    """Add a change to the stream; changes within six hours share an entry."""
    if not counts(lesson):
        return
    now = timezone.now()
    recent = StreamEntry.objects.filter(lesson=lesson, at__gte=now - ONE_CHANGE)
    if not recent.filter(language__in=["", language]).exists():
        StreamEntry.objects.create(
            lesson=lesson, kind=StreamEntry.Kind.CHANGED, language=language, note=note, at=now
        )
