"""Each process' index of the words of all lessons, kept up with what changes.

Whatever changes a lesson's words, place or status touches the key "site"; the next search reads
what is there now (a short row for each lesson) and indexes the texts that are new or whose stamp
changed. An index is never changed, only replaced: searches under way go on in the old one.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from course.access import ANYBODY
from course.models import Lesson, LessonText
from course.word_index import Shelf, Texts, best, refreshed, shelves_of
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
    """The lessons in one language: their words, reading order, and who may find which."""

    clock: int  # of the changes that it knows of
    shelves: list[Shelf]
    places: Mapping[int, int]

    def best(self, terms: list[str], *, drafts: bool, most: int) -> list[int]:
        """The ids of the lesson texts with all terms, best first; `drafts` for staff."""
        return best(self.shelves, terms, self.places, drafts=drafts, most=most)


NOTHING = Index(-1, [], {})
indexes: dict[str, Index] = {}
# One process reads one language's lessons once, however many readers wait for it.
reading = threading.Lock()


def index_of(language: str) -> Index:
    """The index of all lessons in the language; no query unless something changed."""
    memory.poll()
    index = indexes.get(language, NOTHING)
    if is_old(index):
        with reading:
            index = indexes.get(language, NOTHING)
            if is_old(index):
                index = indexes[language] = brought_up_to_date(index, language)
    return index


def is_old(index: Index) -> bool:
    """Whether a lesson may have changed since the index was made."""
    return index is NOTHING or memory.changed_since(index.clock, CHANGED_BY)


def brought_up_to_date(index: Index, language: str) -> Index:
    """The index of what is there now: one query, and one more for every 2,048 changed texts."""
    clock = memory.clock
    texts = LessonText.objects.filter(language=language)
    is_public = Q(lesson__in=Lesson.objects.visible_to(ANYBODY))
    ordered = texts.annotate(public=is_public).order_by(*ORDER)
    rows = list(ordered.values_list("pk", *VERSION, "public"))
    stamps = {key: f"{stamp}.{revision}" for key, stamp, revision, _public in rows}
    segments = refreshed([each.segment for each in index.shelves], stamps, read_words)
    shelves = shelves_of(segments, stamps, {row[0] for row in rows if row[-1]})
    return Index(clock, shelves, {key: place for place, key in enumerate(stamps)})


def read_words(ids: Collection[int]) -> dict[int, tuple[str, Texts]]:
    """Stamps and normalised texts; one query."""
    rows = LessonText.objects.filter(pk__in=ids).values_list("pk", *VERSION, *WORDS)
    return {
        key: (f"{stamp}.{revision}", (title, headings, body))
        for key, stamp, revision, title, headings, body in rows
    }
