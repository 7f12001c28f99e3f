"""What authors work with: drafts of their own, preview links, images, and how much is read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson
from course.models.quests import Quest


class LessonDraft(models.Model):
    """What an author typed into a lesson form and has not saved; the browser keeps it here."""

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


class PreviewLinkSet(models.QuerySet["PreviewLink"]):
    """Preview links, in domain words."""

    def working(self) -> "PreviewLinkSet":
        """Links that still open: neither expired nor taken back."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """An address that shows one lesson as its author has it now, to whoever holds the address.

    Only a hash of the secret part is kept, so that a copy of the database opens nothing.
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
    """A picture, re-encoded by us and stored under the hash of its bytes; never changed."""

    sha256 = models.CharField(max_length=64, unique=True)  # of the stored original
    extension = models.CharField(max_length=4)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(_("text for those who can't see it"), max_length=300)
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
        """The path of the copy that is this wide."""
        return f"images/{self.sha256[:2]}/{self.sha256}-{width}.webp"


class QuestImage(models.Model):
    """The name under which the lessons of a quest show an image: `images/loss-curve.png`."""

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
        """The address of the smallest copy."""
        return f"{settings.MEDIA_URL}{self.image.variant_file(self.image.variants[0])}"

    @property
    def markdown(self) -> str:
        """What an author writes to show it; brackets would end the description too early."""
        alt = self.image.alt.translate(str.maketrans("[]\n\r", "()  "))
        return f"![{alt}]({self.name})"


class LessonReadsSet(models.QuerySet["LessonReads"]):
    """Counts of reads, in domain words."""

    def since(self, day: Any) -> "LessonReadsSet":
        """The counts of this day (UTC) and later."""
        return self.filter(day__gte=day)


class LessonReads(models.Model):
    """How often a lesson was read on one day (UTC): a number and nothing about who."""

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
