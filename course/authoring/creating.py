"""Create a chapter or a draft lesson."""

import secrets
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comments.models import Thread
from course.authoring.saving import refresh_derived
from course.authoring.texts import save_text
from course.content import outlines
from course.content.extras import fill_extras
from course.content.rendering import apply_rendering
from course.content.resolvers import stored_resolvers
from course.models import Chapter, ChapterText, Lesson, LessonText, Quest


class AddressTaken(Exception):
    """Another row of the quest has this slug; nothing was written."""


def new_uid(quest: Quest, slug: str) -> str:
    """Return a uid made from the name, with a random suffix if it is taken.

    Quests, chapters and lessons share one namespace, because a folder contains them all.
    """
    uid = f"{quest.uid}-{slug}"[:64].strip("-")
    if any(model.objects.filter(uid=uid).exists() for model in (Quest, Chapter, Lesson)):
        return f"{uid[:57]}-{secrets.token_hex(3)}"
    return uid


def check_free(rows: Any, slug: str) -> None:
    """Raise AddressTaken if the slug is taken; call while the quest is locked."""
    if rows.filter(slug=slug).exists():
        raise AddressTaken(slug)


def next_position(rows: Any) -> int:
    """Return the position after the last row."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def create_chapter(*, quest: Quest, slug: str, titles: dict[str, str]) -> Chapter:
    """Create a chapter at the quest's end, with a title in each given language.

    Raises AddressTaken.
    """
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=quest.pk)
        check_free(quest.chapters, slug)
        chapter = Chapter.objects.create(
            quest=quest,
            uid=new_uid(quest, slug),
            slug=slug,
            position=next_position(quest.chapters),
        )
        for language, title in titles.items():
            ChapterText.objects.create(chapter=chapter, language=language, title=title)
        outlines.rebuild(quest)
    return chapter


def create_lesson(*, chapter: Chapter, slug: str, titles: dict[str, str], author: Any) -> Lesson:
    """Create a draft at the chapter's end, with an empty text for each language with a title.

    Raises AddressTaken.
    """
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=chapter.quest_id)
        check_free(quest.lessons, slug)
        lesson = Lesson.objects.create(
            uid=new_uid(quest, slug),
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
            apply_rendering(text, stored_resolvers(quest, text.language))
            if text.language != quest.source_language:
                text.source_revision = 1
        fill_extras(lesson, texts)
        for text in texts:
            save_text(text, author, with_history=True)
        refresh_derived(lesson, quest)
    return lesson
