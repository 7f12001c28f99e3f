"""Where a member stopped reading in a lesson."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from course.models.content import Lesson


class ReadingPlace(models.Model):
    """The heading of a lesson at which a learner stopped last, on whichever device."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    place = models.CharField(max_length=100, blank=True)  # the heading's id; empty for the end
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson"], name="one_place_a_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.at:%Y-%m-%d}"
