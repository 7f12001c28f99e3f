"""When answered questions come back for review."""

from django.conf import settings
from django.db import models

from course.models.kinds import Status
from course.models.questions import Question


class CardSet(models.QuerySet["ReviewCard"]):
    """QuerySet of cards."""

    def open_of(self, learner: models.Model) -> "CardSet":
        """Return a learner's cards whose question readers can see."""
        shown = {"lesson__status": Status.PUBLISHED, "lesson__quest__status": Status.PUBLISHED}
        asked = {"retired": False, "lesson__merged_into": None, **shown}
        conditions = {f"question__{name}": value for name, value in asked.items()}
        return self.filter(learner=learner, due__isnull=False, **conditions)


class ReviewCard(models.Model):
    """When a question comes back to a learner, replayed from the log; can be rebuilt from it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")
    due = models.DateTimeField(null=True)  # None: no card, because the answer was taken back
    reviewed_at = models.DateTimeField(null=True)  # None: not since it was answered, or renewed
    # The memory's state after the last review, as FSRS defines it: days, and 1 to 10.
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)

    objects = CardSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "question"], name="a_card_a_question")
        ]
        indexes = [
            models.Index(fields=["learner", "due"], name="cards_that_are_due"),
            models.Index(fields=["learner", "reviewed_at"], name="cards_reviewed_today"),
        ]

    def __str__(self) -> str:
        return f"due {self.due}"
