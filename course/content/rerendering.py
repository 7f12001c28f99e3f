"""Render all stored texts again."""

from collections.abc import Iterator

from django.db import transaction

from comments.conversation.rerendering import render_comments
from course.content import outlines
from course.content.answers import questions_of
from course.content.extras import fill_extras
from course.content.rendering import apply_rendering, render_quest_text
from course.content.resolvers import stored_resolvers
from course.models import Announcement, Lesson, Quest, QuestText
from markup import RENDERER_VERSION, MarkupError, render_lesson
from pagecache.changes import invalidate


def render_all(*, stale_only: bool = False) -> tuple[int, list[str]]:
    """Return the number of rendered texts, and messages about failed ones.

    One transaction for each lesson.
    """
    done, problems = 0, []
    lessons = Lesson.objects.all()
    if stale_only:
        lessons = lessons.filter(texts__renderer_version__lt=RENDERER_VERSION).distinct()
    for number, uid in lessons.values_list("pk", "uid"):
        try:
            done += render_lesson_texts(number)
        except MarkupError as error:
            problems.append(f"{uid}: {error}")
    problems += render_quests()
    problems += render_announcements()
    rendered, failed = render_comments(stale_only=stale_only)
    return done + rendered, problems + failed


def render_lesson_texts(number: int) -> int:
    """Render all texts of one lesson, or none. Returns their number.

    The texts are read and written under one lock, so that no concurrent edit is overwritten.
    """
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(of=("self",)).get(pk=number)
        texts = list(lesson.texts.select_for_update())
        samples, questions = list(lesson.samples.all()), questions_of(lesson)
        for text in texts:
            text.lesson = lesson
            resolvers = stored_resolvers(lesson.quest, text.language, samples)
            apply_rendering(text, resolvers, questions)
        fill_extras(lesson, texts)
        for text in texts:
            text.save_without_historical_record()
    return len(texts)


def render_quests() -> Iterator[str]:
    """Render the quests' texts and rebuild outlines. Yields failures."""
    for number, slug in QuestText.objects.values_list("pk", "quest__slug"):
        try:
            render_one_quest_text(number)
        except MarkupError as error:
            yield f"{slug}: {error}"
    for number in Quest.objects.values_list("pk", flat=True):
        with transaction.atomic():
            outlines.rebuild(Quest.objects.select_for_update().get(pk=number))


def render_one_quest_text(number: int) -> None:
    """Render one quest text, read and written under one lock."""
    with transaction.atomic():
        text = QuestText.objects.select_for_update().get(pk=number)
        render_quest_text(text)
        QuestText.objects.filter(pk=number).update(body_html=text.body_html)


def render_announcements() -> Iterator[str]:
    """Render the announcements and invalidate their pages. Yields failures."""
    for number in Announcement.objects.values_list("pk", flat=True):
        try:
            render_announcement(number)
        except MarkupError as error:
            yield f"announcement {number}: {error}"
    invalidate("site")


def render_announcement(number: int) -> None:
    """Render an announcement in all languages, or none, unless it was deleted."""
    with transaction.atomic():
        row = Announcement.objects.select_for_update().filter(pk=number).first()
        if row:
            row.bodies_html = {
                code: render_lesson(text, language=code).html for code, text in row.bodies.items()
            }
            row.save(update_fields=["bodies_html"])
