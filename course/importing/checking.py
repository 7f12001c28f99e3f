"""Render every text of a folder: what would break a page is found before anything is written."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import override

from course.images.storing import describe, shown
from course.importing.files import Folder
from course.importing.nodes import Node, Text
from course.importing.problems import Problem
from course.importing.recipes import Lookup, stored_recipes
from course.models import Chapter, Lesson, Quest, Status
from course.rendering import lesson_url, render
from markup import Image, MarkupError


def check(folder: Folder, quest: Node) -> None:
    """Note texts that don't render, links to nowhere, captures that lack, uids of other quests."""
    lessons = [lesson for chapter in quest.children for lesson in chapter.children]
    addresses = known_addresses(quest, lessons)
    check_foreign_uids(folder, quest, lessons)
    folder.problems += slug_clashes(quest)
    for language, text in quest.texts.items():
        render_part(folder, text, "body", resolver(addresses, language), None)
    check_image_names(folder, lessons)
    recipes = stored_recipes(quest.uid)
    for lesson in lessons:
        resolve_image = picture_resolver(lesson)
        check_captures(folder, lesson)
        for language, text in lesson.texts.items():
            lookup = Lookup(resolver(addresses, language), resolve_image)
            text.recipe = recipes.get((lesson.uid, language), {})
            text.render = partial(render_parts, folder, text, lookup)
            if not lookup.gives(text.recipe, text):
                text.render()


def render_parts(folder: Folder, text: Text, lookup: Lookup) -> None:
    """Render all parts of a lesson's text and note what they were made of."""
    for part in ("body", "exercise", "answer"):
        render_part(folder, text, part, lookup.resolve_link, lookup.resolve_image)
    text.recipe = lookup.recipe(text)


def known_addresses(quest: Node, lessons: list[Node]) -> dict[str, tuple[str, str]]:
    """(quest slug, slug) of every lesson that a link may name: stored ones, then the folder's."""
    stored = Lesson.objects.values_list("uid", "quest__slug", "slug")
    known = {uid: (quest_slug, slug) for uid, quest_slug, slug in stored}
    return known | {lesson.uid: (quest.slug, lesson.slug) for lesson in lessons}


def resolver(addresses: dict[str, tuple[str, str]], language: str) -> Callable[[str], str | None]:
    """Resolves `lesson:uid` to the lesson's path in this language."""
    return lambda uid: lesson_url(*addresses[uid], language) if uid in addresses else None


def render_part(
    folder: Folder, text: Text, part: str, resolve: Callable[[str], str | None], resolve_image: Any
) -> None:
    """Render one text into `text.rendered`; its mistakes are noted at their line in the file."""
    source = text.source
    markdown = source.body if part == "body" else text.meta[part]
    first = source.body_line if part == "body" else source.text_lines.get(part, 1)
    try:
        with override("en"):  # as all other messages of an import are
            text.rendered[part] = render(markdown, part, text.language, resolve, resolve_image)
    except MarkupError as error:
        for problem in error.problems:
            folder.problem(source.path, first - 1 + (problem.line or 1), problem.message)


def picture_resolver(lesson: Node) -> Callable[[str], Image | None]:
    """Resolves the pictures that the folder holds for a lesson to where they will be stored."""

    def resolve(name: str) -> Image | None:
        cleaned = lesson.pictures.get(name)
        return shown(describe(cleaned, "")) if cleaned else None

    return resolve


def check_image_names(folder: Folder, lessons: list[Node]) -> None:
    """One name is one picture in the whole quest, whichever chapter's folder it lies in."""
    first: dict[str, str] = {}
    for lesson in lessons:
        for name, cleaned in lesson.pictures.items():
            if first.setdefault(name, cleaned.sha256) != cleaned.sha256:
                path = next(iter(lesson.texts.values())).source.path
                folder.problem(path, 0, f"'{name}' is another picture in another chapter")


def check_captures(folder: Folder, lesson: Node) -> None:
    """A sample that was never executed can't be published."""
    if lesson.meta["status"] != Status.PUBLISHED:
        return
    source = next(iter(lesson.texts.values())).source
    for sample in lesson.samples:
        if not sample.has_capture:
            message = f"sample '{sample.file}' has no capture: run `make lessons-update`"
            folder.problem(source.path, source.line("samples"), message)


def slug_clashes(quest: Node, kept: frozenset[str] = frozenset()) -> list[Problem]:
    """Lessons that want the slug of one that stays: not in the folder, or `kept` as it is."""
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
    """A uid or slug that another quest of the site already has."""
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
