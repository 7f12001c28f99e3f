"""Models of moderation: audit trail, notes, canned replies, blocked words, sanctions."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.reports import BugReport


class AuditSet(models.QuerySet["AuditEntry"]):
    """Audit entries are append-only."""

    def update(self, **values: Any) -> NoReturn:
        """Always raises: the trail is append-only."""
        raise TypeError("the audit trail is append-only")

    def delete(self) -> NoReturn:
        """Always raises: the trail is append-only."""
        raise TypeError("the audit trail is append-only")


class AuditEntry(models.Model):
    """An act of moderation, with actor, target, time and reason; undo restores `before`."""

    class Action(models.TextChoices):
        HIDE = "hide", _("hidden")
        RESTORE = "restore", _("shown")
        LOCK = "lock", _("locked")
        UNLOCK = "unlock", _("unlocked")
        SILENCED = "silenced", _("silenced")
        BANNED = "banned", _("banned")
        LIFT = "lift", _("silence or ban lifted")
        ASSIGN = "assign", _("assigned")
        NOTE = "note", _("note added")
        UNDO = "undo", _("undone")
        NEW = "new", _("opened again")
        CONFIRMED = "confirmed", _("confirmed")
        FIXED = "fixed", _("fixed")
        DUPLICATE = "duplicate", _("merged")
        DECLINED = "declined", _("declined")

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        REPORT = "report", _("bug report")
        THREAD = "thread", _("thread")
        LEARNER = "learner", _("learner")

    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    # No database constraint: the entry outlives the account, its name stays in `actor_name`.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("by"),
    )
    actor_name = models.CharField(_("by"), max_length=80)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    target_kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    target_id = models.BigIntegerField(_("number"))
    target_name = models.CharField(_("of"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )

    objects = AuditSet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_kind", "target_id"], name="trail_of_a_target")]

    def __str__(self) -> str:
        return f"{self.actor_name} · {self.get_action_display()} · {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry. Raises for an existing one."""
        if not self._state.adding:
            raise TypeError("the audit trail is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Always raises: the trail is append-only."""
        raise TypeError("the audit trail is append-only")


class Note(models.Model):
    """A moderators' note about a comment or a report, not visible to others."""

    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="notes"
    )
    report = models.ForeignKey(
        BugReport, models.CASCADE, null=True, blank=True, related_name="notes"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]


class CannedReply(models.Model):
    """A reusable reply of moderators."""

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["language", "title"]

    def __str__(self) -> str:
        return f"[{self.language}] {self.title}"


class BlockedWord(models.Model):
    """A word or address for which comments are held or refused."""

    class Effect(models.TextChoices):
        HOLD = "hold", _("hold for a moderator")
        REFUSE = "refuse", _("refuse")

    word = models.CharField(
        _("word"), max_length=80, unique=True, help_text=_("Matched anywhere, ignoring case.")
    )
    effect = models.CharField(_("effect"), max_length=6, choices=Effect, default=Effect.HOLD)

    class Meta:
        verbose_name = _("blocked word")
        verbose_name_plural = _("word list")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class SanctionSet(models.QuerySet["Sanction"]):
    """QuerySet of sanctions."""

    def in_force(self) -> "SanctionSet":
        """Sanctions in force now."""
        return self.filter(lifted_at=None, until__gt=timezone.now())


class Sanction(models.Model):
    """A ban from writing (silenced) or from taking part at all (banned), until a time."""

    class Kind(models.TextChoices):
        SILENCED = "silenced", _("silenced")
        BANNED = "banned", _("banned")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="sanctions",
        verbose_name=_("learner"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = SanctionSet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["learner", "until"], name="sanctions_of_a_learner")]

    def __str__(self) -> str:
        return f"{self.learner} {self.get_kind_display()}"
