"""XP, levels and achievements as rows.

Rules (Level, Achievement) are what staff edit. What a learner has (XPEntry, Granted, Standing) is
written by `gamification.xp` alone and never taken away, whatever happens to the rules.
"""

from typing import Any, NoReturn

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from gamification.kinds import KIND_CHOICES
from pagecache.changes import touch


class RuleChange(models.Model):
    """One change of the rules; its number is the version that ledger lines carry."""

    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.pk}: {self.what}"


class Rule(models.Model):
    """What levels and achievements share: two languages, and every change is numbered."""

    title_ko = models.CharField(_("title (Korean)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=60)
    # Set when staff saved it in the admin; `load_rules` then leaves the row alone.
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Save, number the change and make every process read the rules anew."""
        super().save(*args, **options)
        self.note_change(f"{self} saved")

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete; the database refuses it for an achievement that somebody holds."""
        result = super().delete(*args, **options)
        self.note_change(f"{self} deleted")
        return result

    @staticmethod
    def note_change(what: str) -> None:
        """Give the rules a new version."""
        RuleChange.objects.create(what=what[:120])
        touch("rules")


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
    """An achievement: what it is called and the rule that gives it, as data."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    scope = models.CharField(
        _("scope"), max_length=64, blank=True, help_text=_("uid of a quest; empty: the whole site")
    )
    description_ko = models.CharField(_("description (Korean)"), max_length=200)
    description_en = models.CharField(_("description (English)"), max_length=200)
    icon = models.CharField(_("icon (emoji)"), max_length=16)
    kind = models.CharField(_("rule"), max_length=20, choices=KIND_CHOICES)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    xp = models.PositiveSmallIntegerField(_("XP"), default=0)
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("shown as “?” until got"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(
        _("active"), default=True, help_text=_("off: nobody gains it any more, its holders keep it")
    )

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        ordering = ["scope", "position", "id"]

    def __str__(self) -> str:
        return self.slug


class LedgerIsFinalError(TypeError):
    """Somebody tried to change or remove a line of the XP ledger."""


class LedgerSet(models.QuerySet["XPEntry"]):
    """Lines of the ledger: read and add, nothing else."""

    def of(self, learner: User) -> "LedgerSet":
        """One learner's lines, newest first."""
        return self.filter(learner=learner).order_by("-id")

    def update(self, **values: Any) -> NoReturn:
        """Refused."""
        raise LedgerIsFinalError("XP entries are never updated")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        """Refused."""
        raise LedgerIsFinalError("XP entries are never updated")

    def update_or_create(self, *args: Any, **options: Any) -> NoReturn:
        """Refused."""
        raise LedgerIsFinalError("XP entries are never updated")

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> Any:
        """Add lines; an upsert, which could change old ones, is refused."""
        if options.get("update_conflicts"):
            raise LedgerIsFinalError("XP entries are never updated")
        return super().bulk_create(objs, *args, **options)

    def delete(self) -> NoReturn:
        """Refused; only the end of the account removes its lines."""
        raise LedgerIsFinalError("XP entries are never deleted")

    def erase(self, learner: User) -> None:
        """Remove the lines of an account that is being erased, the one exception."""
        lines = self.filter(learner=learner)
        lines._raw_delete(lines.db)


class XPEntry(models.Model):
    """One line of the XP ledger. `key` says what for; a second line for it can't exist."""

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
        """Add this line; a stored one is final."""
        if not self._state.adding:
            raise LedgerIsFinalError("XP entries are never updated")
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refused; only the end of the account removes its lines."""
        raise LedgerIsFinalError("XP entries are never deleted")


class Standing(models.Model):
    """A learner's XP (the sum of the ledger) and level; the row that awards lock."""

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
    """An achievement that a learner has; for good."""

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
    """What a learner chose about streak and leaderboard; no row: the defaults."""

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
