"""Facts about learners that rules evaluate: numbers and days, independent of lessons."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Facts:
    """What a learner has ever done, collected from the apps above.

    counts: "lessons", "lessons:quest:<uid>", "lessons:chapter:<uid>", "lessons:tag:<slug>",
    "exercises", "exercises:quest:<uid>", "questions", "questions:quest:<uid>", "night", "dawn",
    "reports", "helpful". They count everything *ever* done (an undone lesson stays counted), so
    they never decrease.

    totals: how many exist (published), by the same keys.

    days: all learning days ever in the learner's own time zone; they never decrease either. today:
    the current date there.
    """

    counts: Mapping[str, int]
    totals: Mapping[str, int]
    days: frozenset[date]
    today: date

    def and_also(self, other: "Facts") -> "Facts":
        """Return these facts merged with those of another app; each key belongs to one app."""
        return replace(
            self,
            counts={**self.counts, **other.counts},
            totals={**self.totals, **other.totals},
            days=self.days | other.days,
        )

    def done(self, key: str) -> int | None:
        """Return how many of `key` are done; None when no key of its family is known.

        `lessons:tag:jit` without an entry is 0 if `lessons` is known.
        """
        if key in self.counts:
            return self.counts[key]
        return 0 if key.partition(":")[0] in self.counts else None

    def exist(self, key: str) -> int:
        """Return how many of `key` exist; 0 when unknown."""
        return self.totals.get(key, 0)
