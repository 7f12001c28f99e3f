"""What a reader may have meant: other spaces, no punctuation, one letter otherwise.

Everything here turns one term into others that the index has; the search for those is the
ordinary one. What only a draft says is never offered: a spelling counts when a public text has it.
"""

from collections.abc import Callable, Iterable

from django.db.models import Q

from course.models import LessonText
from course.search.folding import HANGUL, tokens, units
from course.search.index import Index

LONGEST = 24  # letters of a word that is taken apart or corrected
MOST_SPLITS = 4  # of which the database is asked whether the words stand side by side
MOST_TEXTS = 200  # that one split is looked for in
MOST_SPELLINGS = 24
MOST_LETTERS = 72
MOST_REMEMBERED = 4_000
# A typo in a shorter word makes another word: letters for Latin, Jamo for Hangul.
LEAST_LETTERS = 4
Change = Callable[[str, Index], "list[str] | None"]


def loosened(term: str, index: Index) -> list[str] | None:
    """Return terms for the same words with other spaces and punctuation, or None.

    They find every text that `term` finds, too. None at all for a term without letters.
    """
    found: list[str] = []
    for word in tokens(term):
        pieces = [word] if index.holding(word) else None
        pieces = apart(word, index) or pieces or from_joined(word, index)
        if pieces is None:
            return None
        found += pieces
    return found


def corrected(term: str, index: Index) -> list[str] | None:
    """Return terms with at most one letter of each word changed, or None."""
    found: list[str] = []
    for word in tokens(term):
        known = [word] if index.holding(word) else None
        pieces = known or apart(word, index) or from_joined(word, index) or respelt(word, index)
        if pieces is None:
            return None
        found += pieces
    return found


def apart(word: str, index: Index) -> list[str] | None:
    """Return the words that are this one and stand side by side in a text, or None.

    At most four queries, which look into few texts.
    """
    if not 3 <= len(word) <= LONGEST:
        return None
    splits: list[tuple[list[int], list[str]]] = []
    for pieces in ways(word, index):
        last = len(pieces) - 1
        places = [f"{' ' * (n > 0)}{piece}{' ' * (n < last)}" for n, piece in enumerate(pieces)]
        if holders := index.holding(*places):
            splits.append((holders, pieces))
    splits = sorted(splits, key=lambda each: (-len(each[0]), each[1]))[:MOST_SPLITS]
    return side_by_side(splits) if splits else None


def ways(word: str, index: Index) -> list[list[str]]:
    """Return the word in two pieces whose edges are edges of words somewhere, else in three."""
    least = 1 if HANGUL.search(word) else 3
    cuts = range(least, len(word) - least + 1)
    ends = [cut for cut in cuts if index.ends(word[:cut])]
    begins = [cut for cut in cuts if index.begins(word[cut:])]
    two = [[word[:cut], word[cut:]] for cut in ends if cut in begins]
    three = [
        [word[:first], word[first:second], word[second:]]
        for first in ends
        for second in begins
        if second - first >= least
    ]
    return balanced(two) or balanced(three)


def balanced(ways: list[list[str]]) -> list[list[str]]:
    """Return a few, those first whose shortest piece is longest."""
    return sorted(ways, key=lambda pieces: (-min(map(len, pieces)), pieces))[:MOST_SPLITS]


def side_by_side(splits: Iterable[tuple[list[int], list[str]]]) -> list[str] | None:
    """Return the first pieces that a text has with single spaces between; a query for each."""
    for holders, pieces in splits:
        phrase = " ".join(pieces)
        said = Q(search_title__contains=phrase) | Q(search_headings__contains=phrase)
        said |= Q(search_body__contains=phrase)
        if LessonText.objects.filter(said, pk__in=sorted(holders)[:MOST_TEXTS]).exists():
            return pieces
    return None


def from_joined(word: str, index: Index) -> list[str] | None:
    """Return the parts of a word such as block_until_ready that has punctuation inside, or None."""
    if len(word) < LEAST_LETTERS:
        return None
    found = (parts_around(word, *each.joined) for each in index.vocabularies)
    return next((parts for parts in found if parts and index.holding(*parts)), None)


def parts_around(word: str, string: str, whole: list[str]) -> list[str]:
    """Return the parts of the first of the whole words that has this one inside, or none."""
    at = string.find(word)
    if at < 0:
        return []
    original = whole[string.count(" ", 0, at)]
    start = at - string.rfind(" ", 0, at) - 1
    parts, place = [], 0
    for part in tokens(original):
        if place < start + len(word) and place + len(part) > start:
            parts.append(part)
        place += len(part)
    return parts


def respelt(word: str, index: Index) -> list[str] | None:
    """Return the word of most texts that one letter changes into this one, or None."""
    if not (LEAST_LETTERS <= len(units(word)) <= MOST_LETTERS and word.isalpha()):
        return None
    near = sorted(set().union(*(each.near(word) for each in index.vocabularies)))
    counted = sorted((-len(index.holding(f" {each}")), each) for each in near[:MOST_SPELLINGS])
    return [counted[0][1]] if counted and counted[0][0] else None


def all_of(terms: Iterable[str], index: Index, change: Change) -> list[str] | None:
    """Return the changed terms of a whole query without repeats, or None when one has none."""
    found: list[str] = []
    for term in terms:
        pieces = changed(term, index, change)
        if pieces is None:
            return None
        found += pieces
    return list(dict.fromkeys(found)) or None


def changed(term: str, index: Index, change: Change) -> list[str] | None:
    """Return what `change` makes of a term; each index remembers some thousands."""
    key = (change.__name__, term)
    if key not in index.remembered:
        if len(index.remembered) >= MOST_REMEMBERED:
            index.remembered.clear()
        index.remembered[key] = change(term, index)
    return index.remembered.get(key)
