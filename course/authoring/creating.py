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


class AddressTaken(Exception):
    """Another row of the quest has the address already; nothing was written."""


def new_uid(quest: Quest, slug: str) -> str:
    """A uid that tells what it names, with a random tail when that is taken.

    A folder names quests, chapters and lessons alike, so none may have the uid of another.
    """
    uid = f"{quest.uid}-{slug}"[:64].strip("-")
    if any(model.objects.filter(uid=uid).exists() for model in (Quest, Chapter, Lesson)):
        return f"{uid[:57]}-{secrets.token_hex(3)}"
    return uid


def check_free(rows: Any, slug: str) -> None:
    """Raises AddressTaken; call once the quest is locked, so that nobody takes it meanwhile."""
    if rows.filter(slug=slug).exists():
        raise AddressTaken(slug)


def next_position(rows: Any) -> int:
    """The place behind the last row."""
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def create_chapter(*, quest: Quest, slug: str, titles: dict[str, str]) -> Chapter:
    """A chapter at the quest's end, with a title for each language that has one.

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
    """A draft at the chapter's end, with an empty text for each language that has a title.

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
            apply_rendering(text, site_resolver(text.language))
            if text.language != quest.source_language:
                text.source_revision = 1
        fill_extras(lesson, texts)
        for text in texts:
            save_text(text, author, with_history=True)
        finish(lesson, quest)
    return lesson
