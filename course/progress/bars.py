"""The bar of a member, and the same numbers for somebody whose log is in the browser alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from course.progress.catalogue import Catalogue, catalogue
from course.progress.dating import Arrival, Sorted, sort_out, visitor_arrival
from course.progress.facts import Work, gather, grant_for, lessons_done
from course.progress.fold import Entry, States, add
from course.progress.resuming import Place, next_place
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone, zone_of
from course.progress.wire import read_list, read_scope, read_shift
from gamification.bar import Bar, bar_of, evaluate
from gamification.evaluation import Log, news_between
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
    """What a local log is worth, where to go on, its lessons' other names, what doesn't count."""

    bar: Bar
    place: Place | None
    aliases: Mapping[str, str]
    moment: Outcome
    problems: Mapping[str, str]  # operation's id: code
    server_now: datetime

    def as_json(self) -> dict[str, Any]:
        """The body of the answer; texts in the active language."""
        return {
            "v": 1,
            "server_now": in_milliseconds(self.server_now),
            "bar": self.bar.as_json(),
            "resume": self.place.as_json() if self.place else None,
            "aliases": dict(self.aliases),
            "moment": self.moment.as_json(),
            "problems": dict(self.problems),
        }


def evaluate_log(data: Mapping[str, Any], received: datetime | None = None) -> Evaluation:
    """The bar for the log in a request's body; reads rules and lessons from memory, stores nothing.

    `new` in the body names the operations that were added since the last time: what they led to is
    the moment. Raises wire.Refused for a body that can't be read; operations that don't count are
    left out, and named with the reason.
    """
    received = received or timezone.now()
    home = zone_of(data.get("tz")) or learner_zone(settings.LEARNER_TIME_ZONE)
    shift = read_shift(data, in_milliseconds(received))
    known = catalogue()
    arrival = visitor_arrival(received, home, shift=shift)
    found = sort_out(read_list(data, MAX_LOCAL), arrival, known)
    entries = list(found.entries.values())
    new = read_new(data)
    log, states = judged(entries, arrival, known)
    scope = read_scope(data)
    bar = evaluate(
        grants=log.grants,
        facts=log.facts,
        lessons_done=lessons_done(works_of(states), known, scope),
        lessons_total=len(known.counted(scope)),
        scope=scope,
    )
    before = [each for each in entries if str(each.id) not in new]
    moment = news_between(before=judged(before, arrival, known)[0], after=log) if new else Outcome()
    aliases = known.aliases(target.uid for target in states)
    place = next_place(states, known, scope)
    return Evaluation(bar, place, aliases, moment, problems_of(found), received)


def problems_of(found: Sorted) -> dict[str, str]:
    """The codes of the operations that do not count, by id; without an id nobody finds them."""
    kept_aside = {str(uuid): code for uuid, (_raw, code) in found.held.items()}
    refused = {row["id"]: row["code"] or "" for row in found.rejected if row["id"]}
    return kept_aside | refused


def read_new(data: Mapping[str, Any]) -> set[str]:
    """The ids that the browser calls new; anything that is no text is left out."""
    named = data.get("new")
    return {uid for uid in named if isinstance(uid, str)} if isinstance(named, list) else set()


def works_of(states: States) -> list[Work]:
    """What rules may look at."""
    return [state.work(target) for target, state in states.items()]


def judged(entries: Iterable[Entry], arrival: Arrival, known: Catalogue) -> tuple[Log, States]:
    """The grants and facts of a whole log, and what it says of each target."""
    states: States = {}
    add(states, entries)
    works = works_of(states)
    ever = (work.target for work in works if work.ever)
    names = {Target(known.head(target.uid).uid, target.part) for target in ever}
    facts = gather(
        works,
        days={day for state in states.values() for day in state.days},
        today=arrival.received.astimezone(arrival.home).date(),
        catalogue=known,
    )
    return Log([grant_for(name) for name in sorted(names)], facts), states
