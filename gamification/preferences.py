"""What a learner chooses: streak by day or week, on the leaderboard or not."""

from accounts.models import User
from gamification.models import Preference, Standing


def preference_of(learner: User) -> Preference:
    """The learner's choices, or the defaults; one query."""
    return Preference.objects.filter(learner=learner).first() or Preference(learner=learner)


def choose(
    *, learner: User, streak_unit: str | None = None, on_leaderboard: bool | None = None
) -> None:
    """Store what is not None; raises ValueError for a unit that doesn't exist."""
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
