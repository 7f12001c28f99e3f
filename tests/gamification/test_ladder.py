"""The dry run of a level."""

import pytest
from django.urls import reverse

from gamification.ladder import Rung, ladder_with
from gamification.models import Level, Standing
from tests.factories import make_levels, make_person

PREVIEW = "admin:gamification_level_preview"
TEXTS = {"title_ko": "새", "title_en": "New"}


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def learners(db):
    """Four learners on levels that start at 0, 100 and 200 XP, as awards left them."""
    make_levels(0, 100, 200)
    for name, xp, level in (("a", 0, 0), ("b", 90, 0), ("c", 150, 1), ("d", 250, 2)):
        Standing.objects.create(learner=make_person(name), xp=xp, level=level)


def test_a_lower_level_lets_learners_rise_and_a_higher_one_takes_nothing(learners):
    one = Level.objects.get(number=1)
    one.xp_from = 80
    lower = ladder_with(one)
    assert (lower.risen, lower.kept) == (1, 0)
    assert lower.rungs[:2] == [Rung(0, 0, 2, 1), Rung(1, 80, 1, 2)]
    one.xp_from = 180
    higher = ladder_with(one)
    assert (higher.risen, higher.kept) == (0, 1)
    assert [rung.then for rung in higher.rungs] == [2, 1, 1]
    assert Level.objects.get(number=1).xp_from == 100


def test_a_level_that_is_new_is_counted_too(learners):
    found = ladder_with(Level(number=3, xp_from=240))
    assert (found.risen, [rung.then for rung in found.rungs]) == (1, [2, 1, 0, 1])


def test_the_form_leads_to_it_and_nothing_is_stored(desk, learners, monkeypatch):
    monkeypatch.setattr("gamification.forms.check_level_is_reachable", lambda xp: None)
    row = Level.objects.get(number=1)
    form = desk.get(reverse("admin:gamification_level_change", args=[row.pk])).text
    assert reverse(PREVIEW) in form
    data = {"number": 1, "xp_from": 80, "row": row.pk, **TEXTS}
    page = desk.post(reverse(PREVIEW), data)
    assert page.context["ladder"].risen == 1
    row.refresh_from_db()
    assert row.xp_from == 100


def test_a_ladder_out_of_order_is_named(desk, learners):
    row = Level.objects.get(number=1)
    data = {"number": 1, "xp_from": 300, "row": row.pk, **TEXTS}
    page = desk.post(reverse(PREVIEW), data)
    assert page.context["ladder"] is None
    assert page.context["form"].errors


@pytest.mark.parametrize("row", ["999", "x", "1" * 30, "\0"])
def test_a_row_that_is_not_there_is_not_found(desk, row):
    assert desk.post(reverse(PREVIEW), {"row": row, **TEXTS}).status_code == 404


def test_learners_cannot_see_it(client, learner):
    client.force_login(learner)
    assert client.post(reverse(PREVIEW), TEXTS).status_code in (302, 403)
