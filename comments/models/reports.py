"""Models of bug reports and replies to them."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from comments.models.threads import Thread
from comments.visibility import readable_reports


def new_link_token() -> str:
    """Return a random token (144 bits) for a report's private link."""
    return secrets.token_urlsafe(18)


class BugReportSet(models.QuerySet["BugReport"]):
    """QuerySet of reports."""

    def visible_to(self, viewer: Viewer) -> "BugReportSet":
        """Reports that the viewer may read; the only place that decides this."""
        return self.filter(readable_reports(viewer))

    def reached_by_link(self, viewer: Viewer, link_token: str) -> "BugReportSet":
        """Reports behind a private link, which opens anonymous reports only."""
        rule = readable_reports(viewer) | models.Q(was_anonymous=True)
        return self.filter(rule, link_token=link_token)

    def open_on(self, thread: Thread, viewer: Viewer) -> "BugReportSet":
        """A page's open reports, confirmed ones first; `readable` if the text may be shown.

        Confirmed reports can be read by everybody, others by their reporter and moderators.
        """
        readable = readable_reports(viewer) | models.Q(status=BugReport.Status.CONFIRMED)
        rows = self.open().filter(thread=thread).order_by("status", "-pk")
        return rows.annotate(readable=models.Case(models.When(readable, then=True), default=False))

    def open(self) -> "BugReportSet":
        """Reports that are not closed."""
        return self.filter(status__in=BugReport.OPEN)


class BugReport(models.Model):
    """A fault that somebody reported on a page."""

    class Category(models.TextChoices):
        TYPO = "typo", _("Typo")
        WRONG = "wrong", _("Something is wrong")
        CODE = "code", _("The code fails")
        OUTDATED = "outdated", _("Out of date")
        TRANSLATION = "translation", _("Translation")
        SITE = "site", _("The site itself")
        IDEA = "idea", _("Suggestion")

    class Status(models.TextChoices):
        NEW = "new", _("new")
        CONFIRMED = "confirmed", _("confirmed")
        FIXED = "fixed", _("fixed")
        DUPLICATE = "duplicate", _("duplicate")
        DECLINED = "declined", _("declined")

    OPEN = ("new", "confirmed")
    ACCEPTED = ("confirmed", "fixed")

    thread = models.ForeignKey(
        Thread, models.PROTECT, related_name="reports", verbose_name=_("page")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reporter"),
    )
    was_anonymous = models.BooleanField(default=False, editable=False)
    email = models.EmailField(_("email address"), blank=True)
    link_token = models.CharField(
        max_length=32, unique=True, default=new_link_token, editable=False
    )
    form_token = models.CharField(max_length=36, unique=True, editable=False)

    category = models.CharField(_("category"), max_length=12, choices=Category)
    body = models.TextField(_("text"))
    quote = models.TextField(_("quoted text"), blank=True)
    lesson_uid = models.CharField(_("lesson"), max_length=64, blank=True)
    revision = models.PositiveIntegerField(_("revision"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    # The reader's language, which replies are written in; the page's may differ.
    reader_language = models.CharField(max_length=5, choices=settings.LANGUAGES, editable=False)
    versions = models.CharField(_("library versions"), max_length=300, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    fixed_in = models.PositiveIntegerField(_("fixed in revision"), null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    network = models.CharField(max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)

    objects = BugReportSet.as_manager()

    class Meta:
        verbose_name = _("bug report")
        verbose_name_plural = _("bug reports")
        indexes = [
            models.Index(fields=["thread", "status"], name="reports_of_a_page"),
            models.Index(fields=["status", "-created_at"], name="reports_by_status"),
            models.Index(fields=["reporter", "-created_at"], name="reports_of_a_reporter"),
            models.Index(fields=["network", "-created_at"], name="reports_of_a_network"),
        ]

    def __str__(self) -> str:
        words = " ".join(self.body.split())
        return f"#{self.pk} {words[:60]}"

    def get_absolute_url(self) -> str:
        """The private page that shows the report's state."""
        return reverse("report", args=[self.link_token])


class ReportReply(models.Model):
    """A reply to the reporter after a report changed."""

    report = models.ForeignKey(BugReport, models.CASCADE, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=BugReport.Status)
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.status}"
