"""Models of accounts: users, notifications, mail preferences and queued mails."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import (
    AbstractBaseUser,
    AnonymousUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.handles import SkeletonField, new_handle, normalize_handle
from accounts.push.models import PushSubscription as PushSubscription

# Long enough for an edit, a delete or a visit to the site to make the mail unnecessary.
MAIL_DELAY = timedelta(minutes=2)


def new_public_id() -> str:
    """Return a random public id (72 bits) that reveals nothing about the account."""
    return secrets.token_urlsafe(9)


def new_token() -> str:
    """Return a random token (192 bits) for a link in a mail."""
    return secrets.token_urlsafe(24)


def after_mail_delay() -> datetime:
    """Return the earliest time at which a notification created now may be mailed."""
    return timezone.now() + MAIL_DELAY


class UserManager(BaseUserManager["User"]):
    """Creates accounts; people sign in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it can sign in by code or passkey only."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a superuser whose address counts as verified."""
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(
            user=user, email=user.email.lower(), verified=True, primary=True
        )
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account: learner, author (staff) or moderator."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Like the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    email = models.EmailField(_("email address"))
    handle = models.CharField(_("handle"), max_length=30, unique=True, default=new_handle)
    handle_skeleton = SkeletonField(max_length=120, unique=True, editable=False)
    display_name = models.CharField(_("display name"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default=settings.LEARNER_TIME_ZONE)
    time_zone_confirmed = models.BooleanField(default=False)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    profile_public = models.BooleanField(_("public profile"), default=False)
    profile_sections = models.JSONField(default=list, blank=True)
    # Hours of the learner's own clock between which nothing is pushed and no reminder is mailed.
    quiet_from = models.PositiveSmallIntegerField(_("Quiet from"), default=22, db_default=22)
    quiet_until = models.PositiveSmallIntegerField(_("Quiet until"), default=8, db_default=8)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    delete_at = models.DateTimeField(null=True, blank=True, db_index=True)
    delete_keeps_comments = models.BooleanField(default=True)

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    # What the query of the session brought along, see accounts.sessions.
    unread: int | None = None
    session_versions: Mapping[str, Any] = MappingProxyType({})

    objects = UserManager()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the stored form of a handle."""
        return normalize_handle(username)

    @property
    def name(self) -> str:
        """The public name: display name, or else the handle."""
        return self.display_name or self.handle

    @property
    def initial(self) -> str:
        """The letter shown in place of a picture."""
        return self.name[:1]


# Who looks at a page; ANYBODY sees what is public.
Viewer = User | AnonymousUser
ANYBODY = AnonymousUser()


class QueuedMail(models.Model):
    """A queued mail: `mail_at` is the next attempt, None when done."""

    mail_at = models.DateTimeField(null=True, blank=True, default=after_mail_delay)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Filters for the notification page."""

    def unread(self) -> Self:
        """Notifications that the learner has not read."""
        return self.filter(read_at=None)

    def newest_first(self) -> Self:
        """Order by newest first."""
        return self.order_by("-created_at", "-id")

    def mark_read(self) -> int:
        """Mark the unread ones as read, so that they are not mailed. Returns their number."""
        return self.unread().update(read_at=timezone.now(), mail_at=None, push_at=None)


class Notification(QueuedMail):
    """A message to a learner; unique by learner and `key`, so sending it twice changes nothing."""

    learner = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    body = models.TextField(blank=True)  # plain text, quoted in the mail
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)
    push_at = models.DateTimeField(null=True, blank=True)  # when to push it; None: done, or never

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "key"], name="a_learner_is_told_once")
        ]
        indexes = [
            models.Index(
                fields=["learner"], condition=models.Q(read_at=None), name="unread_notifications"
            ),
            models.Index(fields=["learner", "-created_at", "-id"], name="notification_list"),
            models.Index(
                fields=["mail_at"], condition=models.Q(mail_at__isnull=False), name="mail_waiting"
            ),
            models.Index(
                fields=["push_at"], condition=models.Q(push_at__isnull=False), name="push_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OutgoingMail(QueuedMail):
    """A mail that is no notification (codes, security events, letters); deleted when it is sent."""

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    # Of a mail that somebody asked for and can stop by one click; None for those of the account.
    preference = models.ForeignKey("MailPreference", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["mail_at"], name="outgoing_waiting")]

    def __str__(self) -> str:
        return self.subject


class MailPreference(models.Model):
    """How a learner wants one kind of notification sent, with the token that stops it."""

    class Choice(models.TextChoices):
        IMMEDIATE = "immediate", _("Right away")
        DIGEST = "digest", _("Once a day")
        NONE = "none", _("Never")

    learner = models.ForeignKey(User, models.CASCADE, related_name="mail_preferences")
    kind = models.CharField(max_length=30)
    choice = models.CharField(max_length=10, choices=Choice, default=Choice.IMMEDIATE)
    push = models.BooleanField(null=True)  # whether it is pushed; None: as usual for the kind
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "kind"], name="one_choice_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.choice}"


class FormerHandle(models.Model):
    """A handle that its owner changed: links to it lead on, and nobody else may take it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_handles")
    handle = models.CharField(max_length=30, unique=True)
    skeleton = SkeletonField(max_length=120, unique=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.handle
