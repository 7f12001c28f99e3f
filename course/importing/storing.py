"""Write a read and checked quest into the database, by uid, keeping what learners did."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from comments.models import Thread
from course import outlines
from course.authoring.revising import Statement, Statements
from course.importing.extras import store_extras, store_pictures, store_tags
from course.importing.nodes import Node, Text
from course.importing.texts import store_texts
from course.models import (
    Change,
    Chapter,
    ChapterText,
    Lesson,
    OldQuestSlug,
    Quest,
    QuestText,
    Status,
)
from course.publishing import (
    announce_change,
    follow_quest,
    keep_old_address,
    mark_published,
    store_thread,
)

Progress = Callable[[int, int], None]


@dataclass
class Counts:
    """How many lessons an import made, changed, left, and kept as the site had them.

    `said` counts the changed ones by what readers are told (a value of Change).
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    said: Counter[str] = field(default_factory=Counter)


def store(node: Node, progress: Progress, kept: frozenset[str], statements: Statements) -> Counts:
    """Write the quest; call inside a transaction. `progress(done, all)` is told of each lesson.

    What has a uid in `kept` stays as the site has it; `statements` tell readers of what changed.
    """
    quest = Quest.objects.get(uid=node.uid) if node.uid in kept else store_quest(node)
    displaced = free_chapter_slugs(quest, [each for each in node.children if each.uid not in kept])
    chapters = {
        chapter.uid: quest.chapters.get(uid=chapter.uid)
        if chapter.uid in kept
        else store_chapter(quest, chapter)
        for chapter in node.children
    }
    lessons = [
        (chapter, lesson)
        for chapter in node.children
        for lesson in chapter.children
        if lesson.uid not in kept
    ]
    free_slugs(quest, [lesson for _chapter, lesson in lessons])
    counts = Counts()
    for number, (chapter, lesson) in enumerate(lessons, start=1):
        outcome = store_lesson(quest, chapters[chapter.uid], lesson, statements.of(lesson.uid))
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if outcome == "changed":
            counts.said[statements.of(lesson.uid).change] += 1
        progress(number, len(lessons))
    # A chapter whose folder another one took, and all of whose lessons moved on.
    quest.chapters.filter(pk__in=displaced, lessons=None).exclude(uid__in=chapters).delete()
    follow_quest(quest)
    outlines.rebuild(quest)
    return counts


def store_quest(node: Node) -> Quest:
    """The quest's row and texts."""
    quest = Quest.objects.filter(uid=node.uid).first() or Quest(uid=node.uid)
    if quest.pk and quest.slug != node.slug:
        OldQuestSlug.objects.update_or_create(slug=quest.slug, defaults={"quest": quest})
    quest.slug, quest.position = node.slug, node.position
    quest.emoji, quest.status = node.meta["emoji"], node.meta["status"]
    quest.source_language = node.meta["source"]
    quest.save()
    stored = {text.language: text for text in quest.texts.all()}
    for language, text in node.texts.items():
        row = stored.get(language) or QuestText(quest=quest, language=language)
        row.body_html = text.rendered["body"].html
        save_words(row, {**named(text), "body": text.source.body})
    return quest


def save_words(row: Any, words: dict[str, str]) -> None:
    """Save a text with these words; the history gets a line only when they are new."""
    same = row.pk and all(getattr(row, name) == value for name, value in words.items())
    for name, value in words.items():
        setattr(row, name, value)
    if same:
        row.save_without_historical_record()
    else:
        row.save()


def named(text: Text) -> dict[str, str]:
    """Title and summary of a text."""
    return {"title": text.meta["title"], "summary": text.meta["summary"]}


def free_chapter_slugs(quest: Quest, nodes: list[Node]) -> list[int]:
    """Give chapters whose slug is about to be another's a slug of their own; returns their ids."""
    wanted = {node.slug: node.uid for node in nodes}
    clashing = [
        each for each in quest.chapters.all() if wanted.get(each.slug, each.uid) != each.uid
    ]
    for chapter in clashing:
        chapter.slug = f"{chapter.slug[:40]}-old-{chapter.pk}"
        chapter.save(update_fields=["slug"])
    return [chapter.pk for chapter in clashing]


def store_chapter(quest: Quest, node: Node) -> Chapter:
    """A chapter's row and texts."""
    place = {"quest": quest, "slug": node.slug, "position": node.position}
    chapter, _new = Chapter.objects.update_or_create(
        uid=node.uid, defaults={**place, "number_width": node.width}
    )
    stored = {text.language: text for text in chapter.texts.all()}
    for language, text in node.texts.items():
        row = stored.get(language) or ChapterText(chapter=chapter, language=language)
        save_words(row, named(text))
    return chapter


def free_slugs(quest: Quest, nodes: list[Node]) -> None:
    """Park the slugs of lessons that are about to swap them, so that no two are equal midway."""
    wanted = {node.uid: node.slug for node in nodes}
    for lesson in quest.lessons.all():
        slug = wanted.get(lesson.uid, lesson.slug)
        if slug != lesson.slug:
            keep_old_address(lesson)
            Lesson.objects.filter(pk=lesson.pk).update(slug=f"~{lesson.pk}")


def store_lesson(quest: Quest, chapter: Chapter, node: Node, statement: Statement) -> str:
    """A lesson with everything in it; returns "new", "changed" or "same"."""
    lesson = Lesson.objects.select_related("thread").filter(uid=node.uid).first()
    is_new = lesson is None
    if lesson is None:
        lesson = Lesson(uid=node.uid, thread=Thread.objects.create(url="", title=""))
    moved = place_lesson(lesson, quest, chapter, node)
    store_pictures(quest, node)
    tagged = store_tags(lesson, list(node.meta["tags"]))
    extras = store_extras(lesson, node)
    changed = store_texts(lesson, node, statement, extras_changed=extras.words)
    store_thread(lesson, next(iter(node.texts.values())).meta["title"])
    mark_published(lesson)
    if is_new:
        return "new"
    if not (moved or tagged or extras.anything or changed):
        return "same"
    # Whoever has the lesson open in a form is told of it when saving.
    Lesson.objects.filter(pk=lesson.pk).update(version=F("version") + 1)
    if statement.change != Change.TYPO:
        for language in changed:
            announce_change(lesson, language, statement.note)
    return "changed"


def place_lesson(lesson: Lesson, quest: Quest, chapter: Chapter, node: Node) -> bool:
    """The lesson's row; whether it differs from what was stored."""
    wanted = {
        "quest_id": quest.pk,
        "chapter_id": chapter.pk,
        "slug": node.slug,
        "position": node.position,
        "number_width": node.width,
        "minutes": node.meta["minutes"],
        "status": node.meta["status"],
    }
    if lesson.pk and lesson.quest_id != quest.pk:
        keep_old_address(lesson)
    moved = any(getattr(lesson, name) != value for name, value in wanted.items())
    for name, value in wanted.items():
        setattr(lesson, name, value)
    # The objects as well: the lesson's address and whether it is public are read from them.
    lesson.quest, lesson.chapter = quest, chapter
    if lesson.status != Status.DRAFT:
        lesson.publish_at = None
    lesson.save()
    return moved
