"""Models of code samples and external links of lessons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class CodeSample(models.Model):
    """A code sample of a lesson, with its output when it was last executed."""

    class Outcome(models.TextChoices):
        OK = "ok", _("ran")
        ERROR = "error", _("raised an error, as intended")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="samples")
    position = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=120)
    titles = models.JSONField(default=dict)  # language -> title
    language = models.CharField(max_length=20, default="python")
    source = models.TextField()
    fails = models.BooleanField(default=False)
    # The page folds the output behind "guess first".
    predict = models.BooleanField(default=False, db_default=False)
    # What it drew: [{"file": "grad-1.fig-1.png", "image": hash of an Image}], and in each language
    # what that shows, in the same order.
    figures = models.JSONField(default=list, db_default=[])
    figure_alts = models.JSONField(default=dict, db_default={})
    output = models.TextField(blank=True)
    outcome = models.CharField(max_length=5, choices=Outcome, blank=True)
    ran_on = models.DateField(null=True, blank=True)
    python = models.CharField(max_length=20, blank=True)
    versions = models.JSONField(default=dict)  # library -> version
    source_sha256 = models.CharField(max_length=64, blank=True)  # of the source that was executed

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "file"], name="sample_file_once_a_lesson")
        ]

    def __str__(self) -> str:
        return self.file


class ExternalLink(models.Model):
    """A recommended page on another site."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="links")
    position = models.PositiveIntegerField(default=0)
    url = models.URLField(max_length=500)
    titles = models.JSONField(default=dict)  # language -> title

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.url
