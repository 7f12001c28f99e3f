"""Models of certificates and of the signed credentials made from them."""

import secrets
from collections.abc import Mapping
from uuid import uuid4

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from credentials.numbers import new_number, shown_number


def new_salt() -> str:
    """Return the salt (128 bits) of a recipient's hash."""
    return secrets.token_hex(16)


def in_language(titles: Mapping[str, str]) -> tuple[str, str]:
    """Return (title, its language): that of the active language, else another; ("", "")."""
    language = get_language() or ""
    if language in titles:
        return titles[language], language
    return next(((title, code) for code, title in titles.items()), ("", ""))


class CertificateSet(models.QuerySet["Certificate"]):
    """QuerySet of certificates."""

    def of(self, learner: User) -> "CertificateSet":
        """One learner's certificates, newest first."""
        return self.filter(learner=learner).order_by("-issued_at", "-id")

    def valid(self) -> "CertificateSet":
        """Certificates that were not revoked."""
        return self.filter(revoked_at=None)


class Certificate(models.Model):
    """A finished quest or chapter of a learner, as it was when it was issued.

    It copies what it says about the course, so that it stays when lessons change. Once the account
    is erased only number, kind and the time of revoking are left.
    """

    class Kind(models.TextChoices):
        QUEST = "quest", _("quest")
        CHAPTER = "chapter", _("chapter")

    learner = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="certificates", verbose_name=_("learner")
    )
    number = models.CharField(_("number"), max_length=12, unique=True, default=new_number)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    uid = models.CharField(max_length=64, blank=True)  # of the quest or chapter
    name = models.CharField(_("name"), max_length=60, blank=True)
    public = models.BooleanField(_("public"), default=False)
    emoji = models.CharField(max_length=16, blank=True)
    titles = models.JSONField(default=dict)  # language: title
    quest_titles = models.JSONField(default=dict)  # of a chapter's quest
    lessons = models.JSONField(default=list)  # [{language: title}] in reading order
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    questions_right = models.PositiveIntegerField(_("questions right"), default=0)
    questions_total = models.PositiveIntegerField(_("questions"), default=0)
    finished_on = models.DateField(_("finished on"), null=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = CertificateSet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            # With an erased account the learner is NULL, which equals no other.
            models.UniqueConstraint(
                fields=["learner", "kind", "uid"], name="one_certificate_for_each_finish"
            )
        ]
        indexes = [
            models.Index(fields=["learner", "-issued_at", "-id"], name="certificates_newest_first")
        ]

    def __str__(self) -> str:
        return self.shown_number

    def get_absolute_url(self) -> str:
        """The certificate's page in the active language."""
        return reverse("certificate", args=[self.number])

    @property
    def shown_number(self) -> str:
        """The number as people read it."""
        return shown_number(self.number)

    @property
    def title(self) -> str:
        """The title of the quest or chapter, in the active language if it has one."""
        return in_language(self.titles)[0]

    @property
    def language(self) -> str:
        """The language of the title."""
        return in_language(self.titles)[1]

    @property
    def quest_title(self) -> str:
        """The title of a chapter's quest."""
        return in_language(self.quest_titles)[0]

    @property
    def lesson_titles(self) -> list[tuple[str, str]]:
        """The lessons' titles, each with its language."""
        return [in_language(titles) for titles in self.lessons]


class Credential(models.Model):
    """A signed credential that was given out, and its place in a status list.

    A row is never deleted: a place that is used twice would revoke a stranger's credential. The
    account's erasure removes learner, subject and salt. Places are drawn, so that they don't tell
    in which order credentials were issued, and a restored backup hardly hands one out again.
    """

    learner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # certificate:<number> or achievement:<slug>
    subject = models.CharField(max_length=80, blank=True)
    uuid = models.UUIDField(unique=True, default=uuid4)
    salt = models.CharField(max_length=32, blank=True, default=new_salt)
    status_list = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "subject"], name="one_credential_for_each_subject"
            ),
            models.UniqueConstraint(
                fields=["status_list", "place"], name="one_credential_for_each_place"
            ),
        ]
        indexes = [
            models.Index(
                fields=["status_list"],
                condition=models.Q(revoked_at__isnull=False),
                name="revoked_credentials",
            )
        ]

    def __str__(self) -> str:
        return f"credential {self.uuid}"
