"""Review a card by form, using the same functions as sync."""

from dataclasses import replace
from uuid import UUID

from accounts.models import User
from course.progress.marking import NotOpen, entry
from course.progress.recording import lock_progress, progress_transaction, record
from course.progress.syncing import MAX_REVIEWS, count_reviews
from course.progress.targets import Target
from gamification.xp import Outcome


class TooManyReviews(Exception):
    """The question was reviewed MAX_REVIEWS times."""


def review_card(*, learner: User, target: Target, grade: int, operation: UUID) -> Outcome:
    """Add a review with the id `operation` to the learner's log; the same id counts once.

    Raises NotOpen for a question that readers can't see, TooManyReviews, and AccountGone.
    """
    with progress_transaction(learner):
        locked = lock_progress(learner, revisions=1)
        if not locked.catalogue.shows(target):
            raise NotOpen
        if count_reviews(locked, {target})[target] >= MAX_REVIEWS:
            raise TooManyReviews
        return record(locked, [replace(entry(locked, "r", target, grade=grade), id=operation)])
