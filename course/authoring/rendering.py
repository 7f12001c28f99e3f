"""Render authors' texts when saving and for the live preview."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from course.authoring.values import LessonValues
from course.content.parts import BIG, Part
from course.content.rendering import parts_of, render
from course.content.resolvers import Resolvers, sample_name, site_resolver, stored_resolvers
from course.models import Lesson, Quest
from markup import MarkupError, Placed, Problem, Rendered


class Refused(Exception):
    """Texts that don't render; `problems` by (language, field), with lines."""

    def __init__(self, problems: dict[tuple[str, str], tuple[Problem, ...]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def render_all(
    lesson: Lesson, values: LessonValues, quest: Quest
) -> dict[str, dict[str, Rendered]]:
    """Return every text rendered, by language and part. Raises Refused with all problems."""
    problems: dict[tuple[str, str], tuple[Problem, ...]] = {}
    rendered: dict[str, dict[str, Rendered]] = {}
    for language, words in values.texts.items():
        resolvers = resolvers_for(lesson, language)
        is_source = language == quest.source_language
        rendered[language] = {}
        for part in parts_of(words, values.questions, language, is_source=is_source):
            try:
                found = render(part.markdown, part.name, language, resolvers)
            except MarkupError as error:
                note(problems, (language, field_of(part)), in_part(part, error.problems))
                continue
            rendered[language][part.name] = found
            known = known_names(values) if part.name == "body" else None
            note(problems, (language, field_of(part)), misplaced(found.placed, known))
    if problems:
        raise Refused(problems)
    return rendered


def note(
    problems: dict[tuple[str, str], tuple[Problem, ...]],
    place: tuple[str, str],
    found: Iterable[Problem],
) -> None:
    """Add a field's problems, if there are any."""
    if more := tuple(found):
        problems[place] = (*problems.get(place, ()), *more)


def field_of(part: Part) -> str:
    """Return the form field that contains a part."""
    return part.name if part.name in BIG else str(part.where[0])


def in_part(part: Part, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems of a small text with its position, because a field contains many."""
    if part.name in BIG:
        return list(problems)
    place = part.name.removeprefix("q:")
    return [Problem(f"{place}: {each.message}", None, None) for each in problems]


def known_names(values: LessonValues) -> set[tuple[str, str]]:
    """Return what a text may place: (kind, id)."""
    samples = {("sample", sample_name(each.file)) for each in values.samples}
    return samples | {("question", each.name) for each in values.questions}


def misplaced(placed: Iterable[Placed], known: set[tuple[str, str]] | None) -> list[Problem]:
    """Return problems of unknown markers; with `known` None every marker is one."""
    found = []
    for each in placed:
        here = (each.kind, each.id)
        marker = {"marker": f"[[{each.kind}:{each.id}]]"}
        if known is None:
            message = _("“%(marker)s” can stand in the lesson's text only.")
        elif here not in known:
            message = _("This lesson has nothing called “%(marker)s”.")
        else:
            continue
        found.append(Problem(message % marker, each.line))
    return found


def resolvers_for(lesson: Lesson, language: str) -> Resolvers:
    """Return resolvers for a stored lesson's texts, with its captured outputs."""
    return stored_resolvers(lesson.quest, language, lesson.samples.all())


def render_text(source: str, part: str, language: str, lesson: Any) -> Rendered:
    """Render one text of a lesson as on its page. Raises MarkupError."""
    return render(source, part, language, resolvers_for(lesson, language))


def render_quest_body(source: str, language: str, quest: Quest | None) -> Rendered:
    """Render a quest's text (None: a new quest). Raises MarkupError."""
    resolvers = stored_resolvers(quest, language) if quest else Resolvers(site_resolver(language))
    return render(source, "body", language, resolvers)
