"""Models of XP, levels and achievements.

Staff edit the rules (Level, Achievement). Awards (XPEntry, Granted, Standing) are written by
`gamification.xp` alone and never taken away, even when the rules change.
"""

from typing import Any, NoReturn

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from gamification.kinds import kind_choices
from pagecache.changes import invalidate


class RuleChange(models.Model):
    """A change of the rules; its id is the version stored in ledger lines."""

    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.pk}: {self.what}"


class Rule(models.Model):
    """Base of levels and achievements: texts in two languages, and numbered changes."""

    title_ko = models.CharField(_("title (Korean)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=60)
    # Set when staff saved it in the admin; `load_rules` then leaves the row alone.
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Save, record a new version and invalidate the rules in every process."""
        super().save(*args, **options)
        self.note_change(f"{self} saved")

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete; the database refuses it for an achievement that somebody has earned."""
        result = super().delete(*args, **options)
        self.note_change(f"{self} deleted")
        return result

    @staticmethod
    def note_change(what: str) -> None:
        """Record a new version of the rules."""
        RuleChange.objects.create(what=what[:120])
        invalidate("rules")


class Level(Rule):
    """A level and the XP at which it starts."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    xp_from = models.PositiveIntegerField(_("starts at XP"))

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"level {self.number}"


class Achievement(Rule):
    """An achievement: its texts, and its rule as data."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    scope = models.CharField(
        _("scope"), max_length=64, blank=True, help_text=_("uid of a quest; empty: the whole site")
    )
    description_ko = models.CharField(_("description (Korean)"), max_length=200)
    description_en = models.CharField(_("description (English)"), max_length=200)
    icon = models.CharField(_("icon (emoji)"), max_length=16)
    kind = models.CharField(_("rule"), max_length=20, choices=kind_choices)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    xp = models.PositiveSmallIntegerField(_("XP"), default=0)
    hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("shown as “?” until earned")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("off: nobody can earn it any more; those who have it keep it"),
    )

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        ordering = ["scope", "position", "id"]

    def __str__(self) -> str:
        return self.slug


class LedgerIsFinalError(TypeError):
    """Raised on an attempt to change or remove a line of the XP ledger."""


class LedgerSet(models.QuerySet["XPEntry"]):
    """Ledger lines; they can be read and added only."""

    def of(self, learner: User) -> "LedgerSet":
        """One learner's lines, newest first."""
        return self.filter(learner=learner).order_by("-id")

    def update(self, **values: Any) -> NoReturn:
        """Always raises LedgerIsFinalError."""
        raise LedgerIsFinalError("XP entries are never updated")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        """Always raises LedgerIsFinalError."""
        raise LedgerIsFinalError("XP entries are never updated")

    def update_or_create(self, *args: Any, **options: Any) -> NoReturn:
        """Always raises LedgerIsFinalError."""
        raise LedgerIsFinalError("XP entries are never updated")

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        """Add lines. Raises LedgerIsFinalError for an upsert, which could change existing ones."""
        if options.get("update_conflicts"):
            raise LedgerIsFinalError("XP entries are never updated")
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        """Always raises LedgerIsFinalError: lines are removed only with the account."""
        raise LedgerIsFinalError("XP entries are never deleted")

    def erase(self, learner: User) -> None:
        """Remove the lines of an account that is being erased."""
        lines = self.filter(learner=learner)
        lines._raw_delete(lines.db)


class XPEntry(models.Model):
    """A line of the XP ledger, unique by learner, reason and `key`."""

    learner = models.ForeignKey(User, models.CASCADE, related_name="xp_entries")
    reason = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    points = models.PositiveIntegerField(validators=[MinValueValidator(0)])
    rule_version = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = LedgerSet.as_manager()

    class Meta:
        verbose_name = _("XP entry")
        verbose_name_plural = _("XP entries")
        constraints = [
            models.UniqueConstraint(fields=["learner", "reason", "key"], name="xp_counts_once")
        ]
        indexes = [models.Index(fields=["learner", "-id"], name="ledger_newest_first")]

    def __str__(self) -> str:
        return f"{self.points} XP for {self.reason} {self.key}"

    def save(self, *args: Any, **options: Any) -> None:
        """Insert this line. Raises LedgerIsFinalError for a stored one."""
        if not self._state.adding:
            raise LedgerIsFinalError("XP entries are never updated")
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Always raises LedgerIsFinalError: lines are removed only with the account."""
        raise LedgerIsFinalError("XP entries are never deleted")


class Standing(models.Model):
    """A learner's XP (the sum of the ledger) and level; awards lock this row."""

    learner = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="standing")
    xp = models.PositiveIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [models.Index(fields=["-xp", "learner"], name="leaderboard_order")]

    def __str__(self) -> str:
        return f"{self.xp} XP, level {self.level}"


class Granted(models.Model):
    """An achievement that a learner earned; permanent."""

    learner = models.ForeignKey(User, models.CASCADE, related_name="granted")
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="holders")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("granted achievement")
        verbose_name_plural = _("granted achievements")
        constraints = [
            models.UniqueConstraint(fields=["learner", "achievement"], name="an_achievement_once")
        ]

    def __str__(self) -> str:
        return f"achievement {self.achievement_id} of learner {self.learner_id}"


class Preference(models.Model):
    """A learner's settings for streak and leaderboard; without a row, the defaults."""

    class Unit(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every week")

    learner = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="game_preference"
    )
    streak_unit = models.CharField(max_length=4, choices=Unit, default=Unit.DAY)
    on_leaderboard = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.streak_unit}, leaderboard {'on' if self.on_leaderboard else 'off'}"
