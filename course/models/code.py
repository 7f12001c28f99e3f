"""Models of learners' own code: saved code, and attempts at exercises."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class SavedCode(models.Model):
    """A learner's newest code for a sample or an exercise."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=140)  # see course.content.programs
    body = models.TextField()
    # What a device says that it has seen when it sends a newer text.
    revision = models.PositiveIntegerField(default=1, db_default=1)
    saved_at = models.DateTimeField(default=timezone.now)  # when it was written, see own_code

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson", "part"], name="one_saved_code_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.part}, saved on {self.saved_at:%Y-%m-%d}"


class SetAsideCode(models.Model):
    """Code that another device's replaced, or that was older than it, without having seen it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=140)
    body = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]
        indexes = [models.Index("learner", "lesson", "part", name="course_set_aside_code")]

    def __str__(self) -> str:
        return f"{self.part}, written on {self.saved_at:%Y-%m-%d}"


class CheckedTry(models.Model):
    """A check of an exercise and its result; kept longer than the run itself."""

    class Ended(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("an assert failed")
        ERROR = "error", _("error in the code")
        STOPPED = "stopped", _("stopped at a limit")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    run = models.BigIntegerField()  # the id of the runner's row, which is deleted after a while
    ended = models.CharField(max_length=7, choices=Ended)
    # Language -> the assert's message; {"": …} where it has one for all, or an error's type.
    message = models.JSONField(default=dict)
    tried_at = models.DateTimeField(default=timezone.now)
    # What passing gave, for the page: {"points": 15, "level": 2, "achievements": ["slug"]}.
    gained = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "run"], name="a_try_counts_once")]
        indexes = [models.Index("lesson", "ended", name="course_tries_of_lesson")]

    def __str__(self) -> str:
        return self.ended
