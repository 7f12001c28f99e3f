"""Models of a learner's progress: an append-only log, and its current state.

The log is a set of operations, each with an id created by the learner's browser. `Completion` is
the fold of that set for one lesson or part of it, `Note` for one note, `ReviewCard` for the reviews
of one question; only `course.progress` writes these tables.
"""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


def new_epoch() -> str:
    """Return an id for the database's history; restoring a backup starts a new one."""
    return secrets.token_hex(8)


class Part(models.TextChoices):
    """The part of a lesson that an operation is about; a question's part is `q:` and its name."""

    LESSON = "", _("lesson")
    EXERCISE = "exercise", _("exercise")
    BOOKMARK = "bookmark", _("bookmark")
    SEEN = "seen", _("its changes seen")


QUESTION = "q:"  # the beginning of a question's part


class Clock(models.Model):
    """One row per learner; locked by every change of the learner's progress."""

    learner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    revision = models.PositiveBigIntegerField(default=0)
    epoch = models.CharField(max_length=16, default=new_epoch)
    held = models.PositiveIntegerField(default=0)  # how many HeldOperation rows there are
    # Characters in the texts of the log: attempts and notes.
    written = models.PositiveBigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"revision {self.revision}"


class Operation(models.Model):
    """An immutable entry of the log."""

    class Kind(models.TextChoices):
        COMPLETE = "c", _("complete")
        UNDO = "u", _("undo")
        ATTEMPT = "a", _("attempt")
        NOTE = "n", _("note")
        BOOKMARK = "b", _("bookmark")
        REVIEW = "r", _("review")

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    kind = models.CharField(max_length=1, choices=Kind)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=48, blank=True)
    # What an attempt gave, or a note says.
    body = models.TextField(blank=True, default="", db_default="")
    right = models.BooleanField(null=True)  # of an attempt: the verdict when it came
    grade = models.PositiveSmallIntegerField(null=True)  # of a review: 1 again … 4 easy
    note = models.UUIDField(null=True)  # which note
    place = models.CharField(max_length=100, blank=True, default="", db_default="")  # of a note
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
        indexes = [
            models.Index(
                fields=["learner", "lesson", "part"],
                condition=models.Q(kind="r"),
                name="reviews_of_a_question",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class Cancellation(models.Model):
    """A completion that an undo refers to; the two may arrive in either order."""

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
    """An operation that this release doesn't understand yet; tried again at each sync."""

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
    """QuerySet of completions."""

    def of(self, learner: models.Model) -> "CompletionSet":
        """One learner's completions."""
        return self.filter(learner=learner)

    def done(self) -> "CompletionSet":
        """Completions that were not undone."""
        return self.filter(done=True)

    def suspicious(self) -> "CompletionSet":
        """Completions that were faster than reading allows."""
        return self.filter(rapid=True)


class Completion(models.Model):
    """The current state of one lesson or part of it for a learner, folded from the log.

    A question is done after a correct attempt; a bookmark is set while it has a live operation, and
    `last_at` of "seen" is until when the learner has seen the lesson's changes.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    part = models.CharField(max_length=48, blank=True)
    live = models.JSONField(default=list)  # ids of the completions that no undo named, sorted
    cancelled = models.JSONField(default=list)  # ids that undos of this target named, sorted
    done = models.BooleanField(default=False)
    days = models.JSONField(default=list)  # on which it was completed or reviewed, sorted
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


class Note(models.Model):
    """The current text of a learner's private note; empty if deleted.

    Older texts are in the log.
    """

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uuid = models.UUIDField()
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    place = models.CharField(max_length=100, blank=True)  # the anchor of a heading, or the lesson
    body = models.TextField(blank=True)
    # The operation that wrote it: the one with the latest (effective time, id).
    at = models.DateTimeField()
    by = models.UUIDField()
    revision = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "uuid"], name="a_note_once")]

    def __str__(self) -> str:
        return f"note {self.uuid}"


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
    """An answer replaced by another device's text that was written without seeing it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+")
    body = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]

    def __str__(self) -> str:
        return f"set aside on {self.saved_at:%Y-%m-%d}"
