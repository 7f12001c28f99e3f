from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gamification.models import Standing
from gamification.xp import award
from tests.factories import lesson_grants, make_facts, make_levels

pytestmark = pytest.mark.django_db


def recount(*arguments) -> str:
    out = StringIO()
    call_command("recount_xp", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def with_xp(learner, other_learner):
    make_levels(0, 100)
    for person in (learner, other_learner):
        award(learner=person, grants=lesson_grants(3), facts=make_facts)
    return learner


def test_right_totals_are_confirmed(with_xp):
    assert "every total is the sum of its ledger" in recount()
    assert "every total is the sum of its ledger" in recount("--dry-run")


def test_a_dry_run_shows_differences_and_changes_nothing(with_xp):
    Standing.objects.filter(learner=with_xp).update(xp=999)
    out = StringIO()
    with pytest.raises(CommandError, match="1 totals differ"):
        call_command("recount_xp", "--dry-run", stdout=out)
    assert out.getvalue() == f"learner {with_xp.pk}: total 999, ledger 60\n"
    assert Standing.objects.get(learner=with_xp).xp == 999


def test_differences_are_put_right_and_levels_kept(with_xp):
    Standing.objects.filter(learner=with_xp).update(xp=999, level=1)
    recount()
    standing = Standing.objects.get(learner=with_xp)
    assert (standing.xp, standing.level) == (60, 1)


def test_a_missing_standing_is_made_from_the_ledger(with_xp):
    Standing.objects.filter(learner=with_xp).delete()
    recount()
    assert Standing.objects.get(learner=with_xp).xp == 60


def test_a_total_without_any_line_becomes_zero(learner):
    Standing.objects.create(learner=learner, xp=50)
    recount()
    assert Standing.objects.get(learner=learner).xp == 0
