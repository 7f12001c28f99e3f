"""A learner's progress: a log that only grows, and what it says now.

The log is a set of operations, each with an id that the learner's browser made. `Completion` is
the fold of that set for one lesson (or its exercise); `course.progress` alone writes these tables.
"""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


def new_epoch() -> str:
    """A name for one unbroken life of a database; a restore from a backup starts another."""
    return secrets.token_hex(8)


class Part(models.TextChoices):
    """What of a lesson is done: the lesson itself or its exercise."""

    LESSON = "", _("lesson")
    EXERCISE = "exercise", _("exercise")


class Clock(models.Model):
    """One row a learner: whoever changes the learner's progress holds its lock."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    revision = models.PositiveBigIntegerField(default=0)
    epoch = models.CharField(max_length=16, default=new_epoch)
    held = models.PositiveIntegerField(default=0)  # how many HeldOperation rows there are

    def __str__(self) -> str:
        return f"revision {self.revision}"


class Operation(models.Model):
    """One entry of the log, never changed or deleted."""

    class Kind(models.TextChoices):
        COMPLETE = "c", _("complete")
        UNDO = "u", _("undo")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    kind = models.CharField(max_length=1, choices=Kind)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part, blank=True)
    # What the browser said (milliseconds), and what the server made of it.
    at = models.BigIntegerField()
    off = models.BigIntegerField(null=True)
    effective_at = models.DateTimeField()
    day = models.DateField()
    zone = models.CharField(max_length=64)
    device = models.CharField(max_length=64, blank=True)
    seq = models.BigIntegerField(default=0)
    received_at = models.DateTimeField()
    revision = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "uuid"], name="an_operation_counts_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class Cancellation(models.Model):
    """An undo names a completion that it saw; the two may arrive in either order."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cancelled = models.UUIDField()
    by = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "cancelled", "by"], name="a_cancellation_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} cancels {self.cancelled}"


class HeldOperation(models.Model):
    """An operation that this server does not understand yet, looked at again at each sync."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    payload = models.TextField()  # the operation as it came, JSON
    code = models.CharField(max_length=30)
    device = models.CharField(max_length=64, blank=True)
    shift = models.BigIntegerField(default=0)  # of the browser's clock when it came, milliseconds
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "uuid"], name="an_operation_is_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.uuid}"


class CompletionSet(models.QuerySet["Completion"]):
    """Completions, in domain words."""

    def of(self, learner: models.Model) -> "CompletionSet":
        """One learner's."""
        return self.filter(learner=learner)

    def done(self) -> "CompletionSet":
        """Those that no undo took back."""
        return self.filter(done=True)

    def suspicious(self) -> "CompletionSet":
        """Those completed faster than anyone reads."""
        return self.filter(rapid=True)


class Completion(models.Model):
    """What the log says now of one lesson (or its exercise) and one learner."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part, blank=True)
    live = models.JSONField(default=list)  # ids of the completions that no undo named, sorted
    cancelled = models.JSONField(default=list)  # ids that undos of this target named, sorted
    done = models.BooleanField(default=False)
    days = models.JSONField(default=list)  # on which it was completed, sorted
    first_at = models.DateTimeField(null=True)  # None: never completed, only undone
    last_at = models.DateTimeField(null=True)
    night = models.BooleanField(default=False)  # once completed between 22 and 4 o'clock
    dawn = models.BooleanField(default=False)  # once completed between 4 and 7 o'clock
    # Completed among more lessons than anyone reads in a minute: accepted, for staff to look at.
    rapid = models.BooleanField(default=False)
    revision = models.PositiveBigIntegerField(default=0)

    objects = CompletionSet.as_manager()

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson", "part"], name="one_completion_a_lesson_and_part"
            )
        ]

    def __str__(self) -> str:
        return "done" if self.done else "not done"


class ExerciseAnswer(models.Model):
    """A learner's private answer to a lesson's exercise, in Markdown."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    body = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson"], name="one_answer_an_exercise")
        ]

    def __str__(self) -> str:
        return f"answer, revision {self.revision}"


class SetAsideAnswer(models.Model):
    """An answer that another device's newer text replaced without having seen it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    body = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]

    def __str__(self) -> str:
        return f"set aside on {self.saved_at:%Y-%m-%d}"
