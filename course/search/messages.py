"""Error messages that lessons show: found by what a learner pastes from a terminal.

A pasted message is never the one in the lesson: other shapes, other names, a traceback around it.
So it is compared by its words, rare ones counting more; numbers don't count. One index of all
captured errors for each process, read again after a lesson changed.
"""

import re
import threading
from collections import Counter
from dataclasses import dataclass
from math import log

from course.content.access import ANYBODY
from course.content.failures import Failure, failures
from course.models import Lesson
from course.search.folding import fold, tokens
from pagecache.changes import memory

# `jax.errors.KeyReuseError`, alone or at the end of a traceback, by its end: a pattern that begins
# with the name would be tried from each letter of a long word, and read to its end each time.
NAME = re.compile(r"(?<=[\w.])(?:Error|Exception|Warning|Interrupt|StopIteration)\b")
# Fields of one line take line breaks away, so that it need not begin a line.
TOLD = re.compile(rf"{NAME.pattern}(?=:)")
DOTTED = re.compile(r"[\w.]*", re.A)
LEAST_WORDS = 3  # of a message without a name
LEAST_LIKENESS = 0.4
LEAST_SHARE = 0.8  # of the words of a query that names no error
MOST = 5


@dataclass(frozen=True)
class Messages:
    """The messages of all public lessons, their words, and what a word is worth."""

    clock: int
    rows: list[Failure]
    words: list[frozenset[str]]
    worth: dict[str, float]

    def like(self, query: str) -> list[Failure]:
        """Return the messages most like the query, best first; none for other queries."""
        asked = words_of(pasted(query))
        known = {word for word in asked if word in self.worth}
        named = bool(NAME.search(query))
        if not known or (not named and len(known) < LEAST_WORDS):
            return []
        if not named and len(known) < LEAST_SHARE * len(asked):
            return []
        scored = [
            (self.likeness(known, words, named=named), -place)
            for place, words in enumerate(self.words)
        ]
        best = max(score for score, _place in scored)
        least = max(LEAST_LIKENESS if named else LEAST_SHARE, best * 0.7)
        good = sorted((each for each in scored if each[0] >= least), reverse=True)
        return [self.rows[-place] for _score, place in good[:MOST]]

    def likeness(self, asked: set[str], words: frozenset[str], *, named: bool) -> float:
        """Return from 0 to 1 how much of the query a message has, and a little the reverse."""
        shared = self.sum(asked & words)
        part = shared / self.sum(asked)
        return 0.8 * part + 0.2 * shared / self.sum(words) if named else part

    def sum(self, words: set[str] | frozenset[str]) -> float:
        """Return what these words are worth together."""
        return sum(self.worth[word] for word in words)


NOTHING = Messages(-1, [], [], {})
known = NOTHING
# One process reads the messages once, however many readers wait for them.
reading = threading.Lock()


def like(query: str) -> list[Failure]:
    """Return the captured errors of public lessons most like a pasted message.

    One query after a change of a lesson, otherwise none.
    """
    global known
    memory.poll()
    if is_old(known):
        with reading:
            if is_old(known):
                known = read()
    return known.like(query)


def is_old(messages: Messages) -> bool:
    """Return whether a lesson may have changed since they were read."""
    return messages is NOTHING or memory.changed_since(messages.clock, ["site"])


def read() -> Messages:
    """Return the messages as they are now; one query."""
    clock = memory.clock
    rows = failures(Lesson.objects.visible_to(ANYBODY))
    words = [frozenset(words_of(row.message)) for row in rows]
    count = Counter(word for each in words for word in each)
    return Messages(clock, rows, words, {w: log(1 + len(rows) / n) for w, n in count.items()})


def pasted(query: str) -> str:
    """Return the end of a traceback from the error's name on; other text as it is."""
    told = [match.start() for match in TOLD.finditer(query)]
    if not told:
        return query
    name = DOTTED.match(query[: told[-1]][::-1])
    return query[told[-1] - len(name.group() if name else "") :]


def may_be_message(query: str) -> bool:
    """Return whether a query names an error or has as many words as part of a message."""
    return bool(NAME.search(query)) or len(words_of(query)) >= LEAST_WORDS


def words_of(text: str) -> set[str]:
    """Return the words of a message that are no numbers."""
    return {word for word in tokens(fold(text)) if len(word) > 1 and word[0].isalpha()}
