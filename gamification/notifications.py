"""Notifications of new levels and achievements, in the learner's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notification, User
from accounts.notifications import Notice, notify_many
from gamification.rules import AchievementRule, LevelRule, current_rules

Rule = TypeVar("Rule")


def notify(learner: User, gained: Sequence[AchievementRule], risen: LevelRule | None) -> None:
    """Create a notification for each achievement and one for the level, in one query."""
    with override(learner.language):
        notices = [achievement_notice(learner, rule) for rule in gained]
        if risen:
            notices.append(level_notice(learner, risen))
    notify_many(notices)


def achievement_notice(learner: User, rule: AchievementRule) -> Notice:
    """Return the notice of an achievement in the active language."""
    view = rule.view()
    text = _("%(icon)s New achievement: %(title)s") % {"icon": view.icon, "title": view.title}
    url = f"{reverse('achievements')}#achievement-{rule.slug}"
    key = f"achievement:{rule.slug}"
    return Notice(learner, key=key, kind="achievement", text=text, url=url, body=view.description)


def level_notice(learner: User, level: LevelRule) -> Notice:
    """Return the notice of a level in the active language."""
    text = _("You reached level %(number)s: %(title)s") % {
        "number": level.number,
        "title": level.view().title,
    }
    return Notice(learner, f"level:{level.number}", "level", text, reverse("why-xp"))


def recheck_achievements(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Return current notices for mails about achievements."""
    rules = {f"achievement:{rule.slug}": rule for rule in current_rules().achievements}
    return _in_present_words(notifications, rules, achievement_notice)


def recheck_levels(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Return current notices for mails about levels."""
    levels = {f"level:{level.number}": level for level in current_rules().levels}
    return _in_present_words(notifications, levels, level_notice)


def _in_present_words(
    notifications: Sequence[Notification],
    rules: Mapping[str, Rule],
    words: Callable[[User, Rule], Notice],
) -> dict[int, Notice | None]:
    """Return current notices by notification id; omits those whose rule no longer exists."""
    found: dict[int, Notice | None] = {}
    for notification in notifications:
        if rule := rules.get(notification.key):
            with override(notification.learner.language):
                found[notification.pk] = words(notification.learner, rule)
    return found
