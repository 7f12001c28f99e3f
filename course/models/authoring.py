"""Models of the studio: drafts, preview links, images, and numbers of reads."""

import re
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson
from course.models.quests import Quest


class LessonDraft(models.Model):
    """An author's unsaved form contents of a lesson."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="drafts")
    base_version = models.PositiveIntegerField()  # the lesson's version that the form began with
    fields = models.JSONField(default=dict)  # the form's fields by name, as they would be posted
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "lesson"], name="one_draft_an_author")
        ]

    def __str__(self) -> str:
        return f"draft of {self.lesson_id} on version {self.base_version}"

    @property
    def stamp(self) -> str:
        """Which state of the draft this is; a form carries that of the draft it was opened with."""
        return self.saved_at.isoformat()


class PreviewLinkSet(models.QuerySet["PreviewLink"]):
    """QuerySet of preview links."""

    def working(self) -> "PreviewLinkSet":
        """Links that are neither expired nor revoked."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """A URL that shows one lesson with its author's unsaved changes.

    Only a hash of the secret part is stored, so that a copy of the database opens nothing.
    """

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="preview_links")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PreviewLinkSet.as_manager()

    def __str__(self) -> str:
        return f"preview of {self.lesson_id} until {self.expires_at:%Y-%m-%d}"


class Image(models.Model):
    """A sanitized picture, stored under the hash of its bytes; immutable."""

    sha256 = models.CharField(max_length=64, unique=True)  # of the stored original
    extension = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(_("alternative text"), max_length=300)
    variants = models.JSONField(default=list)  # widths of the smaller copies, ascending
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.alt or self.sha256[:12]

    @property
    def file(self) -> str:
        """The path of the stored original below MEDIA_ROOT."""
        return f"images/{self.sha256[:2]}/{self.sha256}.{self.extension}"

    def variant_file(self, width: int) -> str:
        """Return the path of the copy with this width."""
        return f"images/{self.sha256[:2]}/{self.sha256}-{width}.webp"


class QuestImage(models.Model):
    """The name of an image within a quest's lessons: `images/loss-curve.png`."""

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="images")
    name = models.CharField(max_length=120)
    image = models.ForeignKey(Image, models.PROTECT, related_name="uses")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "name"], name="image_name_once_a_quest")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thumbnail(self) -> str:
        """The URL of the smallest copy."""
        image = self.image
        path = image.variant_file(image.variants[0]) if image.variants else image.file
        return f"{settings.MEDIA_URL}{path}"

    @property
    def markdown(self) -> str:
        """The Markdown that shows it; brackets are removed from the description."""
        alt = self.image.alt.translate(str.maketrans("[]\n\r", "()  "))
        plain = re.fullmatch(r"[^\s()<>]*", self.name)
        return f"![{alt}]({self.name if plain else f'<{self.name}>'})"


class LessonReadsSet(models.QuerySet["LessonReads"]):
    """QuerySet of daily read counts."""

    def since(self, day: Any) -> "LessonReadsSet":
        """Counts of this day (UTC) and later."""
        return self.filter(day__gte=day)


class LessonReads(models.Model):
    """The number of reads of a lesson on one day (UTC), without any identity."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="reads")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    objects = LessonReadsSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "day"], name="one_count_a_lesson_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"
