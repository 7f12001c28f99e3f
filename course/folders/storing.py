"""Store a checked quest by uid, keeping learners' progress."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from comments.models import Thread
from course.authoring.revising import ChangeNote, ChangeNotes
from course.authoring.texts import store_texts
from course.content import outlines
from course.content.publishing import (
    announce_change,
    follow_quest,
    keep_old_address,
    mark_published,
    store_thread,
)
from course.content.steps import Progress
from course.folders.extras import store_extras, store_tags
from course.folders.glossary import store_terms
from course.folders.nodes import Node, Text
from course.folders.pictures import Pictures
from course.folders.problems import Problem
from course.folders.render_inputs import stored_recipes
from course.folders.texts import new_texts
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


@dataclass
class Counts:
    """Numbers of lessons that an import created, changed, left unchanged, and kept.

    `said` counts the changed ones by kind of change (a value of Change).
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    said: Counter[str] = field(default_factory=Counter)
    warnings: list[Problem] = field(default_factory=list)


def store(
    node: Node,
    progress: Progress,
    kept: frozenset[str],
    change_notes: ChangeNotes,
    same: frozenset[str] = frozenset(),
) -> Counts:
    """Store the quest; call inside a transaction. Tells `progress` of each lesson "written".

    Uids in `kept` keep the site's text; `change_notes` describe the changes for readers. Parts in
    `same` have the folder's files already.
    """
    as_it_was = untouched(node, same)
    quest = Quest.objects.get(uid=node.uid) if node.uid in kept else store_quest(node)
    if node.uid not in kept:
        store_terms(quest, node.terms)
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
    pictures = Pictures(quest)
    for number, (chapter, lesson) in enumerate(lessons, start=1):
        pictures.store(lesson)
        said = change_notes.of(lesson.uid)
        outcome = (
            "same"
            if lesson.uid in as_it_was
            else store_lesson(quest, chapters[chapter.uid], lesson, said)
        )
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        if outcome == "changed":
            counts.said[said.change] += 1
        progress("written", number, len(lessons))
    # A chapter whose folder another one took, and all of whose lessons moved on.
    quest.chapters.filter(pk__in=displaced, lessons=None).exclude(uid__in=chapters).delete()
    follow_quest(quest)
    outlines.rebuild(quest)
    return counts


def untouched(quest: Node, same: frozenset[str]) -> frozenset[str]:
    """Return the lessons of which nothing would be stored anew; one query.

    Those that stand where they stood with the files that they had, and whose HTML is made of what
    it would be made of now. None when the quest itself changed: its address is in all of them.
    """
    if quest.uid not in same:
        return frozenset()
    recipes = stored_recipes(quest.uid)
    return frozenset(
        lesson.uid
        for chapter in quest.children
        for lesson in chapter.children
        if {chapter.uid, lesson.uid} <= same
        and all(
            not text.rendered and recipes.get((lesson.uid, language)) == text.recipe
            for language, text in lesson.texts.items()
        )
    )


def store_quest(node: Node) -> Quest:
    """Store the quest's row and texts."""
    quest = Quest.objects.filter(uid=node.uid).first() or Quest(uid=node.uid)
    if quest.pk and quest.slug != node.slug:
        OldQuestSlug.objects.update_or_create(slug=quest.slug, defaults={"quest": quest})
    quest.slug, quest.position = node.slug, node.position
    quest.emoji, quest.status = node.meta["emoji"], node.meta["status"]
    quest.source_language, quest.runs = node.meta["source"], node.meta["runs"]
    quest.save()
    stored = {text.language: text for text in quest.texts.all()}
    for language, text in node.texts.items():
        row = stored.get(language) or QuestText(quest=quest, language=language)
        row.body_html = text.rendered["body"].html
        save_words(row, {**titles(text), "body": text.source.body})
    return quest


def save_words(row: Any, words: dict[str, str]) -> None:
    """Save a text; adds a revision to its history only if it changed."""
    same = row.pk and all(getattr(row, name) == value for name, value in words.items())
    for name, value in words.items():
        setattr(row, name, value)
    if same:
        row.save_without_historical_record()
    else:
        row.save()


def titles(text: Text) -> dict[str, str]:
    """Return title and summary of a text."""
    return {"title": text.meta["title"], "summary": text.meta["summary"]}


def free_chapter_slugs(quest: Quest, nodes: list[Node]) -> list[int]:
    """Give temporary slugs to chapters whose slug another one will take; returns their ids."""
    wanted = {node.slug: node.uid for node in nodes}
    clashing = [
        each for each in quest.chapters.all() if wanted.get(each.slug, each.uid) != each.uid
    ]
    for chapter in clashing:
        chapter.slug = f"{chapter.slug[:40]}-old-{chapter.pk}"
        chapter.save(update_fields=["slug"])
    return [chapter.pk for chapter in clashing]


def store_chapter(quest: Quest, node: Node) -> Chapter:
    """Store a chapter's row and texts."""
    place = {"quest": quest, "slug": node.slug, "position": node.position}
    chapter, _new = Chapter.objects.update_or_create(
        uid=node.uid, defaults={**place, "number_width": node.width}
    )
    stored = {text.language: text for text in chapter.texts.all()}
    for language, text in node.texts.items():
        row = stored.get(language) or ChapterText(chapter=chapter, language=language)
        save_words(row, titles(text))
    return chapter


def free_slugs(quest: Quest, nodes: list[Node]) -> None:
    """Give temporary slugs to lessons that swap them, so that they stay unique meanwhile."""
    wanted = {node.uid: node.slug for node in nodes}
    for lesson in quest.lessons.all():
        slug = wanted.get(lesson.uid, lesson.slug)
        if slug != lesson.slug:
            keep_old_address(lesson)
            Lesson.objects.filter(pk=lesson.pk).update(slug=f"~{lesson.pk}")


def store_lesson(quest: Quest, chapter: Chapter, node: Node, change_note: ChangeNote) -> str:
    """Store a lesson with all its parts. Returns "new", "changed" or "same"."""
    lesson = Lesson.objects.select_related("thread").filter(uid=node.uid).first()
    is_new = lesson is None
    if lesson is None:
        lesson = Lesson(uid=node.uid, thread=Thread.objects.create(url="", title=""))
    moved = place_lesson(lesson, quest, chapter, node)
    exercise = store_exercise(lesson, node)
    tagged = store_tags(lesson, list(node.meta["tags"]))
    anew = change_note.change == Change.REDO
    extras = store_extras(lesson, node, anew=anew)
    if exercise and not is_new:
        extras = extras._replace(anything=True, words=True)
    texts = new_texts(node, extras)
    changed = store_texts(lesson, texts, change_note, extras_changed=extras.words)
    titles = {language: text.meta["title"] for language, text in node.texts.items()}
    store_thread(lesson, next(iter(titles.values())), titles)
    mark_published(lesson)
    if is_new:
        return "new"
    if not (moved or tagged or extras.anything or changed):
        return "same"
    # Whoever has the lesson open in a form is told of it when saving.
    Lesson.objects.filter(pk=lesson.pk).update(version=F("version") + 1)
    if change_note.change != Change.TYPO:
        for language in changed:
            announce_change(lesson, language, change_note.note)
    return "changed"


def store_exercise(lesson: Lesson, node: Node) -> bool:
    """Store starter, check and prerequisites. Returns whether they changed."""
    wanted = {
        "starter_file": node.starter.file,
        "starter": node.starter.code,
        "check_file": node.check.file,
        "check_code": node.check.code,
        "needs": list(node.meta["needs"]),
    }
    changed = [name for name, value in wanted.items() if getattr(lesson, name) != value]
    for name in changed:
        setattr(lesson, name, wanted[name])
    if changed:
        lesson.save(update_fields=changed)
    return bool(changed)


def place_lesson(lesson: Lesson, quest: Quest, chapter: Chapter, node: Node) -> bool:
    """Store the lesson's row. Returns whether it changed."""
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
    if lesson.status != Status.RETIRED:
        lesson.merged_into = None  # it stands for itself again, as in the studio
    lesson.save()
    return moved
