"""Find lessons: all words must occur; a word in the title counts more than in a heading or body.

An own index (`course.word_index`) says which lessons they are, because two Korean syllables find
nothing in SQLite's FTS5 trigrams or in Postgres' text search. So a word is also found inside a
compound, and both databases rank alike.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from course.access import ANYBODY
from course.models import Lesson, LessonText
from course.search_index import index_of
from markup import normalise_for_search
from pagecache.fragments import keep, new_store

MAX_QUERY = 100
MAX_TERMS = 8
PAGE = 20
HIT_BYTES = 12_000  # roughly, most of it the plain text that the excerpt is cut from
found_before = new_store(4 * 1024 * 1024)
EXCERPT = 160
# What a results page shows of a text, and where it links to.
SHOWN = (
    "language", "title", "plain_body", "lesson__uid", "lesson__slug", "lesson__quest__slug",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A lesson that was found, with its title and an excerpt in which the words are marked."""

    text: LessonText
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Results:
    """One page of hits, and whether there are more."""

    hits: list[Hit]
    more: bool


def terms_of(query: str) -> list[str]:
    """The words to look for, normalised, without repeats, at most eight."""
    words = normalise_for_search(query[:MAX_QUERY]).split()
    return list(dict.fromkeys(words))[:MAX_TERMS]


def find(*, query: str, language: str, viewer: Any, page: int = 1) -> Results:
    """Lessons in `language` with all words of the query, best first.

    One query, however many lessons there are; none for no words, and for words that somebody
    else looked for since the last change of a lesson. What staff find, drafts too, is not kept.
    """
    terms = terms_of(query)
    if not terms:
        return Results([], False)
    if viewer.is_staff:
        return look(terms, language, viewer, page)
    return keep(
        (language, tuple(terms), page),
        lambda: look(terms, language, ANYBODY, page),
        keys=lambda found: ["site"],
        size=lambda found: 1_000 + HIT_BYTES * len(found.hits),
        into=found_before,
    )


def look(terms: list[str], language: str, viewer: Any, page: int) -> Results:
    """One page of what the index has; one query."""
    start = (page - 1) * PAGE
    index = index_of(language)
    found = index.best(terms, drafts=viewer.is_staff, most=start + PAGE + 1)[start:]
    # Asks again who may see them: the index may be half a second behind.
    texts = (
        LessonText.objects.filter(lesson__in=Lesson.objects.visible_to(viewer))
        .select_related("lesson__quest")
        .only(*SHOWN)
        .in_bulk(found[:PAGE])
    )
    return Results([hit_of(texts[key], terms) for key in found if key in texts], len(found) > PAGE)


def hit_of(text: LessonText, terms: list[str]) -> Hit:
    """What the results page shows of one found text."""
    return Hit(text, mark(text.title, terms), mark(excerpt(text.plain_body, terms), terms))


@lru_cache(maxsize=64)
def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the terms, the longest first, whatever their case."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.I)


def excerpt(body: str, terms: list[str]) -> str:
    """About 160 characters around the first word that occurs."""
    found = pattern_of(tuple(terms)).search(body)
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    if start:
        start = body.find(" ", start, start + 30) + 1 or start
    piece = body[start : start + EXCERPT]
    if start + EXCERPT < len(body):
        piece = f"{piece.rsplit(' ', 1)[0]} …"  # never half a word
    return f"{'… ' if start else ''}{piece.strip()}"


def mark(text: str, terms: list[str]) -> SafeString:
    """The escaped text with every term inside <mark>."""
    pieces, last = [], 0
    for match in pattern_of(tuple(terms)).finditer(text):
        pieces += [escape(text[last : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        last = match.end()
    return mark_safe("".join([*pieces, escape(text[last:])]))
