"""The word index finds the same as a scan of all texts, after any changes."""

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from course.search import words
from course.search.words import WEIGHTS, Segment, Words, refreshed, top, visible_segments
from markup import normalise_for_search

# Few characters, so that random words occur in random texts: syllables that share compounds, a
# decomposed one, wildcards, letters whose case folds to two, one beyond the basic plane.
SYLLABLES = st.sampled_from("미분배열자a%_ßİ😀 \n") | st.just("\u1112\u1161\u11ab")
SOME_TEXT = st.lists(SYLLABLES, max_size=30).map("".join).map(normalise_for_search)
TERMS = st.lists(SYLLABLES, min_size=1, max_size=6).map("".join).map(normalise_for_search)
LESSON = st.tuples(SOME_TEXT, SOME_TEXT, SOME_TEXT)


def scan(texts, terms) -> dict[int, int]:
    """What each text with all terms is worth, by looking at all of them."""
    worths = {
        key: [
            sum(weight for weight, part in zip(WEIGHTS, parts, strict=True) if term in part)
            for term in terms
        ]
        for key, parts in texts.items()
    }
    return {key: sum(each) for key, each in worths.items() if all(each)}


@given(st.lists(SOME_TEXT, max_size=8), TERMS.filter(lambda term: term and " " not in term))
def test_a_term_is_found_in_exactly_the_texts_that_have_it(texts, term):
    assert Words(texts).matching(term) == {n for n, text in enumerate(texts) if term in text}


class Site:
    """Texts that change, and how many of them were read."""

    def __init__(self) -> None:
        self.texts: dict[int, tuple[str, str, str]] = {}
        self.segments: list[Segment] = []
        self.read = 0

    def write(self, texts) -> None:
        """Store these texts and bring the index up to date; None takes one away."""
        self.texts = {key: value for key, value in {**self.texts, **texts}.items() if value}
        self.segments = refreshed(self.segments, self.stamps, self.load)

    @property
    def stamps(self) -> dict[int, str]:
        return {key: str(hash(text)) for key, text in self.texts.items()}

    def load(self, ids):
        self.read += len(ids)
        return {key: (self.stamps[key], self.texts[key]) for key in ids}

    def found(self, terms, public, most=100) -> list[int]:
        """What somebody finds who sees the public texts only, in the order of falling ids."""
        shelves = visible_segments(self.segments, self.stamps, public)
        places = {key: -key for key in self.texts}
        return top(shelves, terms, places, drafts=False, most=most)


CHANGES = st.dictionaries(st.integers(1, 12), st.none() | LESSON, max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=6), TERMS, st.sets(st.integers(1, 12)))
def test_after_any_changes_everything_is_found_once_and_ranked_as_by_a_scan(changes, query, public):
    site = Site()
    with patch.object(words, "MOST_TEXTS", 5):
        for each in changes:
            site.write(each)
    terms = query.split()
    if not terms:
        return
    worth = scan({key: site.texts[key] for key in site.texts.keys() & public}, terms)
    assert site.found(terms, public) == sorted(worth, key=lambda key: (-worth[key], -key))
    assert site.found(terms, public, most=2) == site.found(terms, public)[:2]


def test_an_edit_reads_few_texts_and_segments_stay_few():
    site = Site()
    site.write({key: ("", "", f"word{key}") for key in range(1000)})
    assert (site.read, len(site.segments)) == (1000, 1)
    for key in range(200):
        site.write({key: ("", "", f"other{key}")})
    assert site.read - 1000 < 200 * 8  # each of them was read again log2(200) times at most
    assert len(site.segments) <= 9
    assert site.found(["word5"], set(range(1000)))[-1] == 500
    assert site.found(["other5"], {5}) == [5]


def test_a_segment_that_is_mostly_outdated_goes():
    site = Site()
    site.write(dict.fromkeys(range(10), ("", "", "first")))
    site.write(dict.fromkeys(range(6), ("", "", "second")))
    assert [sorted(segment.ids) for segment in site.segments] == [list(range(10))]


def test_a_text_that_is_as_it_was_before_is_found_once():
    site = Site()
    site.write(dict.fromkeys(range(20), ("", "", "first")))
    site.write({1: ("", "", "second")})
    site.write({1: ("", "", "first")})
    assert sorted(site.found(["first"], set(range(20)))) == list(range(20))
    assert site.found(["second"], set(range(20))) == []


def test_a_text_that_goes_while_it_is_read_is_left_out():
    segments = refreshed([], {1: "a", 2: "b"}, lambda ids: {2: ("b", ("", "", "here"))})
    assert [segment.ids for segment in segments] == [[2]]


def test_eight_terms_that_are_everywhere_fit_into_the_rank_of_a_text():
    letters = "abcdefgh"
    segment = Segment({7: "s"}, [(letters, letters, letters)])
    assert segment.ranks(list(letters), 255) == bytes([8 * sum(WEIGHTS)])
