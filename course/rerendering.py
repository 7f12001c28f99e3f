"""Render everything that is stored again."""

from collections.abc import Iterator

from django.db import transaction

from comments.rerendering import render_comments
from course import outlines
from course.images.storing import image_resolver
from course.models import Announcement, Lesson, Quest, QuestText
from course.rendering import apply_rendering, fill_extras, render_quest_text, site_resolver
from markup import RENDERER_VERSION, MarkupError, render_lesson


def render_all(*, stale_only: bool = False) -> tuple[int, list[str]]:
    """(texts rendered, messages about those that failed); one transaction for each lesson."""
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
    """Render all texts of one lesson, or none; returns how many.

    Read and written under one lock, so that nobody's edit is overwritten with older words.
    """
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(of=("self",)).get(pk=number)
        texts = list(lesson.texts.select_for_update())
        for text in texts:
            apply_rendering(text, site_resolver(text.language), image_resolver(lesson.quest_id))
        fill_extras(lesson, texts)
        for text in texts:
            text.save_without_historical_record()
    return len(texts)


def render_quests() -> Iterator[str]:
    """Render the texts of quests and rebuild their outlines; yields what failed."""
    for text in QuestText.objects.all():
        try:
            render_quest_text(text)
            QuestText.objects.filter(pk=text.pk).update(body_html=text.body_html)
        except MarkupError as error:
            yield f"{text.quest}: {error}"
    for quest in Quest.objects.all():
        outlines.rebuild(quest)


def render_announcements() -> Iterator[str]:
    """Render the staff's announcements; yields what failed."""
    for row in Announcement.objects.all():
        try:
            row.bodies_html = {
                code: render_lesson(text, language=code).html for code, text in row.bodies.items()
            }
            row.save(update_fields=["bodies_html"])
        except MarkupError as error:
            yield f"{row}: {error}"
