"""Save a lesson as one new version, all or nothing."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from course.authoring.rendering import Refused, render_all
from course.authoring.revising import ChangeNote
from course.authoring.texts import NewText, store_texts
from course.authoring.values import (
    LessonValues,
    SampleValues,
    TextFields,
    same_links,
    sample_of,
)
from course.content import outlines
from course.content.answers import store_questions
from course.content.publishing import (
    announce_change,
    keep_old_address,
    mark_published,
    store_thread,
)
from course.content.rendering import apply_rendered
from course.models import (
    Change,
    CodeSample,
    ExternalLink,
    Lesson,
    Quest,
    Status,
    Tag,
)
from markup import Problem, Rendered

MOVED = (
    *("slug", "chapter", "position", "minutes", "needs"),
    *("starter_file", "starter", "check_file", "check_code"),
)


class EditConflict(Exception):
    """Somebody else saved the lesson since the form was opened; nothing was written."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__(lesson.uid)
        self.lesson = lesson


def save_lesson(
    *, lesson: Lesson, version: int, values: LessonValues, author: Any, change_note: ChangeNote
) -> Lesson:
    """Save the lesson as the next version and update every page.

    Raises EditConflict when the stored version is no longer `version`, Refused for texts that don't
    render. Drafts stay: who saves the text of one drops it (`previews.drop_draft`).
    """
    with transaction.atomic():
        quest = Quest.objects.select_for_update().get(pk=lesson.quest_id)
        bump_version(lesson, version)
        stored = Lesson.objects.select_related("quest", "thread").get(pk=lesson.pk)
        check_source(stored, values)
        rendered = render_all(stored, values, quest)
        before = LessonValues.of(stored)
        move(stored, values)
        anew = change_note.change == Change.REDO
        extras_changed = store_extras(stored, values, before, anew=anew)
        changed = store_texts(
            stored,
            new_texts(stored, values, rendered, before),
            change_note,
            extras_changed=extras_changed,
            author=author,
        )
        refresh_derived(stored, quest)
        if change_note.change != Change.TYPO:
            for language in changed:
                announce_change(stored, language, change_note.note)
    return stored


def bump_version(lesson: Lesson, version: int) -> None:
    """Increment `version` in one conditional UPDATE: of two concurrent saves one succeeds."""
    rows = Lesson.objects.filter(pk=lesson.pk, version=version)
    if not rows.update(version=F("version") + 1):
        raise EditConflict(Lesson.objects.select_related("quest").get(pk=lesson.pk))


def check_source(lesson: Lesson, values: LessonValues) -> None:
    """Raise Refused if a public lesson would lose title or text in the source language."""
    if lesson.status == Status.DRAFT:
        return
    language = lesson.quest.source_language
    words = values.texts.get(language, TextFields(""))
    empty = [name for name in ("title", "body") if not getattr(words, name).strip()]
    if empty:
        message = _("Readers can see this lesson: it can't be empty.")
        raise Refused({(language, name): (Problem(message),) for name in empty})


def move(lesson: Lesson, values: LessonValues) -> None:
    """Set the lesson's slug, place, length and tags. Raises EditConflict if it was moved."""
    if lesson.slug != values.slug:
        keep_old_address(lesson)
    lesson.slug, lesson.minutes = values.slug, values.minutes
    if values.move:
        if (lesson.chapter_id, lesson.position) != values.move.before:
            raise EditConflict(lesson)
        lesson.chapter_id, lesson.position = values.move.after
    lesson.starter_file, lesson.starter = values.starter.file, values.starter.code
    lesson.check_file, lesson.check_code = values.check.file, values.check.code
    lesson.needs = values.needs
    lesson.save(update_fields=MOVED)
    lesson.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in values.tags])


def store_extras(lesson: Lesson, values: LessonValues, before: LessonValues, *, anew: bool) -> bool:
    """Save samples, links, questions, exercise. Returns whether readers see a difference.

    A sample keeps its captured output. `anew`: questions with other words are new to learners.
    """
    store_questions(lesson, values.questions, anew=anew)
    more = [(each.questions, each.starter, each.check, each.needs) for each in (before, values)]
    return store_samples_and_links(lesson, values) or more[0] != more[1]


def store_samples_and_links(lesson: Lesson, values: LessonValues) -> bool:
    """Save samples and links. Returns whether readers see a difference."""
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
    """Return the unsaved row of a sample with the author's values."""
    row = row or CodeSample(lesson=lesson, file=each.file)
    row.position, row.titles, row.language = place, each.titles, each.language
    row.source, row.fails, row.predict = each.source, each.fails, each.predict
    row.figure_alts = each.figure_alts
    for name, value in (each.capture or {}).items():
        setattr(row, name, value)
    return row


def new_texts(
    lesson: Lesson,
    values: LessonValues,
    rendered: Mapping[str, Mapping[str, Rendered]],
    before: LessonValues,
) -> Iterator[NewText]:
    """Return the author's texts, source language first."""
    source_language = lesson.quest.source_language
    for language in sorted(values.texts, key=lambda language: language != source_language):
        yield NewText(
            language,
            values.texts[language],
            reworded(before, values, language),
            partial(apply_rendered, rendered=rendered[language]),
        )


def reworded(before: LessonValues, after: LessonValues, language: str) -> bool:
    """Return whether the questions' texts in a language changed."""
    words = [{q.name: q.texts.get(language) for q in each.questions} for each in (before, after)]
    return words[0] != words[1]


def refresh_derived(lesson: Lesson, quest: Quest) -> None:
    """Update the thread, the history and the quest's stored outline."""
    refresh_lesson(lesson, quest)
    outlines.rebuild(quest)


def refresh_lesson(lesson: Lesson, quest: Quest) -> None:
    """Update the thread and the history; the caller rebuilds the outline."""
    rows = {row.language: row.title for row in lesson.texts.all()}
    title = rows.get(quest.source_language) or next(iter(rows.values()), lesson.slug)
    store_thread(lesson, title, {language: each for language, each in rows.items() if each})
    mark_published(lesson)


def is_publicly_readable(lesson: Lesson) -> bool:
    """Return whether readers can see the lesson, so that a change needs a note."""
    return lesson.status == Status.PUBLISHED
