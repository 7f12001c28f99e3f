"""Begin a chapter or a lesson; everything else happens in the lesson's form."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comments.models import Thread
from course import outlines
from course.authoring.saving import finish, save_text
from course.models import Chapter, ChapterText, Lesson, LessonText, Quest
from course.rendering import apply_rendering, fill_extras, site_resolver


def new_uid(quest: Quest, slug: str, taken: Any) -> str:
    """A uid that tells what it names, with a random tail when that is taken."""
    uid = f"{quest.uid}-{slug}"[:64].strip("-")
    return f"{uid[:57]}-{secrets.token_hex(3)}" if taken.filter(uid=uid).exists() else uid


def next_position(rows: Any) -> int:
    """The place behind the last row."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def create_chapter(*, quest: Quest, slug: str, titles: dict[str, str]) -> Chapter:
    """A chapter at the quest's end, with a title for each language that has one."""
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=quest.pk)
        chapter = Chapter.objects.create(
            quest=quest,
            uid=new_uid(quest, slug, Chapter.objects),
            slug=slug,
            position=next_position(quest.chapters),
        )
        for language, title in titles.items():
            ChapterText.objects.create(chapter=chapter, language=language, title=title)
        outlines.rebuild(quest)
    return chapter


def create_lesson(*, chapter: Chapter, slug: str, titles: dict[str, str], author: Any) -> Lesson:
    """A draft at the chapter's end, with an empty text for each language that has a title."""
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=chapter.quest_id)
        lesson = Lesson.objects.create(
            uid=new_uid(quest, slug, Lesson.objects),
            quest=quest,
            chapter=chapter,
            slug=slug,
            position=next_position(chapter.lessons),
            thread=Thread.objects.create(url="", title="", public=False),
        )
        texts = [
            LessonText(lesson=lesson, language=language, title=title, changed_at=timezone.now())
            for language, title in titles.items()
        ]
        for text in texts:
            apply_rendering(text, site_resolver(text.language))
            if text.language != quest.source_language:
                text.source_revision = 1
        fill_extras(lesson, texts)
        for text in texts:
            save_text(text, author, with_history=True)
        finish(lesson, quest)
    return lesson
