"""`manage.py rebuild_reviews`: after REVIEW_RETENTION was changed."""

from typing import Any

from django.core.management.base import BaseCommand

from course.progress.rebuilding import rebuild_all_cards


class Command(BaseCommand):
    """Derives the cards of all learners from their logs."""

    help = "Replay all reviews: run after REVIEW_RETENTION was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild one learner after the other, so that nobody waits for long."""
        learners, cards = rebuild_all_cards()
        self.stdout.write(f"{cards} cards of {learners} learners are up to date.")
