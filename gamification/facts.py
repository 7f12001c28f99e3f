"""What rules may look at: numbers and days; this app never knows a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Facts:
    """What a learner ever did, gathered by the apps above.

    counts: "lessons", "lessons:quest:<uid>", "lessons:chapter:<uid>", "lessons:tag:<slug>",
    "exercises", "exercises:quest:<uid>", "night", "dawn", "reports", "helpful". They count what
    was *ever* done (an undone lesson stays counted), so they only grow.
    totals: the same keys, how many exist (published).
    days: learning days in the learner's own zone, of everything ever done (they only grow, too);
    today: the date there now.
    """

    counts: Mapping[str, int]
    totals: Mapping[str, int]
    days: frozenset[date]
    today: date

    def and_also(self, other: "Facts") -> "Facts":
        """These facts and what another app knows; each key belongs to one app."""
        return replace(
            self,
            counts={**self.counts, **other.counts},
            totals={**self.totals, **other.totals},
            days=self.days | other.days,
        )

    def done(self, key: str) -> int | None:
        """How many of `key` are done; None when nothing of its family is known here.

        `lessons:tag:jit` without an entry is 0 as long as `lessons` is known.
        """
        if key in self.counts:
            return self.counts[key]
        return 0 if key.partition(":")[0] in self.counts else None

    def exist(self, key: str) -> int:
        """How many of `key` there are to do; 0 when there is no such thing."""
        return self.totals.get(key, 0)
