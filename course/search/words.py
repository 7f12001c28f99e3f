"""In-memory word index that also finds terms inside words.

Every distinct word is stored once, in one long string with the numbers of the texts that contain
it. A term never contains a space, so it occurs in a text exactly if it occurs in one of its words;
and the number of distinct words hardly grows with the number of texts. No models, no database.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

from course.search.vocabulary import Vocabulary

# What one occurrence is worth: in the title, in a heading, in the body.
WEIGHTS = (9, 3, 1)
Texts = tuple[str, str, str]  # in the order of the weights, each normalised
# Bounds the memory and the time that one building takes; numbers of texts fit into 16 bits.
MOST_TEXTS = 2048


class Words:
    """The distinct words of some texts, and which texts contain them."""

    def __init__(self, texts: Sequence[str]) -> None:
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            for word in set(text.split()):
                holders[word].append(number)
        # The commonest first: most terms have found every text before they come to the rare ones.
        words = sorted(holders, key=lambda word: -len(holders[word]))
        self.count = len(texts)
        # A space on either side, so that a term can ask for the beginning or the end of a word.
        self.string = f" {' '.join(words)} "
        # Where each word begins in the string, and where its texts begin among the numbers.
        self.starts = array("I", accumulate((len(word) + 1 for word in words), initial=1))
        self.firsts = array("I", accumulate((len(holders[word]) for word in words), initial=0))
        self.numbers = array("H", chain.from_iterable(holders[word] for word in words))

    def matching(self, term: str) -> set[int]:
        """Return the numbers of the texts that contain the term in one of their words.

        A space before the term asks for words that begin with it, one behind for the end.
        """
        found: set[int] = set()
        before = int(term.startswith(" "))
        at = self.string.find(term)
        while at >= 0 and len(found) < self.count:
            word = bisect_right(self.starts, at + before) - 1
            found.update(self.numbers[self.firsts[word] : self.firsts[word + 1]])
            at = self.string.find(term, self.starts[word + 1] - before)
        return found

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        arrays = (self.starts, self.firsts, self.numbers)
        return self.string.__sizeof__() + sum(each.__sizeof__() for each in arrays)


class Segment:
    """An immutable index of some texts; `stamps` identify their versions."""

    def __init__(self, stamps: Mapping[int, str], texts: Sequence[Texts]) -> None:
        self.stamps = stamps
        self.ids = list(stamps)
        self.parts = [Words([text[place] for text in texts]) for place in range(len(WEIGHTS))]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The distinct words; made when a word is first not found, and kept while others change."""
        return Vocabulary([part.string for part in self.parts])

    def __getstate__(self) -> dict[str, Any]:
        """Return what is stored for other processes: the vocabulary is quicker made than read."""
        return {name: value for name, value in vars(self).items() if name != "vocabulary"}

    def ranks(self, terms: Sequence[str], mask: int) -> bytes:
        """Return each text's rank, 0 for those without all terms or outside the mask.

        A mask has 255 for each visible text, and a rank is one byte: eight terms give at most 104.
        So one addition of long integers adds up all texts at once.
        """
        total = 0
        for term in terms:
            anywhere = 0
            for weight, words in zip(WEIGHTS, self.parts, strict=True):
                flags = self.flags(words.matching(term))
                anywhere |= flags
                total += weight * flags
            mask &= 255 * anywhere
            if not mask:
                return b""
        return (total & mask).to_bytes(len(self.ids), "little")

    def holding(self, terms: Sequence[str], mask: int) -> list[int]:
        """Return the ids of the texts within the mask that have all terms, in any part."""
        # The longest first: it is in the fewest texts, and what is in none ends the look.
        for term in sorted(terms, key=len, reverse=True):
            mask &= 255 * self.flags(set().union(*(each.matching(term) for each in self.parts)))
            if not mask:
                return []
        flags = mask.to_bytes(len(self.ids), "little")
        return [key for key, flag in zip(self.ids, flags, strict=True) if flag]

    def flags(self, numbers: Collection[int]) -> int:
        """Return a long integer with one byte per text: 1 for the given ones."""
        flags = bytearray(len(self.ids))
        for number in numbers:
            flags[number] = 1
        return int.from_bytes(flags, "little")

    def ranked(self, ranks: bytes, rank: int) -> list[int]:
        """Return the ids of the texts with this rank."""
        return [key for key, each in zip(self.ids, ranks, strict=False) if each == rank]

    def mask(self, allowed: Set[int]) -> int:
        """Return the mask of the texts with these ids."""
        return 255 * self.flags([n for n, each in enumerate(self.ids) if each in allowed])

    def current(self, stamps: Mapping[int, str]) -> dict[int, str]:
        """Return those of its texts that have not changed."""
        return {key: stamp for key, stamp in self.stamps.items() if stamps.get(key) == stamp}

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        return sum(words.size for words in self.parts) + 200 * len(self.ids)


def built_here(ids: Sequence[int], build: Callable[[], Segment]) -> Segment:
    """Return the segment that `build` makes."""
    return build()


def refreshed(
    segments: Sequence[Segment],
    stamps: Mapping[int, str],
    load: Callable[[Collection[int]], Mapping[int, tuple[str, Texts]]],
    share: Callable[[Sequence[int], Callable[[], Segment]], Segment] = built_here,
) -> list[Segment]:
    """Return segments with the current version of every text in `stamps` exactly once.

    `load(ids)` reads stamps and texts; `share(ids, build)` may know their segment already. Changed
    texts go into a new segment, together with older segments that are not much larger, so that an
    edit reads few texts and segments stay few.
    """
    kept = [(each, each.current(stamps)) for each in segments]
    kept = [(each, current) for each, current in kept if 2 * len(current) > len(each.ids)]
    missing = set(stamps).difference(*(current for _each, current in kept))
    while missing and kept and is_absorbed(kept[-1][0], len(missing)):
        missing.update(kept.pop()[1])
    built = [
        share(part, lambda part=part: Segment(*read(part, load)))  # type: ignore[misc]
        for part in portions(sorted(missing))
    ]
    return sorted([*built, *(each for each, _current in kept)], key=lambda each: -len(each.ids))


def is_absorbed(segment: Segment, others: int) -> bool:
    """Return whether a segment is small enough to be merged with this many texts."""
    return len(segment.ids) <= min(2 * others, MOST_TEXTS - others)


def portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ids in portions for one segment each."""
    return (ids[start : start + MOST_TEXTS] for start in range(0, len(ids), MOST_TEXTS))


def read(
    ids: Sequence[int], load: Callable[[Collection[int]], Mapping[int, tuple[str, Texts]]]
) -> tuple[dict[int, str], list[Texts]]:
    """Return stamps and texts of existing ids, in the order of a segment."""
    rows = load(ids)
    return {key: stamp for key, (stamp, _) in rows.items()}, [text for _, text in rows.values()]


@dataclass(frozen=True)
class VisibleSegment:
    """A segment with its visible texts, for staff and for everybody."""

    segment: Segment
    everything: int
    public: int


def visible_segments(
    segments: Sequence[Segment], stamps: Mapping[int, str], public: Set[int]
) -> list[VisibleSegment]:
    """Return the segments with masks for current texts, each text once."""
    shelves: list[VisibleSegment] = []
    seen: set[int] = set()
    for segment in segments:
        here = segment.current(stamps).keys() - seen
        seen |= here
        masks = segment.mask(here), segment.mask(here & public)
        shelves.append(VisibleSegment(segment, *masks))
    return shelves


def worths(
    shelves: Sequence[VisibleSegment], terms: Sequence[str], *, drafts: bool
) -> Iterator[tuple[int, int]]:
    """Yield the id and the rank of each text with all terms, in no order."""
    for shelf in shelves:
        ranks = shelf.segment.ranks(terms, shelf.everything if drafts else shelf.public)
        yield from (
            (key, rank) for key, rank in zip(shelf.segment.ids, ranks, strict=False) if rank
        )


def top(
    shelves: Sequence[VisibleSegment],
    terms: Sequence[str],
    places: Mapping[int, int],
    *,
    drafts: bool,
    most: int,
) -> list[int]:
    """Return the ids of texts with all terms, highest ranks first, then in reading order."""
    ranked = [
        (shelf.segment, shelf.segment.ranks(terms, shelf.everything if drafts else shelf.public))
        for shelf in shelves
    ]
    found: list[int] = []
    for rank in sorted({rank for _segment, ranks in ranked for rank in set(ranks)} - {0})[::-1]:
        level = chain.from_iterable(segment.ranked(ranks, rank) for segment, ranks in ranked)
        found += sorted(level, key=places.__getitem__)
        if len(found) >= most:
            break
    return found[:most]
