"""Models of learners' runs: the queue, the results, and known daemons."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """A learner's program, from the queue to its result."""

    class Kind(models.TextChoices):
        RUN = "run", _("Sample")
        CHECK = "check", _("Exercise")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Not run")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("learner")
    )
    key = models.CharField(_("for"), max_length=200, help_text=_("What the caller calls it."))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    files = models.JSONField(_("files"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    result = models.JSONField(_("result"), null=True)
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    started_at = models.DateTimeField(_("begun"), null=True)
    # Whoever has not finished it by then is taken for dead.
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(state="running"), name="runner_one_running_each"
            ),
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(started_at__isnull=False, lease_until__isnull=False),
                name="runner_running_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False, finished_at__isnull=False),
                name="runner_done_has_result",
            ),
        ]
        indexes = [
            models.Index("created_at", "id", condition=Q(state="queued"), name="runner_queue"),
            models.Index("learner", "created_at", name="runner_of_learner"),
            models.Index("created_at", name="runner_created"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class Figure(models.Model):
    """A figure of a run, as PNG."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="figures")
    number = models.PositiveSmallIntegerField()
    png = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="runner_figure_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class Machine(models.Model):
    """A daemon and its last known state."""

    SEEN = timedelta(seconds=30)

    url = models.CharField(max_length=200, unique=True)
    slots = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.url
