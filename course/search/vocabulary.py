"""The distinct words of an index, sorted, so that those like a given one are found quickly.

A word with one letter changed keeps its first or its last letters, so only words that share those
are compared. Korean particles stand behind nouns, so a word is compared with how words begin.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from course.search.folding import composed, tokens, units

LAST = chr(0x10FFFF)


class Vocabulary:
    """Sorted words of letters and digits; Hangul in Jamo where letters are compared."""

    def __init__(self, strings: Iterable[str]) -> None:
        self.written = {word for string in strings for word in string.split()}
        self.words = sorted({token for word in self.written for token in tokens(word)})
        self.by_end: dict[int, list[str]] = {}

    @cached_property
    def backwards(self) -> list[str]:
        """The words read backwards."""
        return sorted(word[::-1] for word in self.words)

    @cached_property
    def letters(self) -> list[str]:
        """The words in letters."""
        return sorted(units(word) for word in self.words)

    @cached_property
    def joined(self) -> tuple[str, list[str]]:
        """Words with punctuation inside: all without it in one string, and as they are."""
        whole = sorted(word for word in self.written if len(tokens(word)) > 1)
        return " ".join("".join(tokens(word)) for word in whole), whole

    def begins(self, piece: str) -> bool:
        """Return whether a word begins so."""
        return next(between(self.words, piece), None) is not None

    def ends(self, piece: str) -> bool:
        """Return whether a word ends so."""
        return next(between(self.backwards, piece[::-1]), None) is not None

    def near(self, word: str) -> set[str]:
        """Return the words, or beginnings of words, at most one letter away."""
        asked = units(word)
        # Two neighbours in the middle may have changed places.
        same = (len(asked) - 2) // 2
        lengths = (len(asked) - 1, len(asked), len(asked) + 1)
        start, end = asked[:same], asked[len(asked) - same :][::-1]
        found = {each[:n] for each in between(self.letters, start) for n in lengths}
        for length in lengths:
            found.update(each[::-1] for each in between(self.endings(length), end))
        close = process.extract_iter(asked, found, scorer=OSA.distance, score_cutoff=1)
        return {composed(each) for each, _distance, _key in close}

    def endings(self, length: int) -> list[str]:
        """Return how words begin, so many letters of each, read backwards."""
        if length not in self.by_end:
            cut = {each[:length][::-1] for each in self.letters if len(each) >= length}
            self.by_end[length] = sorted(cut)
        return self.by_end[length]


def between(ordered: Sequence[str], start: str) -> Iterator[str]:
    """Yield the strings that begin so."""
    for place in range(bisect_left(ordered, start), bisect_left(ordered, start + LAST)):
        yield ordered[place]
