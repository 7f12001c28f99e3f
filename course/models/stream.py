"""Models of the stream of new lessons and announcements."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson
from course.models.languages import in_language


class Announcement(models.Model):
    """A message by staff to all readers."""

    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    titles = models.JSONField(_("titles"), default=dict)  # language -> text
    bodies = models.JSONField(_("texts"), default=dict)  # language -> Markdown
    bodies_html = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return str(in_language(self.titles, settings.LANGUAGE_CODE, ""))


class StreamEntry(models.Model):
    """An entry of the stream: a new or changed lesson, or an announcement."""

    class Kind(models.TextChoices):
        NEW = "new", _("new lesson")
        CHANGED = "changed", _("changed lesson")
        ANNOUNCEMENT = "announcement", _("announcement")

    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, blank=True)
    language = models.CharField(max_length=5, blank=True)  # of the text that changed
    note = models.CharField(max_length=300, blank=True)
    announcement = models.ForeignKey(Announcement, models.CASCADE, null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["-at", "-id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson"], condition=models.Q(kind="new"), name="a_lesson_is_new_once"
            ),
            models.UniqueConstraint(fields=["announcement"], name="an_announcement_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d}"
