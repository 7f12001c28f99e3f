"""Quests as commands name them."""

from django.core.management.base import CommandError

from course.models import Quest


def named_quest(name: str) -> Quest:
    """Return the quest with this uid, else with this slug. Raises CommandError."""
    quests = Quest.objects.filter(uid=name) or Quest.objects.filter(slug=name)
    quest = quests.first()
    if quest is None:
        raise CommandError(f"There is no quest '{name}'.")
    return quest
