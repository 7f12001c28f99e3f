"""Facts for levels and achievements, computed from a learner's work."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from course.models import Part
from course.progress import points
from course.progress.catalogue import Catalogue, Page, exercise_keys, lesson_keys, question_keys
from course.progress.targets import Target
from gamification.facts import Facts
from gamification.ledger import Grant

# Kind of target -> reason and points of its line in the ledger.
RULES = {
    Part.LESSON.value: ("lesson", points.LESSON),
    Part.EXERCISE.value: ("exercise", points.EXERCISE),
    "question": ("question", points.QUESTION),
}


@dataclass(frozen=True)
class Work:
    """The log's summary of one target: done now, ever done, and at which hours."""

    target: Target
    done: bool
    ever: bool
    night: bool = False
    dawn: bool = False


def heads(works: Iterable[Work], part: str, catalogue: Catalogue, *, ever: bool) -> dict[str, Page]:
    """Return current lessons (merges resolved) whose `part` is done now, or was ever done."""
    found = (
        catalogue.head(work.target.uid)
        for work in works
        if work.target.part == part and (work.ever if ever else work.done)
    )
    return {page.uid: page for page in found}


def answered(works: Iterable[Work], catalogue: Catalogue) -> dict[Target, Page]:
    """Return the lessons of all questions that were ever answered right (merges resolved)."""
    found = ((catalogue.head(work.target.uid), work) for work in works if work.target.question)
    return {Target(page.uid, work.target.part): page for page, work in found if work.ever}


def lessons_done(works: Iterable[Work], catalogue: Catalogue, scope: str | None) -> int:
    """Return the number of published lessons (of the quest `scope`) done now."""
    done = heads(works, Part.LESSON.value, catalogue, ever=False)
    return sum(page.counts and scope in (None, page.quest) for page in done.values())


def gather(
    works: Iterable[Work], *, days: Iterable[date], today: date, catalogue: Catalogue
) -> Facts:
    """Return the facts about one learner; they count everything ever done."""
    works = list(works)
    counts = Counter({"lessons": 0, "exercises": 0, "questions": 0, "night": 0, "dawn": 0})
    for page in heads(works, Part.LESSON.value, catalogue, ever=True).values():
        counts.update(lesson_keys(page) if page.counts else ())
    for page in heads(works, Part.EXERCISE.value, catalogue, ever=True).values():
        counts.update(exercise_keys(page) if page.counts and page.has_exercise else ())
    for page in answered(works, catalogue).values():
        counts.update(question_keys(page) if page.counts else ())
    for hour in ("night", "dawn"):
        chosen = [work for work in works if getattr(work, hour)]
        counts[hour] = len(heads(chosen, Part.LESSON.value, catalogue, ever=True))
    return Facts(counts=counts, totals=catalogue.totals, days=frozenset(days), today=today)


def grant_for(name: Target) -> Grant:
    """Return the grant for a target, under its lesson's current uid."""
    reason, worth = RULES[name.kind]
    return Grant(reason=reason, key=str(name) if name.question else name.uid, points=worth)
