"""Compare XP totals with the sums of the ledger, and correct differences."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from gamification.models import Standing, XPEntry
from gamification.rules import current_rules


@dataclass(frozen=True)
class Difference:
    """A learner whose total is not the sum of the ledger."""

    learner_id: int
    total: int
    ledger: int


def differences() -> Iterator[Difference]:
    """Return every difference, in two queries."""
    lines = XPEntry.objects.filter(learner=OuterRef("learner")).order_by().values("learner")
    ledger = Coalesce(Subquery(lines.annotate(sum=Sum("points")).values("sum")), 0)
    wrong = Standing.objects.annotate(ledger=ledger).exclude(xp=F("ledger")).order_by("pk")
    for learner_id, total, points in wrong.values_list("pk", "xp", "ledger"):
        yield Difference(learner_id, total, points)
    missing = XPEntry.objects.filter(learner__standing=None).order_by().values_list("learner")
    for learner_id, points in missing.annotate(sum=Sum("points")).exclude(sum=0):
        yield Difference(learner_id, 0, points)


def put_right(learner_id: int) -> None:
    """Set one learner's total to the sum of the ledger; never lowers the level."""
    with transaction.atomic():
        Standing.objects.get_or_create(learner_id=learner_id)
        standing = Standing.objects.select_for_update().get(learner_id=learner_id)
        ledger = XPEntry.objects.filter(learner_id=learner_id).aggregate(sum=Sum("points"))
        standing.xp = ledger["sum"] or 0
        standing.level = max(standing.level, current_rules().level_at(standing.xp).number)
        standing.save()
