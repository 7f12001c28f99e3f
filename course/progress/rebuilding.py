"""Derive the cards of all learners from their logs."""

from accounts.models import User
from course.models import Clock
from course.progress.cards import rebuild_cards
from course.progress.recording import AccountGone, lock_progress, progress_transaction


def rebuild_all_cards() -> tuple[int, int]:
    """Replay every learner's reviews. Returns the numbers of learners and cards.

    Each learner's log is locked while it is replayed.
    """
    learners = cards = 0
    for pk in Clock.objects.order_by("learner").values_list("learner", flat=True):
        learner = User.objects.filter(pk=pk).first()
        if learner is None:
            continue
        try:
            with progress_transaction(learner):
                cards += rebuild_cards(lock_progress(learner))
                learners += 1
        except AccountGone:
            continue
    return learners, cards
