"""The number of reviews suggested for today."""

from django import template
from django.utils import timezone

from accounts.models import User
from course.progress.due import left_today

register = template.Library()


@register.simple_tag
def due_reviews(learner: User) -> int:
    """Return how many cards are suggested for the rest of the day; no query if unchanged.

    0 where the log's revision did not come along with the session: there each page would ask anew.
    """
    if "progress" not in learner.session_versions:
        return 0
    return left_today(learner, timezone.now())
