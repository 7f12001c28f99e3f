"""Resolvers for lesson texts: other lessons, pictures, terms and outputs of samples."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from course.content.images.storing import image_resolver
from course.models import Lesson, Term
from course.models.languages import in_language
from markup import Image
from markup import Term as ShownTerm

LinkResolver = Callable[[str], str | None]
ImageResolver = Callable[[str], Image | None]
TermResolver = Callable[[str], ShownTerm | None]
OutputResolver = Callable[[str, int, int | None], str | None]
NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Resolvers:
    """The renderer's resolvers; without one, its references stay plain text."""

    lesson: LinkResolver
    image: ImageResolver | None = None
    term: TermResolver | None = None
    output: OutputResolver | None = None


def lesson_url(quest_slug: str, slug: str, language: str) -> str:
    """Return the path of a lesson page in a language."""
    with override(language):
        return reverse("lesson", args=[quest_slug, slug])


def term_url(quest_slug: str, key: str, language: str) -> str:
    """Return the URL of a term in the glossary."""
    with override(language):
        return f"{reverse('glossary', args=[quest_slug])}#term-{key}"


def site_resolver(language: str) -> LinkResolver:
    """Return a resolver of `lesson:uid` links; one query at the first link."""
    known: dict[str, tuple[str, str]] = {}

    def resolve(uid: str) -> str | None:
        if not known:
            known.update(
                (lesson_uid, (quest, slug))
                for lesson_uid, quest, slug in Lesson.objects.values_list(
                    "uid", "quest__slug", "slug"
                )
            )
        return lesson_url(*known[uid], language) if uid in known else None

    return resolve


def term_resolver(quest: Any, language: str) -> TermResolver:
    """Return a resolver of a quest's stored glossary; one query at the first term."""
    known: dict[str, dict[str, dict[str, str]]] | None = None

    def resolve(key: str) -> ShownTerm | None:
        nonlocal known
        if known is None:
            known = dict(Term.objects.filter(quest=quest).values_list("key", "texts"))
        return shown_term(known.get(key), quest.slug, key, language)

    return resolve


def shown_term(
    texts: Mapping[str, Mapping[str, str]] | None, quest_slug: str, key: str, language: str
) -> ShownTerm | None:
    """Return a term in a language, else in another."""
    words = in_language(texts or {}, language, None)
    if words is None:
        return None
    return ShownTerm(words["term"], words["line"], term_url(quest_slug, key, language))


def output_resolver(samples: Iterable[Any]) -> OutputResolver:
    """Return a resolver of lines that samples (with `file` and `output`) printed."""
    outputs = {sample_name(each.file): each.output for each in samples}

    def resolve(name: str, line: int, number: int | None) -> str | None:
        return piece_of(outputs.get(name, ""), line, number)

    return resolve


def piece_of(output: str, line: int, number: int | None) -> str | None:
    """Return a line of an output, or its n-th number; None when missing."""
    lines = output.splitlines()
    if not 1 <= line <= len(lines):
        return None
    if number is None:
        return lines[line - 1].strip() or None
    numbers = NUMBER.findall(lines[line - 1])
    return numbers[number - 1] if 1 <= number <= len(numbers) else None


def sample_name(file: str) -> str:
    """Return a sample's name for markers and questions: `grad-3` for `samples/grad-3.py`."""
    return PurePosixPath(file).stem


def stored_resolvers(quest: Any, language: str, samples: Iterable[Any] = ()) -> Resolvers:
    """Return the resolvers for a stored lesson's text."""
    return Resolvers(
        site_resolver(language),
        image_resolver(quest.pk),
        term_resolver(quest, language),
        output_resolver(samples),
    )
