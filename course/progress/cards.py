"""Cards of questions: their rows, derived from the reviews in the log."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from accounts.models import User
from course.models import Operation, ReviewCard
from course.progress.bulk import insert_rows
from course.progress.catalogue import Catalogue
from course.progress.fold import Entry, State, States
from course.progress.schedules import Review, Schedule, replay
from course.progress.targets import Target

if TYPE_CHECKING:
    from course.progress.recording import LockedProgress

CARD_FIELDS = ["due", "reviewed_at", "stability", "difficulty"]
Reviews = Mapping[Target, Collection[Review]]


def store_cards(locked: "LockedProgress", changed: Iterable[Target]) -> int:
    """Replay the questions among these targets. Returns how many are cards; two queries, or none.

    Their new reviews must be in the log already.
    """
    known = locked.catalogue
    targets = {target for target in changed if known.knows_question(target)}
    if not targets:
        return 0
    reviews = stored_reviews(locked.learner, targets, known)
    rows = [card_row(locked, target, reviews.get(target, ())) for target in sorted(targets)]
    insert_rows(rows, conflict=["learner", "question"], update=CARD_FIELDS)
    return sum(row.due is not None for row in rows)


def stored_reviews(learner: User, targets: Collection[Target], known: Catalogue) -> Reviews:
    """Return the reviews of these questions in the log; one query."""
    rows = reviews_in_log(learner, targets, known)
    found: dict[Target, list[Review]] = defaultdict(list)
    for lesson, part, at, uuid, grade in rows.values_list(
        "lesson_id", "part", "effective_at", "uuid", "grade"
    ):
        found[Target(known.by_id[lesson].uid, part)].append(Review(at, uuid, grade))
    return found


def reviews_in_log(learner: User, targets: Collection[Target], known: Catalogue) -> Any:
    """Return a queryset of the reviews of these questions (and perhaps of some others)."""
    lessons = {known.by_uid[target.uid].id for target in targets}
    parts = {target.part for target in targets}
    return Operation.objects.filter(
        learner=learner, kind=Operation.Kind.REVIEW, lesson__in=lessons, part__in=parts
    )


def card_row(locked: "LockedProgress", target: Target, reviews: Iterable[Review]) -> ReviewCard:
    """Return the row of a question's card."""
    known = locked.catalogue
    schedule = schedule_of(target, locked.states.get(target), reviews, known)
    card = ReviewCard(learner=locked.learner, question_id=known.asked(target).id)
    if schedule:
        card.due, card.reviewed_at = schedule.due, schedule.reviewed_at
        card.stability, card.difficulty = schedule.stability, schedule.difficulty
    return card


def schedule_of(
    target: Target, state: State | None, reviews: Iterable[Review], known: Catalogue
) -> Schedule | None:
    """Return the schedule of a question by what the log says of it."""
    cancelled = state.cancelled if state else ()
    answered_at = state.last_at if state and state.done else None
    kept = [review for review in reviews if review.id not in cancelled]
    return replay(answered_at, kept, known.asked(target).renewed_at)


def cards_of_log(
    states: States, entries: Iterable[Entry], known: Catalogue
) -> dict[Target, Schedule]:
    """Return the schedules in a log that is not stored."""
    reviews: dict[Target, list[Review]] = defaultdict(list)
    for entry in entries:
        if entry.grade is not None:
            reviews[entry.target].append(Review(entry.effective_at, entry.id, entry.grade))
    found = {}
    for target, state in states.items():
        if known.knows_question(target):
            schedule = schedule_of(target, state, reviews[target], known)
            if schedule:
                found[target] = schedule
    return found


def schedule_in(card: ReviewCard) -> Schedule:
    """Return the schedule stored in a row that is a card. Raises ValueError for another."""
    if card.due is None:
        raise ValueError("no card")
    return Schedule(card.due, card.reviewed_at, card.stability, card.difficulty)


def rebuild_cards(locked: "LockedProgress") -> int:
    """Replay all questions of a learner. Returns the number of cards; two queries."""
    return store_cards(locked, locked.states)
