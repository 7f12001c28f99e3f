"""A learner's settings for the streak's unit and the leaderboard."""

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from gamification.models import Preference, Standing


def preference_of(learner: User) -> Preference:
    """Return the learner's settings, or the defaults; one query."""
    return Preference.objects.filter(learner=learner).first() or Preference(learner=learner)


def streak_unit_of(learner: User) -> str:
    """The unit of the learner's streak; no query when it came along with the session."""
    if "streak_unit" in learner.session_versions:
        return learner.session_versions["streak_unit"] or Preference.Unit.DAY.value
    return preference_of(learner).streak_unit


def unit_version() -> QuerySet:
    """The unit of an account's streak, see accounts.registry.register_version."""
    return Preference.objects.filter(learner=OuterRef("pk")).values_list("streak_unit")


def choose(
    *, learner: User, streak_unit: str | None = None, on_leaderboard: bool | None = None
) -> None:
    """Save the arguments that are not None. Raises ValueError for an unknown unit."""
    chosen: dict[str, str | bool] = {}
    if streak_unit is not None:
        chosen["streak_unit"] = Preference.Unit(streak_unit).value
    if on_leaderboard is not None:
        chosen["on_leaderboard"] = on_leaderboard
    if chosen:
        Preference.objects.update_or_create(learner=learner, defaults=chosen)
    if on_leaderboard:
        # Somebody without XP has no standing yet, but may join all the same.
        Standing.objects.get_or_create(learner=learner)
