"""The bar of a member, and of a visitor whose log is stored in the browser."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from course.progress.arrivals import Arrival, Classified, classify, visitor_arrival
from course.progress.cards import cards_of_log
from course.progress.catalogue import Catalogue, catalogue
from course.progress.due import handed_out_of_log
from course.progress.facts import Work, gather, grant_for, lessons_done
from course.progress.fold import Entry, States, add
from course.progress.resuming import Place, next_place, titles_and_addresses
from course.progress.targets import Target
from course.progress.times import in_milliseconds, learner_zone, zone_of
from course.progress.wire import read_list, read_scope, read_shift
from gamification.bar import Bar, bar_of, evaluate
from gamification.evaluation import Log, achievements_of, news_between
from gamification.xp import Outcome

MAX_LOCAL = 2000  # operations of a browser's log in one evaluation


def bar_for(
    learner: User,
    works: Iterable[Work],
    known: Catalogue,
    scope: str | None,
    outcome: Outcome | None = None,
) -> Bar:
    """Return a member's bar for the quest with uid `scope`, or for the whole site.

    One query, or none right after an `outcome` that read the numbers.
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
    """Result for a local log: bar, resume, lessons' aliases, and operations that don't count."""

    bar: Bar
    place: Place | None
    aliases: Mapping[str, str]
    moment: Outcome
    problems: Mapping[str, str]  # operation's id: code
    right: Sequence[str]  # ids of the attempts that are right
    places: Mapping[str, Mapping[str, str]]  # titles and addresses of what has a note or bookmark
    server_now: datetime
    achievements: Sequence[Mapping[str, Any]] | None = None  # when the body asks for `detail`
    quests: Mapping[str, Sequence[int]] | None = None  # uid: lessons done, and all
    cards: Mapping[str, Any] | None = None  # what is due, when the body asks for `cards`

    def as_json(self) -> dict[str, Any]:
        """Return the response body; texts are in the active language."""
        return {
            "v": 1,
            "server_now": in_milliseconds(self.server_now),
            "bar": self.bar.as_json(),
            "resume": self.place.as_json() if self.place else None,
            "aliases": dict(self.aliases),
            "moment": self.moment.as_json(),
            "problems": dict(self.problems),
            "right": list(self.right),
            "places": dict(self.places),
            "achievements": self.achievements,
            "quests": self.quests,
            "cards": self.cards,
        }


def evaluate_log(data: Mapping[str, Any], received: datetime | None = None) -> Evaluation:
    """Return the evaluation of a request's log; uses cached rules and lessons, stores nothing.

    `new` in the body names the operations added since the last time, whose outcome is celebrated.
    `detail` asks for achievements and for the lessons of each quest, too, `cards` for what is due.
    Raises wire.Refused for an invalid body; operations that don't count are skipped and returned
    with the reason.
    """
    received = received or timezone.now()
    home = zone_of(data.get("tz")) or learner_zone(settings.LEARNER_TIME_ZONE)
    shift = read_shift(data, in_milliseconds(received))
    known = catalogue()
    arrival = visitor_arrival(received, home, shift=shift)
    found = classify(read_list(data, MAX_LOCAL), arrival, known)
    entries = list(found.entries.values())
    new = read_new(data)
    log, states = score(entries, arrival, known)
    scope = read_scope(data)
    bar = evaluate(
        grants=log.grants,
        facts=log.facts,
        lessons_done=lessons_done(works_of(states), known, scope),
        lessons_total=len(known.counted(scope)),
        scope=scope,
    )
    before = [each for each in entries if str(each.id) not in new]
    moment = news_between(before=score(before, arrival, known)[0], after=log) if new else Outcome()
    aliases = known.aliases(target.uid for target in states)
    place = next_place(states, known, scope)
    right = [str(entry.id) for entry in entries if entry.right]
    marked = [entry.target.uid for entry in entries if entry.kind in ("b", "n")]
    places = titles_and_addresses(marked, known)
    found_all = Evaluation(bar, place, aliases, moment, problems_of(found), right, places, received)
    if data.get("cards"):
        schedules = cards_of_log(states, entries, known)
        found_all = replace(found_all, cards=handed_out_of_log(schedules, known, received))
    if not data.get("detail"):
        return found_all
    quests = lessons_by_quest(works_of(states), known)
    return replace(found_all, achievements=achievements_of(log), quests=quests)


def lessons_by_quest(works: Iterable[Work], known: Catalogue) -> dict[str, tuple[int, int]]:
    """(done, all) lessons of each quest, by its uid."""
    works = list(works)
    quests = {page.quest for page in known.counted()}
    return {
        uid: (lessons_done(works, known, uid), len(known.counted(uid))) for uid in sorted(quests)
    }


def problems_of(found: Classified) -> dict[str, str]:
    """Return the codes of operations that don't count, by id; skips those without an id."""
    kept_aside = {str(uuid): code for uuid, (_raw, code) in found.held.items()}
    refused = {row["id"]: row["code"] or "" for row in found.rejected if row["id"]}
    return kept_aside | refused


def read_new(data: Mapping[str, Any]) -> set[str]:
    """Return the ids that the browser calls new; ignores values that are not text."""
    named = data.get("new")
    return {uid for uid in named if isinstance(uid, str)} if isinstance(named, list) else set()


def works_of(states: States) -> list[Work]:
    """Return the work that rules are evaluated on."""
    return [state.work(target) for target, state in states.items()]


def score(entries: Iterable[Entry], arrival: Arrival, known: Catalogue) -> tuple[Log, States]:
    """Return the grants and facts of a whole log, and the state of each target."""
    states: States = {}
    add(states, entries)
    works = works_of(states)
    ever = (work.target for work in works if work.ever and work.target.is_work)
    names = {Target(known.head(target.uid).uid, target.part) for target in ever}
    facts = gather(
        works,
        days={day for state in states.values() for day in state.days},
        today=arrival.received.astimezone(arrival.home).date(),
        catalogue=known,
    )
    return Log([grant_for(name) for name in sorted(names)], facts), states
