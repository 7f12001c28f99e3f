"""Write a read and checked quest into the database, by uid, keeping what learners did."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from comments.models import Thread
from course import outlines
from course.authoring.translations import note_translations
from course.images.references import names_in
from course.images.storing import name_image, store_image
from course.importing.reading import Node, Sample, Text
from course.models import (
    Change,
    Chapter,
    ChapterText,
    CodeSample,
    ExternalLink,
    Lesson,
    LessonText,
    OldQuestSlug,
    Quest,
    QuestText,
    Tag,
)
from course.publishing import announce_change, keep_old_address, lesson_path, mark_published
from course.rendering import apply_rendered, fill_extras

Progress = Callable[[int, int], None]


@dataclass
class Counts:
    """How many lessons an import made, changed, left, and kept as the site had them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0


def store(node: Node, progress: Progress, kept: frozenset[str] = frozenset()) -> Counts:
    """Write the quest; call inside a transaction. `progress(done, all)` is told of each lesson.

    What has a uid in `kept` stays as the site has it.
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
        outcome = store_lesson(quest, chapters[chapter.uid], lesson, node.meta["source"])
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        progress(number, len(lessons))
    # A chapter whose folder another one took, and all of whose lessons moved on.
    quest.chapters.filter(pk__in=displaced, lessons=None).exclude(uid__in=chapters).delete()
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


def store_lesson(quest: Quest, chapter: Chapter, node: Node, source_language: str) -> str:
    """A lesson with everything in it; returns "new", "changed" or "same"."""
    lesson = Lesson.objects.select_related("thread").filter(uid=node.uid).first()
    is_new = lesson is None
    if lesson is None:
        lesson = Lesson(uid=node.uid, thread=Thread.objects.create(url="", title=""))
    elif lesson.quest_id != quest.pk:
        keep_old_address(lesson)
    lesson.quest, lesson.chapter = quest, chapter
    lesson.slug, lesson.position, lesson.number_width = node.slug, node.position, node.width
    lesson.minutes, lesson.status = node.meta["minutes"], node.meta["status"]
    lesson.save()
    store_pictures(quest, node)
    extras_changed = store_extras(lesson, node)
    changed = store_texts(lesson, node, source_language, extras_changed=extras_changed)
    store_thread(lesson, next(iter(node.texts.values())).meta["title"])
    mark_published(lesson)
    if is_new:
        return "new"
    if changed:
        Lesson.objects.filter(pk=lesson.pk).update(version=F("version") + 1)
    for language in changed:
        announce_change(lesson, language)
    return "changed" if changed else "same"


def store_pictures(quest: Quest, node: Node) -> None:
    """The pictures that the lesson shows; one that no text describes any more keeps its words."""
    alts = {
        name: alt
        for text in reversed(node.texts.values())
        for name, alt in names_in(
            text.source.body, text.meta["exercise"], text.meta["answer"]
        ).items()
    }
    for name, cleaned in node.pictures.items():
        image = store_image(cleaned=cleaned, alt=alts.get(name, name))
        name_image(quest=quest, name=name, image=image)


def store_thread(lesson: Lesson, title: str) -> None:
    """Keep the conversation's address and title those of its lesson."""
    thread = lesson.thread
    public = lesson.is_public
    wanted = (lesson_path(lesson), title, public)
    if (thread.url, thread.title, thread.public) != wanted:
        thread.url, thread.title, thread.public = wanted
        thread.save(update_fields=["url", "title", "public"])


def store_extras(lesson: Lesson, node: Node) -> bool:
    """Tags, links and samples; whether samples or links differ from what was stored."""
    tags = [Tag.objects.get_or_create(slug=slug)[0] for slug in node.meta["tags"]]
    lesson.tags.set(tags)
    samples = [sample_row(lesson, place, each) for place, each in enumerate(node.samples)]
    links = link_rows(lesson, node)
    same = rows_equal(lesson.samples.all(), samples) and rows_equal(lesson.links.all(), links)
    if same:
        return False
    lesson.samples.all().delete()
    lesson.links.all().delete()
    CodeSample.objects.bulk_create(samples)
    ExternalLink.objects.bulk_create(links)
    return True


def sample_row(lesson: Lesson, place: int, sample: Sample) -> CodeSample:
    """A sample as a database row."""
    row = CodeSample(
        lesson=lesson,
        position=place,
        file=sample.file,
        titles=sample.titles,
        language=sample.language,
        source=sample.code,
        fails=sample.fails,
    )
    if sample.capture:
        row.output, row.outcome = str(sample.capture["output"]), str(sample.capture["outcome"])
        row.ran_on, row.python = sample.capture["ran_on"], str(sample.capture["python"])
        row.versions = {str(k): str(v) for k, v in sample.capture["versions"].items()}
        row.source_sha256 = sample.capture["source_sha256"]
    return row


def link_rows(lesson: Lesson, node: Node) -> list[ExternalLink]:
    """The lesson's links as database rows: the union of its languages, in order."""
    titles: dict[str, dict[str, str]] = {}
    for language, text in node.texts.items():
        for row in text.meta["links"]:
            titles.setdefault(row["url"], {})[language] = row["title"]
    return [
        ExternalLink(lesson=lesson, position=place, url=url, titles=names)
        for place, (url, names) in enumerate(titles.items())
    ]


def rows_equal(stored: Any, wanted: list[Any]) -> bool:
    """Whether the stored rows say the same as the wanted ones, ids aside."""
    return [values(row) for row in stored] == [values(row) for row in wanted]


def values(row: Any) -> dict[str, Any]:
    """A row's fields without its id."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def store_texts(
    lesson: Lesson, node: Node, source_language: str, *, extras_changed: bool
) -> list[str]:
    """The lesson's texts; returns the languages whose content changed since the last time."""
    stored = {text.language: text for text in lesson.texts.all()}
    source = stored.get(source_language)
    changed: list[str] = []
    texts: list[LessonText] = []
    for language, text in node.texts.items():
        row = stored.get(language) or LessonText(lesson=lesson, language=language, revision=0)
        wanted = {**named(text), "body": text.source.body}
        wanted |= {"exercise": text.meta["exercise"], "answer": text.meta["answer"]}
        if extras_changed or any(getattr(row, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(row, name, value)
            row.revision += 1
            row.real_revision, row.changed_at = row.revision, timezone.now()
            row.change, row.change_note = (Change.CLARIFICATION if row.pk else ""), ""
            changed.append(language)
            if language == source_language:
                source = row
            else:
                row.source_revision = source.revision if source else None
        apply_rendered(row, text.rendered)
        texts.append(row)
    fill_extras(lesson, texts)
    note_translations(texts, source)
    for row in texts:
        if row.language in changed:
            row.save()
        else:
            row.save_without_historical_record()
    return changed
