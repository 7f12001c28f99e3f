"""The bar of a member, and the same numbers for somebody whose log is in the browser alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from course.progress.catalogue import Catalogue, catalogue
from course.progress.dating import sort_out, visitor_arrival
from course.progress.facts import Work, gather, grant_for, lessons_done
from course.progress.fold import States, add
from course.progress.resuming import Place, next_place
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone, zone_of
from course.progress.wire import read_list, read_scope, read_shift
from gamification.bar import Bar, bar_of, evaluate
from gamification.xp import Outcome

MAX_LOCAL = 2000  # operations of a browser's log in one evaluation


def bar_for(
    learner: User,
    works: Iterable[Work],
    known: Catalogue,
    scope: str | None,
    outcome: Outcome | None = None,
) -> Bar:
    """A member's bar for the quest with uid `scope`, or for the whole site.

    One query, or none right after an `outcome` that looked the numbers up.
    """
    return bar_of(
        learner=learner,
        lessons_done=lessons_done(works, known, scope),
        lessons_total=len(known.counted(scope)),
        scope=scope,
        outcome=outcome,
    )


@dataclass(frozen=True)
class Evaluation:
    """What a local log is worth, where to go on, and which lessons go by another name now."""

    bar: Bar
    place: Place | None
    aliases: Mapping[str, str]
    server_now: datetime

    def as_json(self) -> dict[str, Any]:
        """The body of the answer; texts in the active language."""
        return {
            "v": 1,
            "server_now": in_milliseconds(self.server_now),
            "bar": self.bar.as_json(),
            "resume": self.place.as_json() if self.place else None,
            "aliases": dict(self.aliases),
        }


def evaluate_log(data: Mapping[str, Any], received: datetime | None = None) -> Evaluation:
    """The bar for the log in a request's body; reads rules and lessons from memory, stores nothing.

    Raises wire.Refused for a body that can't be read; operations that can't be read are left out.
    """
    received = received or timezone.now()
    home = zone_of(data.get("tz")) or learner_zone(settings.LEARNER_TIME_ZONE)
    shift = read_shift(data, in_milliseconds(received))
    known = catalogue()
    operations = read_list(data, MAX_LOCAL)
    entries = sort_out(operations, visitor_arrival(received, home, shift=shift), known).entries
    states: States = {}
    add(states, entries.values())
    works = [state.work(target) for target, state in states.items()]
    scope = read_scope(data)
    today = received.astimezone(home).date()
    days = {entry.day for entry in entries.values() if entry.is_completion}
    names = {
        Target(known.head(work.target.uid).uid, work.target.part) for work in works if work.ever
    }
    bar = evaluate(
        grants=[grant_for(name) for name in sorted(names)],
        facts=gather(works, days=days, today=today, catalogue=known),
        lessons_done=lessons_done(works, known, scope),
        lessons_total=len(known.counted(scope)),
        scope=scope,
    )
    aliases = known.aliases(target.uid for target in states)
    return Evaluation(bar, next_place(states, known, scope), aliases, received)
