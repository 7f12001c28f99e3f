"""Save what an author wrote: all of it, as one new version, or nothing."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from course import outlines
from course.authoring.revising import Source, Statement, revise
from course.authoring.translations import note_translations
from course.authoring.values import (
    MARKDOWN,
    LessonValues,
    SampleValues,
    Words,
    same_links,
    sample_of,
)
from course.images.storing import image_resolver
from course.models import (
    Change,
    CodeSample,
    ExternalLink,
    Lesson,
    LessonDraft,
    LessonText,
    Quest,
    Status,
    Tag,
)
from course.publishing import announce_change, keep_old_address, mark_published, store_thread
from course.rendering import apply_rendered, fill_extras, render, site_resolver
from markup import MarkupError, Problem, Rendered


class EditConflict(Exception):
    """Somebody else saved the lesson since the form was opened; nothing was written."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(lesson.uid)
        self.lesson = lesson


class Refused(Exception):
    """Texts that can't be shown; `problems` by (language, field), each with its line."""

    def __init__(self, problems: dict[tuple[str, str], tuple[Problem, ...]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def save_lesson(
    *, lesson: Lesson, version: int, values: LessonValues, author: Any, statement: Statement
) -> Lesson:
    """Write the lesson as the next version and bring every page up to date.

    Raises EditConflict when the stored version is not `version` any more, Refused for texts that
    don't render. What the author had in drafts is dropped: it is saved now.
    """
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=lesson.quest_id)
        claim(lesson, version)
        stored = Lesson.objects.select_related("quest", "thread").get(pk=lesson.pk)
        check_source(stored, values)
        rendered = render_all(values, quest)
        move(stored, values)
        extras_changed = store_extras(stored, values)
        changed = store_texts(
            stored, values, rendered, statement, extras_changed=extras_changed, author=author
        )
        LessonDraft.objects.filter(lesson=stored, author=author).delete()
        finish(stored, quest)
        if statement.change != Change.TYPO:
            for language in changed:
                announce_change(stored, language, statement.note)
    return stored


def claim(lesson: Lesson, version: int) -> None:
    """Make `version` the past, in one statement: of two savers exactly one succeeds."""
    rows = Lesson.objects.filter(pk=lesson.pk, version=version)
    if not rows.update(version=F("version") + 1):
        raise EditConflict(Lesson.objects.select_related("quest").get(pk=lesson.pk))


def check_source(lesson: Lesson, values: LessonValues) -> None:
    """What readers have keeps a title and a text in the quest's language; raises Refused."""
    if lesson.status == Status.DRAFT:
        return
    language = lesson.quest.source_language
    words = values.texts.get(language, Words(""))
    empty = [name for name in ("title", "body") if not getattr(words, name).strip()]
    if empty:
        message = _("Readers have this lesson: it can't be empty.")
        raise Refused({(language, name): (Problem(message),) for name in empty})


def render_all(values: LessonValues, quest: Quest) -> dict[str, dict[str, Rendered]]:
    """Every text rendered, by language and field; raises Refused with everything that is wrong."""
    problems: dict[tuple[str, str], tuple[Problem, ...]] = {}
    rendered: dict[str, dict[str, Rendered]] = {}
    for language, words in values.texts.items():
        for name in MARKDOWN:
            try:
                html = render_text(getattr(words, name), name, language, quest.pk)
                rendered.setdefault(language, {})[name] = html
            except MarkupError as error:
                problems[language, name] = error.problems
    if problems:
        raise Refused(problems)
    return rendered


def render_text(source: str, part: str, language: str, quest_id: int) -> Rendered:
    """One text as its page will show it; raises MarkupError."""
    return render(source, part, language, site_resolver(language), image_resolver(quest_id))


def move(lesson: Lesson, values: LessonValues) -> None:
    """The lesson's address, place, length and tags; EditConflict when it stands elsewhere now."""
    if lesson.slug != values.slug:
        keep_old_address(lesson)
    lesson.slug, lesson.minutes = values.slug, values.minutes
    if values.move:
        if (lesson.chapter_id, lesson.position) != values.move.before:
            raise EditConflict(lesson)
        lesson.chapter_id, lesson.position = values.move.after
    lesson.save(update_fields=["slug", "chapter", "position", "minutes"])
    lesson.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in values.tags])


def store_extras(lesson: Lesson, values: LessonValues) -> bool:
    """Samples and links; whether readers see a difference. A sample keeps its captured output."""
    rows = {row.file: row for row in lesson.samples.all()}
    before = [sample_of(row) for row in rows.values()]  # first: the rows get the new values below
    wanted = [
        sample_row(lesson, rows.get(each.file), place, each)
        for place, each in enumerate(values.samples)
    ]
    after = [sample_of(row) for row in wanted]
    lesson.samples.exclude(file__in=[row.file for row in wanted]).delete()
    for row in wanted:
        row.save()
    if same_links(list(lesson.links.all()), values.links):
        return before != after
    lesson.links.all().delete()
    ExternalLink.objects.bulk_create(
        ExternalLink(lesson=lesson, position=place, url=each.url, titles=each.titles)
        for place, each in enumerate(values.links)
    )
    return True


def sample_row(
    lesson: Lesson, row: CodeSample | None, place: int, each: SampleValues
) -> CodeSample:
    """The stored row of a sample with the author's values; no save."""
    row = row or CodeSample(lesson=lesson, file=each.file)
    row.position, row.titles, row.language = place, each.titles, each.language
    row.source, row.fails = each.source, each.fails
    for name, value in (each.capture or {}).items():
        setattr(row, name, value)
    return row


def store_texts(
    lesson: Lesson,
    values: LessonValues,
    rendered: Mapping[str, Mapping[str, Rendered]],
    statement: Statement,
    *,
    extras_changed: bool,
    author: Any,
) -> list[str]:
    """The texts, each changed one as its next revision; returns the languages that changed."""
    stored = {row.language: row for row in lesson.texts.all()}
    source_language = lesson.quest.source_language
    changed: list[str] = []
    source: Source | None = None
    for language in sorted(values.texts, key=lambda language: language != source_language):
        words = values.texts[language]
        row = stored.setdefault(language, LessonText(lesson=lesson, language=language, revision=0))
        revision, new_words = row.revision, Words.of(row) != words
        if extras_changed or new_words or not row.pk:
            revise(row, words, statement)
            changed.append(language)
            if source:
                source.lead(row, rewritten=new_words and statement.follows)
        if language == source_language:
            source = Source(row, revision, new_words)
        apply_rendered(row, rendered[language])
    fill_extras(lesson, stored.values())
    note_translations(stored.values(), source.row if source else None)
    for language, row in stored.items():
        save_text(row, author, with_history=language in changed)
    return changed


def save_text(row: LessonText, author: Any, *, with_history: bool) -> None:
    """Save a text; its history says who wrote it when its words are new."""
    if not with_history:
        row.save_without_historical_record()
        return
    row._history_user = author  # how simple-history is told
    row.save()


def finish(lesson: Lesson, quest: Quest) -> None:
    """Bring the thread, the history and the quest's stored outline up to date."""
    rows = {row.language: row.title for row in lesson.texts.all()}
    store_thread(lesson, rows.get(quest.source_language) or next(iter(rows.values()), lesson.slug))
    mark_published(lesson)
    outlines.rebuild(quest)


def is_public(lesson: Lesson) -> bool:
    """Whether readers have the lesson already, so that a change must be explained."""
    return lesson.status == Status.PUBLISHED
