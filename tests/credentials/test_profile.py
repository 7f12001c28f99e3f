"""The sections of a public profile: shown by choice alone, at the same cost for few and many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.registry import profile_sections
from comments.models import Comment
from course.models import Completion
from course.progress.marking import complete
from gamification.calendar import year_calendar
from tests.credentials.conftest import certify, finish
from tests.factories import fill_thread, make_comment, make_quest, settle

SHOWN = {
    "quests": "4 / 4",
    "certificates": "/certificates/",
    "calendar": "calendar__on",
    "helpful": "도움이 된 글",
}


@pytest.fixture
def person(learner) -> User:
    """Minji with a finished quest, a certificate and a comment that helped; all private."""
    settle(learner)
    _quest, lessons = make_quest(lessons=4)
    finish(learner, lessons)
    certify(learner)
    make_comment(lessons[0].thread, learner, "도움이 된 글")
    Comment.objects.update(helpful_count=3)
    return learner


def show(person: User, *sections: str) -> None:
    """Open the profile with these sections."""
    User.objects.filter(pk=person.pk).update(profile_public=True, profile_sections=list(sections))


def page_of(client) -> str:
    answer = client.get("/u/minji/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_is_private_until_its_owner_chooses(client, person):
    assert client.get("/u/minji/").status_code == 404
    show(person)
    page = page_of(client)
    assert not [name for name, words in SHOWN.items() if words in page]


@pytest.mark.parametrize("name", SHOWN)
def test_a_chosen_section_is_shown_and_no_other(client, person, name):
    show(person, name)
    page = page_of(client)
    assert [each for each, words in SHOWN.items() if words in page] == [name]


def test_a_private_or_revoked_certificate_is_not_on_the_profile(client, person):
    show(person, "certificates")
    person.certificates.update(public=False)
    assert "/certificates/" not in page_of(client)
    person.certificates.update(public=True, revoked_at=timezone.now())
    assert "/certificates/" not in page_of(client)


def test_a_quest_that_was_not_begun_or_is_a_draft_is_not_listed(client, person):
    make_quest("flax", lessons=2)
    quest, lessons = make_quest("draft", lessons=2)
    complete(learner=person, lesson=lessons[0])
    quest.status = "draft"
    quest.save()
    show(person, "quests")
    page = page_of(client)
    assert "jax ko" in page
    assert "flax ko" not in page
    assert "draft ko" not in page


def test_the_settings_offer_every_section(client, person):
    client.force_login(person)
    page = client.get("/settings/profile/").content.decode()
    for name in SHOWN:
        assert f'value="{name}"' in page


def cost_of(client) -> int:
    client.get("/u/minji/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/u/minji/")
    return len(queries)


def test_the_profile_costs_the_same_for_ten_and_ten_thousand_days(client, person):
    show(person, *profile_sections)
    before = cost_of(client)
    today = timezone.localdate()
    days = [(today - timedelta(days=back)).isoformat() for back in range(10_000)]
    Completion.objects.filter(learner=person).update(days=sorted(days))
    fill_thread(Comment.objects.earliest("pk").thread, person, 30)
    Comment.objects.update(helpful_count=3)
    for number in range(10):
        _quest, lessons = make_quest(f"quest-{number}", lessons=2)
        finish(person, lessons)
    assert cost_of(client) == before


def test_the_calendar_of_ten_thousand_days_is_one_year():
    today = timezone.localdate()
    days = {today - timedelta(days=back) for back in range(10_000)}
    found = year_calendar(days, today)
    assert found.count == sum(len(half.on) for half in found.halves) <= 54 * 7
    assert sum(count for _month, count in found.by_month) == found.count
