"""Which lessons a query finds: as it was written, else more and more forgivingly.

1. All words in the text of the reader's language, then those with other spaces and punctuation.
2. Else in the texts of any language: an English word finds the lesson for Korean readers, too.
3. Else each unknown word with one letter changed, in the reader's language, then in any.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from course.search.index import Index, index_of
from course.search.spelling import Change, all_of, changed, corrected, loosened

MOST_FOUND = 10_000
MOST_TERMS = 16  # after words were taken apart: what the rank of a text has room for


@dataclass(frozen=True)
class Found:
    """Ids of lessons, best first, the words to mark, and what was looked for instead, if so."""

    lessons: list[int]
    terms: list[str]
    instead: str = ""


def ask(terms: list[str], language: str, *, drafts: bool, forgiving: bool = True) -> Found:
    """Return the lessons that the terms find; at most some queries for how words are spelt.

    Without `forgiving` only the first step is taken.
    """
    own = index_of(language)
    loose = all_of(terms, own, loosened)
    lessons = within(own, terms, drafts=drafts)
    if loose and loose != terms:
        lessons += within(own, loose, drafts=drafts)
    if lessons or not forgiving:
        return Found(list(dict.fromkeys(lessons)), list(dict.fromkeys([*terms, *(loose or [])])))
    if lessons := across(terms, own, loosened, drafts=drafts):
        return Found(lessons, terms)
    return respelt(terms, own, drafts=drafts)


def within(index: Index, terms: list[str], *, drafts: bool) -> list[int]:
    """Return the lessons whose text in this language has all terms."""
    found = index.best(terms[:MOST_TERMS], drafts=drafts, most=MOST_FOUND)
    return [index.lessons[key] for key in found]


def respelt(terms: list[str], own: Index, *, drafts: bool) -> Found:
    """Return the lessons with the terms as they were probably meant."""
    meant = all_of(terms, own, corrected)
    if meant and (lessons := within(own, meant, drafts=drafts)):
        return Found(lessons, meant, instead=" ".join(meant))
    changes: dict[str, list[str]] = {}
    lessons = across(terms, own, corrected, drafts=drafts, changes=changes)
    meant = [word for term in terms for word in changes.get(term, [term])]
    return Found(lessons, meant, instead=" ".join(meant))


def across(
    terms: list[str],
    own: Index,
    change: Change,
    *,
    drafts: bool,
    changes: dict[str, list[str]] | None = None,
) -> list[int]:
    """Return the lessons that have each term in some language, best first, then in reading order.

    `changes` takes the words that were looked for instead of a term.
    """
    indexes = [
        own,
        *(index_of(code) for code, _name in settings.LANGUAGES if index_of(code) is not own),
    ]
    worth: dict[int, int] | None = None
    for term in terms:
        here: dict[int, int] = {}
        for index in indexes:
            pieces = changed(term, index, change)
            if not pieces:
                continue
            if changes is not None:
                changes.setdefault(term, pieces)
            for lesson, rank in index.worths(pieces[:MOST_TERMS], drafts=drafts).items():
                here[lesson] = max(rank, here.get(lesson, 0))
        worth = here if worth is None else both(worth, here)
        if not worth:
            return []
    places = {
        lesson: place for index in reversed(indexes) for lesson, place in index.reading.items()
    }
    return sorted(worth or {}, key=lambda lesson: (-(worth or {})[lesson], places[lesson], lesson))


def both(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    """Return what both have, with its worth together."""
    return {key: one[key] + other[key] for key in one.keys() & other.keys()}
