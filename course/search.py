"""Find lessons: all words must occur; a word in the title counts more than in a heading or body.

Both databases compare an own normalised column (NFC, case-folded, Markdown stripped), because two
Korean syllables find nothing in SQLite's FTS5 trigrams or in Postgres' text search. So a word is
also found inside a compound, and both rank alike.
"""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from course.access import ANYBODY
from course.models import Lesson, LessonText
from markup import normalise_for_search
from pagecache.fragments import keep, new_store

MAX_QUERY = 100
MAX_TERMS = 8
PAGE = 20
HIT_BYTES = 12_000  # roughly, most of it the plain text that the excerpt is cut from
found_before = new_store(4 * 1024 * 1024)
# What one occurrence is worth, by where it stands.
WEIGHTS = {"search_title": 9, "search_headings": 3, "search_body": 1}
EXCERPT = 160
# Long columns that no results page shows.
UNSHOWN = (
    "body", "body_html", "exercise", "exercise_html", "answer", "answer_html", "extras",
    "headings", *WEIGHTS,
)  # fmt: skip
ORDER = (
    "-rank", "lesson__quest__position", "lesson__chapter__position", "lesson__position",
    "lesson_id",
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

    One query; none for no words, and for words that somebody else looked for since the last
    change of a lesson. Staff, who find drafts too, are always answered by the database.
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
    """One page of what the database finds; one query."""
    start = (page - 1) * PAGE
    rows = list(matching(terms, language, viewer, start=start))
    return Results([hit_of(row, terms) for row in rows[:PAGE]], len(rows) > PAGE)


def matching(terms: list[str], language: str, viewer: Any, *, start: int) -> QuerySet[LessonText]:
    """One page of the lesson texts that hold every term, ranked, and one more.

    The inner query finds which ones they are; so neither database sorts whole texts.
    """
    texts = LessonText.objects.filter(
        language=language, lesson__in=Lesson.objects.visible_to(viewer)
    )
    for term in terms:
        texts = texts.filter(reduce(or_, (Q(holds(column, term)) for column in WEIGHTS)))
    rank = sum((worth(term) for term in terms), start=Value(0))
    ids = texts.annotate(rank=rank).order_by(*ORDER).values("pk")[start : start + PAGE + 1]
    return (
        LessonText.objects.filter(pk__in=ids)
        .annotate(rank=rank)
        .select_related("lesson__quest")
        .defer(*UNSHOWN)
        .order_by(*ORDER)
    )


def holds(column: str, term: str) -> GreaterThan:
    """Whether the column has the term; case and wildcards mean the same on both databases."""
    return GreaterThan(StrIndex(column, Value(term)), Value(0))


def worth(term: str) -> Case:
    """The sum of the weights of the columns that have the term, in texts that have it somewhere.

    The body, by far the longest, is only looked at when another column has the term: otherwise
    it must be there.
    """
    title, headings, body = WEIGHTS
    in_body = Case(When(holds(body, term), then=WEIGHTS[body]), default=0)
    in_headings = Case(When(holds(headings, term), then=WEIGHTS[headings]), default=0)
    return Case(
        When(holds(title, term), then=WEIGHTS[title] + in_headings + in_body),
        When(holds(headings, term), then=WEIGHTS[headings] + in_body),
        default=WEIGHTS[body],
        output_field=IntegerField(),
    )


def hit_of(text: LessonText, terms: list[str]) -> Hit:
    """What the results page shows of one found text."""
    return Hit(text, mark(text.title, terms), mark(excerpt(text.plain_body, terms), terms))


def pattern_of(terms: list[str]) -> re.Pattern[str]:
    """Matches any of the terms, the longest first, whatever their case."""
    return re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))), re.I)


def excerpt(body: str, terms: list[str]) -> str:
    """About 160 characters around the first word that occurs."""
    found = pattern_of(terms).search(body)
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    if start:
        start = body.find(" ", start, start + 30) + 1 or start
    piece = body[start : start + EXCERPT].strip()
    return f"{'… ' if start else ''}{piece}{' …' if start + EXCERPT < len(body) else ''}"


def mark(text: str, terms: list[str]) -> SafeString:
    """The escaped text with every term inside <mark>."""
    pieces, last = [], 0
    for match in pattern_of(terms).finditer(text):
        pieces += [escape(text[last : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        last = match.end()
    return mark_safe("".join([*pieces, escape(text[last:])]))
