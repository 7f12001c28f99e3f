"""Each process's word index of all lessons, updated after changes.

Every change of a lesson's text, position or status invalidates the key "site"; the next search
reads a short row for each lesson and indexes the texts whose stamp changed. An index is immutable
and replaced as a whole, so running searches continue with the old one.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from course.content.access import ANYBODY
from course.models import Lesson, LessonText
from course.search.words import Texts, VisibleSegment, refreshed, top, visible_segments
from pagecache.changes import memory

CHANGED_BY = ["site"]
ORDER = (
    "lesson__quest__position", "lesson__chapter__position", "lesson__position", "lesson_id",
)  # fmt: skip
# The revision too: a release that knows no stamps leaves them as they are when it saves new words.
VERSION = ("search_stamp", "revision")
WORDS = ("search_title", "search_headings", "search_body")


@dataclass(frozen=True)
class Index:
    """The lessons in one language: words, reading order and visibility."""

    clock: int  # of the changes that it knows of
    shelves: list[VisibleSegment]
    places: Mapping[int, int]

    def best(self, terms: list[str], *, drafts: bool, most: int) -> list[int]:
        """Return the ids of lesson texts with all terms, best first; `drafts` for staff."""
        return top(self.shelves, terms, self.places, drafts=drafts, most=most)


NOTHING = Index(-1, [], {})
indexes: dict[str, Index] = {}
# One process reads one language's lessons once, however many readers wait for it.
reading = threading.Lock()


def index_of(language: str) -> Index:
    """Return the index of a language; no query unless something changed."""
    memory.poll()
    index = indexes.get(language, NOTHING)
    if is_old(index):
        with reading:
            index = indexes.get(language, NOTHING)
            if is_old(index):
                index = indexes[language] = brought_up_to_date(index, language)
    return index


def is_old(index: Index) -> bool:
    """Return whether a lesson may have changed since the index was built."""
    return index is NOTHING or memory.changed_since(index.clock, CHANGED_BY)


def brought_up_to_date(index: Index, language: str) -> Index:
    """Return a current index: one query, and one more per 2,048 changed texts."""
    clock = memory.clock
    texts = LessonText.objects.filter(language=language)
    is_public = Q(lesson__in=Lesson.objects.visible_to(ANYBODY))
    ordered = texts.annotate(public=is_public).order_by(*ORDER)
    rows = list(ordered.values_list("pk", *VERSION, "public"))
    stamps = {key: f"{stamp}.{revision}" for key, stamp, revision, _public in rows}
    segments = refreshed([each.segment for each in index.shelves], stamps, read_words)
    shelves = visible_segments(segments, stamps, {row[0] for row in rows if row[-1]})
    return Index(clock, shelves, {key: place for place, key in enumerate(stamps)})


def read_words(ids: Collection[int]) -> dict[int, tuple[str, Texts]]:
    """Return stamps and normalized texts; one query."""
    rows = LessonText.objects.filter(pk__in=ids).values_list("pk", *VERSION, *WORDS)
    return {
        key: (f"{stamp}.{revision}", (title, headings, body))
        for key, stamp, revision, title, headings, body in rows
    }
