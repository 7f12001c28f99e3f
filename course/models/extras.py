"""What a lesson has beside its text: code samples and links to other sites."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class CodeSample(models.Model):
    """A code section of a lesson, with what it printed when it was last executed."""

    class Outcome(models.TextChoices):
        OK = "ok", _("ran")
        ERROR = "error", _("raised, as it should")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="samples")
    position = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=120)
    titles = models.JSONField(default=dict)  # language -> title
    language = models.CharField(max_length=20, default="python")
    source = models.TextField()
    fails = models.BooleanField(default=False)
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
    """A page elsewhere that a lesson recommends."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="links")
    position = models.PositiveIntegerField(default=0)
    url = models.URLField(max_length=500)
    titles = models.JSONField(default=dict)  # language -> title

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.url
