"""Models of comments, their revisions, helpful marks and flags."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from comments.models.threads import Thread
from comments.visibility import is_moderator, is_signed_in, open_pages, readable_comments
from markup import lines_of, plain_text

MAX_LENGTH = 4_000
MAX_DEPTH = 4
SILENT_EDIT = timedelta(minutes=5)
EXCERPT_LENGTH = 140
# One within another can't be written.
SPOILER = re.compile(r'<details class="spoiler">.*?</details>', re.S)


class CommentSet(models.QuerySet["Comment"]):
    """QuerySet of comments."""

    def visible_to(self, viewer: Viewer) -> "CommentSet":
        """Comments whose text the viewer may read; the only place that decides this."""
        return self.filter(readable_comments(viewer))

    def placed_for(self, viewer: Viewer) -> "CommentSet":
        """Comments with a place in the thread: readable ones, and tombstones with replies."""
        return self if is_moderator(viewer) else self.filter(self._placed(viewer))

    def in_conversation(self, viewer: Viewer) -> "CommentSet":
        """Comments with a place in the thread, with only the text the viewer may see.

        `readable` says whether the viewer may read the text, which is in `shown_html`, empty for a
        tombstone. The stored text itself is not loaded, so that no template can show it by mistake.
        """
        readable = readable_comments(viewer)
        return (
            self.placed_for(viewer)
            .defer("body", "html")
            .annotate(
                readable=models.Case(models.When(readable, then=True), default=False),
                shown_html=models.Case(
                    models.When(readable, then="html"), default=models.Value("", models.TextField())
                ),
            )
        )

    def _placed(self, viewer: Viewer) -> Q:
        own = Q(author=viewer, status__in=("held", "hidden")) if is_signed_in(viewer) else Q()
        return open_pages(viewer) & (Q(shown=True) | own if own else Q(shown=True))

    def recent_of(self, author: Any, window: timedelta) -> "CommentSet":
        """The author's comments within the window, whatever their status."""
        return self.filter(author=author, created_at__gte=timezone.now() - window)


class Comment(models.Model):
    """A comment in a thread.

    `path` consists of the ids of its ancestors and its own, eight digits each, so that sorting by
    it gives the reading order; it never changes. Replies below MAX_DEPTH are placed beside the
    comment they answer; `parent` still refers to it. `reply_number` counts the replies of one root
    in order of arrival, so that the first n replies never lack an ancestor.
    """

    class Status(models.TextChoices):
        VISIBLE = "visible", _("visible")
        HELD = "held", _("waiting for a moderator")
        HIDDEN = "hidden", _("hidden")
        DELETED = "deleted", _("deleted")

    class HeldFor(models.TextChoices):
        LINKS = "links", _("links by a new account")
        BURST = "burst", _("many comments at once")
        WORDS = "words", _("word list")
        FLAGS = "flags", _("flagged by learners")

    thread = models.ForeignKey(
        Thread, models.PROTECT, related_name="comments", verbose_name=_("page")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="comments",
        verbose_name=_("author"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies"
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    body = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer_version = models.PositiveIntegerField(editable=False, default=0)
    version = models.PositiveIntegerField(editable=False, default=1)

    number = models.PositiveIntegerField(editable=False)
    root = models.PositiveIntegerField(editable=False)  # the number of the first ancestor
    path = models.CharField(max_length=8 * MAX_DEPTH, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False, default=1)
    reply_number = models.PositiveIntegerField(editable=False, default=0)
    replies_posted = models.PositiveIntegerField(editable=False, default=0)  # roots only
    replies_shown = models.PositiveIntegerField(editable=False, default=0)  # roots only
    live_replies = models.PositiveIntegerField(editable=False, default=0)  # direct ones shown
    shown = models.BooleanField(editable=False, default=False)  # to everybody, maybe a tombstone

    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.VISIBLE)
    held_for = models.CharField(_("held for"), max_length=8, choices=HeldFor, blank=True)
    by_newcomer = models.BooleanField(_("by a new account"), default=False)
    helpful_count = models.PositiveIntegerField(_("helpful"), default=0)
    flag_count = models.PositiveIntegerField(_("open flags"), default=0)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )

    token = models.CharField(max_length=36, editable=False)
    created_at = models.DateTimeField(_("posted at"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)

    objects = CommentSet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", "Can moderate comments and reports")]
        constraints = [
            models.UniqueConstraint(fields=["author", "token"], name="a_form_posts_once"),
            models.UniqueConstraint(fields=["thread", "number"], name="a_number_is_used_once"),
            models.UniqueConstraint(fields=["thread", "path"], name="a_path_is_used_once"),
        ]
        indexes = [
            models.Index(fields=["thread", "root", "reply_number"], name="replies_of_a_root"),
            models.Index(
                fields=["thread", "number"], condition=Q(depth=1), name="roots_of_a_thread"
            ),
            models.Index(
                fields=["thread", "-helpful_count", "number"],
                condition=Q(depth=1),
                name="helpful_roots_of_a_thread",
            ),
            models.Index(fields=["author", "-created_at"], name="comments_of_an_author"),
            models.Index(fields=["status", "-created_at"], name="comments_by_status"),
        ]

    def __str__(self) -> str:
        return self.excerpt

    def get_absolute_url(self) -> str:
        """The permalink, which redirects to the page that shows the comment."""
        return reverse("comment", args=[self.pk])

    @property
    def author_name(self) -> str:
        """The author's name, or empty after the account was deleted."""
        return self.author.name if self.author else gettext("Deleted account")

    @property
    def author_handle(self) -> str:
        """The handle to show beside a display name, which anybody can copy; else empty."""
        return self.author.handle if self.author and self.author.display_name else ""

    @property
    def signature(self) -> str:
        """The author's name for plain text, with what tells them from whoever copies it."""
        name, handle = self.author_name, self.author_handle
        signs = [f"@{handle}"] if handle else []
        if self.author and self.author.is_staff:
            signs.append(gettext("staff member"))
        return f"{name} ({', '.join(signs)})" if signs else name

    @property
    def excerpt(self) -> str:
        """The beginning as plain text; only for viewers who may read the comment."""
        text = self.plain
        return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"

    @property
    def plain(self) -> str:
        """The whole text without markup, in one line; what a spoiler hides stays hidden."""
        return plain_text(self.without_spoilers())

    @property
    def told(self) -> str:
        """The text for a mail: a line for each paragraph and line of code, spoilers hidden."""
        return lines_of(self.without_spoilers())

    def without_spoilers(self) -> str:
        """Return the HTML with a mark where something is to be opened by the reader."""
        mark = gettext("[spoiler]")
        return SPOILER.sub(f"<p>{mark}</p>", self.html)

    def is_silently_editable(self, now: datetime) -> bool:
        """Whether an edit now is not marked as such."""
        return self.edited_at is None and now - self.created_at <= SILENT_EDIT


class CommentRevision(models.Model):
    """An earlier text of an edited comment, visible to moderators."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "version"], name="a_version_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} v{self.version}"


class HelpfulMark(models.Model):
    """A learner's mark that a comment is helpful."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="marks")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "learner"], name="one_mark_a_learner")
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} → {self.comment_id}"


class Flag(models.Model):
    """A learner's request that moderators review a comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("spam or advertising")
        RUDE = "rude", _("rude or hurtful")
        SPOILER = "spoiler", _("gives away a solution")
        OTHER = "other", _("something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="flags")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    note = models.CharField(_("note"), max_length=300, blank=True)
    settled = models.BooleanField(default=False)  # the account was old enough to count
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)  # a moderator has looked

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "learner"], name="one_flag_a_learner")
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
