"""Find lessons that contain all words; the title counts more than headings or body.

A custom index (`course.search.words`) is used, because two Korean syllables match nothing in
SQLite's FTS5 trigrams or Postgres's text search. It also finds words inside compounds, and ranks
alike on both databases.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Viewer
from course.content.access import ANYBODY
from course.models import Lesson, LessonText
from course.search.index import index_of
from markup import normalise_for_search
from pagecache.entries import get_or_build, new_store

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
    """A lesson that was found, with its title and an excerpt with marked words."""

    text: LessonText
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class Results:
    """One page of hits, and whether there are more."""

    hits: list[Hit]
    more: bool


def terms_of(query: str) -> list[str]:
    """Return the normalized words to search for, without repeats, at most eight."""
    words = normalise_for_search(query[:MAX_QUERY]).split()
    return list(dict.fromkeys(words))[:MAX_TERMS]


def find(*, query: str, language: str, viewer: Viewer, page: int = 1) -> Results:
    """Return lessons in `language` with all words of the query, best first.

    One query; none for an empty query, and for a query cached since the last change of a lesson.
    Results for staff, which include drafts, are not cached.
    """
    terms = terms_of(query)
    if not terms:
        return Results([], False)
    if viewer.is_staff:
        return look(terms, language, viewer, page)
    return get_or_build(
        (language, tuple(terms), page),
        lambda: look(terms, language, ANYBODY, page),
        keys=lambda found: ["site"],
        size=lambda found: 1_000 + HIT_BYTES * len(found.hits),
        into=found_before,
    )


def look(terms: list[str], language: str, viewer: Viewer, page: int) -> Results:
    """Return one page of results from the index; one query."""
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
    """Return a found text as a hit."""
    return Hit(text, mark(text.title, terms), mark(excerpt(text.plain_body, terms), terms))


@lru_cache(maxsize=64)
def pattern_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of the terms, longest first, ignoring case."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.I)


def excerpt(body: str, terms: list[str]) -> str:
    """Return about 160 characters around the first word found."""
    found = pattern_of(tuple(terms)).search(body)
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    if start:
        start = body.find(" ", start, start + 30) + 1 or start
    piece = body[start : start + EXCERPT]
    if start + EXCERPT < len(body):
        piece = f"{piece.rsplit(' ', 1)[0]} …"  # never half a word
    return f"{'… ' if start else ''}{piece.strip()}"


def mark(text: str, terms: list[str]) -> SafeString:
    """Return the escaped text with every term inside <mark>."""
    pieces, last = [], 0
    for match in pattern_of(tuple(terms)).finditer(text):
        pieces += [escape(text[last : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        last = match.end()
    return mark_safe("".join([*pieces, escape(text[last:])]))
