"""What the rules of levels and achievements may look at, from the state of a learner's work."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from course import points
from course.models import Part
from course.progress.catalogue import Catalogue, Page, exercise_keys, lesson_keys
from course.progress.targets import Target
from gamification.facts import Facts
from gamification.ledger import Grant

POINTS = {Part.LESSON.value: points.LESSON, Part.EXERCISE.value: points.EXERCISE}
REASONS = {Part.LESSON.value: "lesson", Part.EXERCISE.value: "exercise"}


@dataclass(frozen=True)
class Work:
    """What the log says of one target: done now, ever done, and at which hours."""

    target: Target
    done: bool
    ever: bool
    night: bool = False
    dawn: bool = False


def heads(works: Iterable[Work], part: str, catalogue: Catalogue, *, ever: bool) -> dict[str, Page]:
    """Today's lessons (merges resolved) of which `part` is done now, or was ever done."""
    found = (
        catalogue.head(work.target.uid)
        for work in works
        if work.target.part == part and (work.ever if ever else work.done)
    )
    return {page.uid: page for page in found}


def lessons_done(works: Iterable[Work], catalogue: Catalogue, scope: str | None) -> int:
    """How many published lessons (of the quest `scope`) are done now."""
    done = heads(works, Part.LESSON.value, catalogue, ever=False)
    return sum(page.counts and scope in (None, page.quest) for page in done.values())


def gather(
    works: Iterable[Work], *, days: Iterable[date], today: date, catalogue: Catalogue
) -> Facts:
    """The facts about one learner; they count what was ever done, so they only grow."""
    works = list(works)
    counts = Counter({"lessons": 0, "exercises": 0, "night": 0, "dawn": 0})
    for page in heads(works, Part.LESSON.value, catalogue, ever=True).values():
        counts.update(lesson_keys(page) if page.counts else ())
    for page in heads(works, Part.EXERCISE.value, catalogue, ever=True).values():
        counts.update(exercise_keys(page) if page.counts and page.has_exercise else ())
    for hour in ("night", "dawn"):
        chosen = [work for work in works if getattr(work, hour)]
        counts[hour] = len(heads(chosen, Part.LESSON.value, catalogue, ever=True))
    return Facts(counts=counts, totals=catalogue.totals, days=frozenset(days), today=today)


def grant_for(name: Target) -> Grant:
    """The ledger line for a target, named by what its lesson is called today."""
    return Grant(reason=REASONS[name.part], key=name.uid, points=POINTS[name.part])
