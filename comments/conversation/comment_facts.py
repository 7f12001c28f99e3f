"""This app's facts about learners, for the rules of achievements."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils import timezone

from accounts.models import ANYBODY, User
from comments.models import BugReport, Comment
from gamification.facts import Facts
from gamification.providers import facts_of_one
from gamification.xp import review


def facts_of_many(learners: Sequence[int]) -> Mapping[int, Facts]:
    """Return counts of accepted reports and helpful visible comments; two queries."""
    accepted = BugReport.objects.filter(reporter__in=learners, accepted_at__isnull=False)
    reports = Counter(accepted.values_list("reporter_id", flat=True))
    marked = Comment.objects.visible_to(ANYBODY).filter(author__in=learners, helpful_count__gt=0)
    helpful = Counter(marked.values_list("author_id", flat=True))
    today = timezone.localdate()
    return {
        pk: Facts(
            counts={"reports": reports[pk], "helpful": helpful[pk]},
            totals={},
            days=frozenset(),
            today=today,
        )
        for pk in learners
    }


def acknowledge(author: User) -> None:
    """Award the author of a comment marked as helpful."""
    review(learner=author, facts=lambda: facts_of_one(author.pk))
