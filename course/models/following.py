"""What a learner asked to be told of: a quest's next chapters, and a lesson left half done."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from course.models.content import Lesson
from course.models.quests import Quest


class QuestFollow(models.Model):
    """A learner is told when the next chapter of a quest opens."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "quest"], name="a_quest_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"since {self.created_at:%Y-%m-%d}"


class LessonReminder(models.Model):
    """A learner wants to be reminded to finish a lesson; deleted when told or given up."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson"], name="one_reminder_a_learner_and_lesson"
            )
        ]

    def __str__(self) -> str:
        return f"at {self.at:%Y-%m-%d %H:%M}"
