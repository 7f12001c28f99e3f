"""Models of lessons and their texts.

Texts are stored both as source and as rendered HTML. What a page shows beside the text (samples,
links, tags, the quest's outline) is stored too, so that a lesson page needs one query. Only
`course.content.rendering` and `course.content.outlines` write these stored parts.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Viewer
from comments.models import Thread
from course.models.kinds import Change, Status, Tag, valid_uid
from course.models.quests import Chapter, Quest


class LessonSet(models.QuerySet["Lesson"]):
    """QuerySet of lessons."""

    def published(self) -> "LessonSet":
        """Lessons that count and that everybody may read."""
        return self.filter(status=Status.PUBLISHED, quest__status=Status.PUBLISHED)

    def visible_to(self, viewer: Viewer) -> "LessonSet":
        """Published and retired lessons of published quests; staff also see drafts."""
        if viewer.is_staff:
            return self
        return self.filter(quest__status=Status.PUBLISHED).exclude(status=Status.DRAFT)

    def in_order(self) -> "LessonSet":
        """Order by reading order through all quests."""
        return self.order_by("quest__position", "quest_id", "chapter__position", "position", "id")


class Lesson(models.Model):
    """An ordered page of a chapter. `uid` never changes; slug, position and texts may."""

    uid = models.CharField(max_length=64, unique=True, validators=[valid_uid])
    quest = models.ForeignKey(
        Quest, models.PROTECT, related_name="lessons", verbose_name=_("quest")
    )
    chapter = models.ForeignKey(
        Chapter, models.PROTECT, related_name="lessons", verbose_name=_("chapter")
    )
    slug = models.SlugField(_("address (slug)"), max_length=64)
    position = models.PositiveIntegerField(_("number"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    # A lesson merged into another: progress on either counts as progress on the target.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="lessons")
    # What to read first: uids, in the order written. They may be of lessons that come later in an
    # import, and a lesson is never deleted.
    needs = models.JSONField(default=list, db_default=[])
    # What the exercise's editor begins with, and the asserts that run after the learner's code.
    starter_file = models.CharField(max_length=120, blank=True, default="", db_default="")
    starter = models.TextField(blank=True, default="", db_default="")
    check_file = models.CharField(max_length=120, blank=True, default="", db_default="")
    check_code = models.TextField(blank=True, default="", db_default="")
    thread = models.OneToOneField(Thread, models.PROTECT)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    # Who finished it was told of every "must redo" until then.
    redo_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts every save of the lesson or of anything in it, so that two authors notice each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    number_width = models.PositiveSmallIntegerField(default=2, editable=False)  # in file names
    imported_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = LessonSet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["chapter__position", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "slug"], name="lesson_slug_once_a_quest")
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """The lesson page's URL in the active language."""
        return reverse("lesson", args=[self.quest.slug, self.slug])

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it: not a draft, and in a published quest."""
        return self.status != Status.DRAFT and self.quest.status == Status.PUBLISHED


def new_stamp() -> str:
    """Return a new unique version of a text."""
    return secrets.token_hex(8)


class PublicLine(models.Model):
    """Fields that a text's revisions have in addition to the text."""

    # Set by course.content.publishing.keep_public when readers get the words, and never taken back.
    was_public = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True


class LessonText(models.Model):
    """A lesson in one language: source, rendered HTML, and stored parts of its page."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("body"))
    exercise = models.TextField(_("exercise"), blank=True)
    answer = models.TextField(_("model answer"), blank=True)
    hints = models.JSONField(_("hints"), default=list, db_default=[])  # Markdown, in order

    body_html = models.TextField(editable=False, default="")
    exercise_html = models.TextField(editable=False, default="")
    answer_html = models.TextField(editable=False, default="")
    # HTML of the smaller parts by their names, see course.content.parts.
    parts_html = models.JSONField(editable=False, default=dict, db_default={})
    headings = models.JSONField(editable=False, default=list)
    # Samples, links and tags as the page shows them, see course.content.extras.fill_extras.
    extras = models.JSONField(editable=False, default=dict)
    # Samples and links as an author wrote them, for the history; None: from before it was kept.
    beside = models.JSONField(editable=False, null=True)
    renderer_version = models.PositiveIntegerField(editable=False, default=0)

    # What an import made the HTML of, see course.folders.render_inputs; empty: somebody else did.
    made_of = models.JSONField(editable=False, default=dict, db_default={})

    revision = models.PositiveIntegerField(editable=False, default=1)
    # For a translation: the revision of the source text that it was made from.
    source_revision = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(_("last real change"))
    change = models.CharField(max_length=13, choices=Change, blank=True, editable=False)
    change_note = models.CharField(max_length=300, blank=True, editable=False)
    # The revision of the last change that was more than a typo, and when a redo was asked for.
    real_revision = models.PositiveIntegerField(editable=False, default=1)
    redo_at = models.DateTimeField(null=True, blank=True, editable=False)
    # A translation whose source really changed since; kept by course.authoring.translations.
    behind = models.BooleanField(editable=False, default=False)
    history = HistoricalRecords(
        bases=[PublicLine],
        excluded_fields=[
            "body_html",
            "exercise_html",
            "answer_html",
            "parts_html",
            "headings",
            "extras",
            "renderer_version",
            "search_title",
            "search_headings",
            "plain_body",
            "search_body",
            "search_stamp",
            "made_of",
            "behind",
        ],
    )
    # Both are there by the line above, which type checkers can't know.
    save_without_historical_record: Callable[[], None]
    _history_user: Any

    search_title = models.TextField(editable=False, default="")
    search_headings = models.TextField(editable=False, default="")
    plain_body = models.TextField(editable=False, default="")  # what search quotes from
    search_body = models.TextField(editable=False, default="")
    # Differs whenever the three columns that are searched do, see course.search.index. Empty in
    # rows of a release that did not know it, which may still be running while this one starts.
    search_stamp = models.CharField(max_length=32, editable=False, default=new_stamp, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "language"], name="one_lesson_text_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.title
