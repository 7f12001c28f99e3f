"""Render every text of a folder, so that all mistakes are found before anything is written."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import override

from course.content.images.references import canonical
from course.content.images.storing import describe, shown
from course.content.parts import Part
from course.content.rendering import render
from course.content.resolvers import Resolvers, lesson_url, piece_of, shown_term
from course.content.steps import Progress, no_progress
from course.folders.files import Folder
from course.folders.glossary import check_lessons
from course.folders.nodes import Node, Text
from course.folders.placing import check_placed, first_line_of, note_warnings
from course.folders.problems import Problem
from course.folders.questions import check_kinds
from course.folders.reading_order import check_needs, check_order
from course.folders.render_inputs import Lookup, stored_recipes
from course.models import Chapter, Lesson, Quest, Status
from markup import Image, MarkupError


def check(folder: Folder, quest: Node, progress: Progress = no_progress) -> None:
    """Record texts that don't render, broken links, missing captures and foreign uids."""
    lessons = [lesson for chapter in quest.children for lesson in chapter.children]
    addresses = known_addresses(quest, lessons)
    check_foreign_uids(folder, quest, lessons)
    folder.problems += slug_clashes(quest)
    terms = {term.key: term.texts for term in quest.terms}
    check_lessons(folder, quest, addresses)
    for language, text in quest.texts.items():
        text.parts = [Part("body", text.source.body, ("body",))]
        term = partial(find_term, terms, quest.slug, language)
        resolvers = Resolvers(resolver(addresses, language), term=term)
        render_part(folder, text, text.parts[0], resolvers)
    check_image_names(folder, lessons)
    recipes = stored_recipes(quest.uid)
    for number, lesson in enumerate(lessons, start=1):
        resolve_image = picture_resolver(lesson)
        output = partial(find_output, lesson)
        check_captures(folder, lesson)
        for language, text in lesson.texts.items():
            lookup = Lookup(
                resolver(addresses, language),
                resolve_image,
                partial(find_term, terms, quest.slug, language),
                output,
            )
            text.recipe = recipes.get((lesson.uid, language), {})
            text.render = partial(render_parts, folder, text, lookup)
            if not lookup.still_valid(text.recipe, text):
                text.render()
            check_placed(folder, lesson, text)
            note_warnings(folder, text)
        progress("checked", number, len(lessons))
    check_kinds(folder, lessons)
    check_needs(folder, quest, addresses)
    check_order(folder, quest)


def find_term(terms: Any, quest_slug: str, language: str, key: str) -> Any:
    """Return a term of the folder's glossary."""
    return shown_term(terms.get(key), quest_slug, key, language)


def find_output(lesson: Node, sample: str, line: int, number: int | None) -> str | None:
    """Return a part of the output of one of the lesson's samples."""
    outputs = {each.name: str(each.capture["output"]) for each in lesson.samples if each.capture}
    return piece_of(outputs.get(sample, ""), line, number)


def render_parts(folder: Folder, text: Text, lookup: Lookup) -> None:
    """Render all parts of a lesson's text and record their inputs."""
    before = len(folder.problems)
    for part in text.parts:
        render_part(folder, text, part, lookup.resolvers)
    text.recipe = lookup.recipe(text) if len(folder.problems) == before else {}


def known_addresses(quest: Node, lessons: list[Node]) -> dict[str, tuple[str, str]]:
    """Return (quest slug, slug) of every lesson by uid: stored ones, then the folder's."""
    stored = Lesson.objects.values_list("uid", "quest__slug", "slug")
    known = {uid: (quest_slug, slug) for uid, quest_slug, slug in stored}
    return known | {lesson.uid: (quest.slug, lesson.slug) for lesson in lessons}


def resolver(addresses: dict[str, tuple[str, str]], language: str) -> Callable[[str], str | None]:
    """Return a resolver of `lesson:uid` to the lesson's path in this language."""
    return lambda uid: lesson_url(*addresses[uid], language) if uid in addresses else None


def render_part(folder: Folder, text: Text, part: Part, resolvers: Resolvers) -> None:
    """Render one text into `text.rendered`; records its mistakes with their lines."""
    first = first_line_of(text, part)
    try:
        with override("en"):  # as all other messages of an import are
            found = render(part.markdown, part.name, text.language, resolvers)
            text.rendered[part.name] = found
    except MarkupError as error:
        for problem in error.problems:
            folder.problem(text.source.path, first - 1 + (problem.line or 1), problem.message)


def picture_resolver(lesson: Node) -> Callable[[str], Image | None]:
    """Return a resolver of the lesson's pictures to their future storage."""

    def resolve(name: str) -> Image | None:
        cleaned = lesson.pictures.get(canonical(name))
        return shown(describe(cleaned, "")) if cleaned else None

    return resolve


def check_image_names(folder: Folder, lessons: list[Node]) -> None:
    """Check that a name refers to one picture in the whole quest."""
    first: dict[str, str] = {}
    for lesson in lessons:
        for name, cleaned in lesson.pictures.items():
            if first.setdefault(name, cleaned.sha256) != cleaned.sha256:
                path = next(iter(lesson.texts.values())).source.path
                folder.problem(path, 0, f"'{name}' is another picture in another chapter")


def check_captures(folder: Folder, lesson: Node) -> None:
    """Check that every sample of a published lesson was executed."""
    if lesson.meta["status"] != Status.PUBLISHED:
        return
    source = next(iter(lesson.texts.values())).source
    for sample in lesson.samples:
        if not sample.has_capture:
            message = f"sample '{sample.file}' has no capture: run `make lessons-update`"
            folder.problem(source.path, source.line("samples"), message)


def slug_clashes(quest: Node, kept: frozenset[str] = frozenset()) -> list[Problem]:
    """Return lessons whose slug belongs to one that stays (not in the folder, or `kept`)."""
    lessons = [lesson for chapter in quest.children for lesson in chapter.children]
    moving = {lesson.uid for lesson in lessons} - kept
    staying = Lesson.objects.filter(quest__uid=quest.uid).exclude(uid__in=moving)
    owners = dict(staying.values_list("slug", "uid"))
    found = []
    for lesson in lessons:
        if lesson.uid in moving and lesson.slug in owners:
            source = next(iter(lesson.texts.values())).source
            message = f"slug '{lesson.slug}' is that of the lesson '{owners[lesson.slug]}'"
            hint = "; a lesson keeps its uid for ever"
            found.append(Problem(source.path, source.line("uid"), message + hint))
    return found


def check_foreign_uids(folder: Folder, quest: Node, lessons: list[Node]) -> None:
    """Record uids and slugs that another quest of the site has."""
    others = Quest.objects.exclude(uid=quest.uid)
    source = next(iter(quest.texts.values())).source
    if others.filter(slug=quest.slug).exists():
        folder.problem(source.path, source.line("slug"), f"slug '{quest.slug}' is another quest's")
    for model, nodes in ((Chapter, quest.children), (Lesson, lessons)):
        rows = model.objects.exclude(quest__uid=quest.uid)
        taken = set(rows.values_list("uid", flat=True))
        for node in nodes:
            if node.uid in taken:
                source = next(iter(node.texts.values())).source
                message = f"uid '{node.uid}' belongs to another quest"
                folder.problem(source.path, source.line("uid"), message)
