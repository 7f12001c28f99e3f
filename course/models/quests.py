"""Models of quests and chapters, their texts and the stored parts of their pages."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Viewer
from course.models.kinds import Runs, Status, valid_uid


class QuestSet(models.QuerySet["Quest"]):
    """QuerySet of quests."""

    def visible_to(self, viewer: Viewer) -> "QuestSet":
        """Published quests; staff see all."""
        return self if viewer.is_staff else self.filter(status=Status.PUBLISHED)


class Quest(models.Model):
    """A course."""

    uid = models.CharField(
        _("permanent name (uid)"), max_length=64, unique=True, validators=[valid_uid]
    )
    slug = models.SlugField(_("address (slug)"), max_length=64, unique=True)
    emoji = models.CharField(_("emoji"), max_length=16, blank=True)
    position = models.PositiveIntegerField(_("number"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    source_language = models.CharField(
        _("source language"),
        max_length=5,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
    )
    runs = models.CharField(
        _("code runs"),
        max_length=7,
        choices=Runs,
        default=Runs.SERVER,
        db_default=Runs.SERVER,
    )
    # Of the files this row was last imported from; tells edits on the site from edits in files.
    imported_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = QuestSet.as_manager()

    class Meta:
        verbose_name = _("quest")
        verbose_name_plural = _("quests")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """The quest page's URL in the active language."""
        return reverse("quest", args=[self.slug])


class QuestText(models.Model):
    """A quest in one language."""

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("what you will learn"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    # Chapters and published lessons in reading order, see course.content.outlines.
    outline = models.JSONField(default=list, editable=False)
    history = HistoricalRecords(excluded_fields=["body_html", "outline"])

    class Meta:
        verbose_name = _("text of the quest")
        verbose_name_plural = _("texts of the quest")
        constraints = [
            models.UniqueConstraint(fields=["quest", "language"], name="one_quest_text_a_language")
        ]

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    """An ordered part of a quest."""

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="chapters")
    uid = models.CharField(max_length=64, unique=True, validators=[valid_uid])
    slug = models.SlugField(max_length=64)
    position = models.PositiveIntegerField(default=0)
    number_width = models.PositiveSmallIntegerField(default=2, editable=False)  # in file names
    imported_hash = models.CharField(max_length=64, blank=True, editable=False)
    # When it had its first published lesson; None: its followers are still to be told.
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "slug"], name="chapter_slug_once_a_quest")
        ]

    def __str__(self) -> str:
        return self.slug


class ChapterText(models.Model):
    """A chapter in one language."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["chapter", "language"], name="one_chapter_text_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.title
