"""The goal of the day in the header."""

from django import template
from django.utils import timezone

from accounts.models import User
from course.rhythm.goals import Today, today_of

register = template.Library()


@register.simple_tag
def goal_today(learner: User) -> Today | None:
    """Return the goal with today's progress; no query if unchanged, none without a goal.

    None where the values did not come along with the session: there each page would ask anew.
    """
    if not {"progress", "rhythm"} <= learner.session_versions.keys():
        return None
    return today_of(learner, timezone.now())
