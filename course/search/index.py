"""Each process's word index of all lessons, updated after changes.

Every change of a lesson's text, position or status invalidates the key "site"; the next search
reads a short row for each lesson and indexes the texts whose stamp changed. An index is immutable
and replaced as a whole, so running searches continue with the old one.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256

from django.core.cache import cache
from django.db.models import Q

from course.content.access import ANYBODY
from course.models import Lesson, LessonText
from course.search.folding import fold
from course.search.vocabulary import Vocabulary
from course.search.words import (
    Segment,
    Texts,
    VisibleSegment,
    refreshed,
    top,
    visible_segments,
    worths,
)  # fmt: skip
from pagecache.changes import memory

CHANGED_BY = ["site"]
ORDER = (
    "lesson__quest__position", "lesson__chapter__position", "lesson__position", "lesson_id",
)  # fmt: skip
# The revision too: a release that knows no stamps leaves them as they are when it saves new words.
VERSION = ("search_stamp", "revision")
FORMAT = 1  # of a stored segment: another number when words are indexed in another way
LEAST_SHARED = 64  # texts; fewer are quicker read than fetched
SHARED_SECONDS = 7 * 24 * 3600
WORDS = ("search_title", "search_headings", "search_body")


@dataclass(frozen=True)
class Index:
    """The lessons in one language: words, reading order and visibility."""

    clock: int  # of the changes that it knows of
    shelves: list[VisibleSegment]
    places: Mapping[int, int]
    lessons: Mapping[int, int]  # of each text
    # What spelling found out about a term; the words of an index never change.
    remembered: dict[tuple[str, str], list[str] | None] = field(default_factory=dict, compare=False)

    def worths(self, terms: list[str], *, drafts: bool) -> dict[int, int]:
        """Return the rank of each lesson whose text has all terms."""
        found = worths(self.shelves, terms, drafts=drafts)
        return {self.lessons[key]: rank for key, rank in found}

    def holding(self, *terms: str) -> list[int]:
        """Return the ids of the public texts with all terms; terms may ask for edges of words."""
        return [key for each in self.shelves for key in each.segment.holding(terms, each.public)]

    def knows(self, term: str) -> bool:
        """Return whether any text has the term, also a draft: to rule terms out quickly."""
        return any(term in part.string for each in self.shelves for part in each.segment.parts)

    @cached_property
    def reading(self) -> dict[int, int]:
        """The place of each lesson in reading order."""
        return {self.lessons[key]: place for key, place in self.places.items()}

    @cached_property
    def vocabularies(self) -> list[Vocabulary]:
        """The distinct words of each segment, also those of drafts and of texts since changed."""
        return [each.segment.vocabulary for each in self.shelves]

    def begins(self, piece: str) -> bool:
        """Return whether a word begins so."""
        return any(each.begins(piece) for each in self.vocabularies)

    def ends(self, piece: str) -> bool:
        """Return whether a word ends so."""
        return any(each.ends(piece) for each in self.vocabularies)

    def best(self, terms: list[str], *, drafts: bool, most: int) -> list[int]:
        """Return the ids of lesson texts with all terms, best first; `drafts` for staff."""
        return top(self.shelves, terms, self.places, drafts=drafts, most=most)


NOTHING = Index(-1, [], {}, {})
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
    rows = list(ordered.values_list("pk", *VERSION, "lesson_id", "public"))
    stamps = {key: f"{stamp}.{revision}" for key, stamp, revision, _lesson, _public in rows}
    segments = refreshed(
        [each.segment for each in index.shelves], stamps, read_words, partial(shared, stamps)
    )
    shelves = visible_segments(segments, stamps, {row[0] for row in rows if row[-1]})
    places = {key: place for place, key in enumerate(stamps)}
    return Index(clock, shelves, places, {row[0]: row[-2] for row in rows})


def shared(stamps: Mapping[int, str], ids: Sequence[int], build: Callable[[], Segment]) -> Segment:
    """Return the segment of these versions of texts, which another process may have built.

    Reading half a thousand lessons takes half a second in every process that starts.
    """
    if len(ids) < LEAST_SHARED:
        return build()
    wanted = {key: stamps[key] for key in ids}
    key = f"search:{FORMAT}:{sha256(repr(wanted).encode()).hexdigest()}"
    found = cache.get(key)
    if isinstance(found, Segment) and found.stamps == wanted:
        return found
    segment = build()
    if segment.stamps == wanted:
        cache.set(key, segment, SHARED_SECONDS)
    return segment


def read_words(ids: Collection[int]) -> dict[int, tuple[str, Texts]]:
    """Return stamps and folded texts; one query. Rows of an older release are not NFKC."""
    rows = LessonText.objects.filter(pk__in=ids).values_list("pk", *VERSION, *WORDS)
    return {
        key: (f"{stamp}.{revision}", (fold(title), fold(headings), fold(body)))
        for key, stamp, revision, title, headings, body in rows
    }
