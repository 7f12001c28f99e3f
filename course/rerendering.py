"""Render everything that is stored again."""

from django.db import transaction

from course import outlines
from course.images.storing import image_resolver
from course.models import Lesson, Quest, QuestText
from course.rendering import apply_rendering, fill_extras, render_quest_text, site_resolver
from markup import RENDERER_VERSION, MarkupError


def render_all(*, stale_only: bool = False) -> tuple[int, list[str]]:
    """(texts rendered, messages about those that failed); one transaction for each lesson."""
    done, problems = 0, []
    lessons = Lesson.objects.prefetch_related("texts", "samples", "links", "tags")
    if stale_only:
        lessons = lessons.filter(texts__renderer_version__lt=RENDERER_VERSION).distinct()
    for lesson in lessons.iterator(chunk_size=100):
        try:
            done += render_lesson_texts(lesson)
        except MarkupError as error:
            problems.append(f"{lesson.uid}: {error}")
    for text in QuestText.objects.all():
        render_quest_text(text)
        text.save(update_fields=["body_html"])
    for quest in Quest.objects.all():
        outlines.rebuild(quest)
    return done, problems


def render_lesson_texts(lesson: Lesson) -> int:
    """Render all texts of one lesson, or none; returns how many."""
    texts = list(lesson.texts.all())
    for text in texts:
        apply_rendering(text, site_resolver(text.language), image_resolver(lesson.quest_id))
    fill_extras(lesson, texts)
    with transaction.atomic():
        for text in texts:
            text.save_without_historical_record()
    return len(texts)
