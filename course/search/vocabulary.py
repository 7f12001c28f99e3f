"""The distinct words of an index, sorted, so that those like a given one are found quickly.

A word with one letter changed keeps its first or its last letters, so only words that share those
are compared. Korean particles stand behind nouns, so a word is compared with how words begin.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from course.search.folding import composed, tokens, units

LAST = chr(0x10FFFF)


class Vocabulary:
    """Sorted words of letters and digits; Hangul in Jamo where letters are compared."""

    def __init__(self, strings: Sequence[str]) -> None:
        found = {token for string in strings for token in tokens(string)}
        self.words = sorted(found)
        # Those with punctuation inside; the others are words of letters and digits themselves.
        whole = {word for string in strings for word in string.split()} - found
        self.whole = sorted(word for word in whole if len(tokens(word)) > 1)
        self.by_length: dict[int, str] = {}

    @cached_property
    def backwards(self) -> list[str]:
        """The words read backwards."""
        return sorted(word[::-1] for word in self.words)

    @cached_property
    def letters(self) -> list[str]:
        """The words in letters."""
        return sorted(map(units, self.words))

    @cached_property
    def joined(self) -> tuple[str, list[str]]:
        """Words with punctuation inside: all without it in one string, and as they are."""
        return " ".join("".join(tokens(word)) for word in self.whole), self.whole

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
        found = {each[:n] for each in between(self.letters, asked[:same]) for n in lengths}
        for length in lengths:
            found.update(self.ending(length, asked[len(asked) - same :]))
        close = process.extract_iter(asked, found, scorer=OSA.distance, score_cutoff=1)
        return {composed(each) for each, _distance, _key in close}

    def ending(self, length: int, end: str) -> list[str]:
        """Return how words begin, so many letters of each, where those end so."""
        before = len(end) - length
        return [part[before:] + end for part in self.starts(length).split(f"{end}\n")[:-1]]

    def starts(self, length: int) -> str:
        """Return how words begin, so many letters of each, a line for each beginning.

        All are of one length, so a line's place follows from its end; searching one string is
        quicker than keeping it sorted by ends, which took most of the time of a first typo.
        """
        if length not in self.by_length:
            cut = dict.fromkeys(each[:length] for each in self.letters if len(each) >= length)
            self.by_length[length] = "".join(f"{each}\n" for each in cut)
        return self.by_length[length]


def between(ordered: Sequence[str], start: str) -> Iterator[str]:
    """Yield the strings that begin so."""
    for place in range(bisect_left(ordered, start), bisect_left(ordered, start + LAST)):
        yield ordered[place]
