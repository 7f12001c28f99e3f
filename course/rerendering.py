"""Render everything that is stored again."""

from collections.abc import Iterator

from django.db import transaction

from comments.rerendering import render_comments
from course import outlines
from course.images.storing import image_resolver
from course.models import Announcement, Lesson, Quest, QuestText
from course.rendering import apply_rendering, fill_extras, render_quest_text, site_resolver
from markup import RENDERER_VERSION, MarkupError, render_lesson
from pagecache.changes import touch


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
    for number, slug in QuestText.objects.values_list("pk", "quest__slug"):
        try:
            render_one_quest_text(number)
        except MarkupError as error:
            yield f"{slug}: {error}"
    for number in Quest.objects.values_list("pk", flat=True):
        with transaction.atomic():
            outlines.rebuild(Quest.objects.select_for_update().get(pk=number))


def render_one_quest_text(number: int) -> None:
    """Read and written under one lock, as the texts of lessons are."""
    with transaction.atomic():
        text = QuestText.objects.select_for_update().get(pk=number)
        render_quest_text(text)
        QuestText.objects.filter(pk=number).update(body_html=text.body_html)


def render_announcements() -> Iterator[str]:
    """Render the staff's announcements and renew the pages with them; yields what failed."""
    for number in Announcement.objects.values_list("pk", flat=True):
        try:
            render_announcement(number)
        except MarkupError as error:
            yield f"announcement {number}: {error}"
    touch("site")


def render_announcement(number: int) -> None:
    """Render one in all its languages, or none, unless somebody deleted it meanwhile."""
    with transaction.atomic():
        row = Announcement.objects.select_for_update().filter(pk=number).first()
        if row:
            row.bodies_html = {
                code: render_lesson(text, language=code).html for code, text in row.bodies.items()
            }
            row.save(update_fields=["bodies_html"])
