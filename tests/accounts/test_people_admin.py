"""The admin of accounts: who has access, and its actions."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.factories import list_device, verify

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/user/"


@pytest.fixture
def owner(client, staff) -> User:
    client.force_login(staff)
    return staff


def page_of(person: User) -> str:
    return reverse("admin:accounts_user_change", args=[person.pk])


def values(person: User, **changes) -> dict:
    return {"is_active": "on", "groups": [], **changes}


def test_the_owner_finds_people_by_handle_name_and_address(client, owner, learner, other_learner):
    for words in (learner.handle, learner.display_name, learner.email):
        page = client.get(LIST, {"q": words}).content.decode()
        assert learner.email in page
        assert other_learner.email not in page


def test_the_list_costs_the_same_for_more_people(client, owner):
    costs = []
    for number in range(2):
        User.objects.bulk_create(
            User(email=f"{number}-{each}@example.com", handle=f"p{number}-{each}",
                 handle_skeleton=f"s{number}-{each}")
            for each in range(10)
        )  # fmt: skip
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_owner_appoints_staff_and_moderators(client, owner, learner):
    group = Group.objects.get_or_create(name="Moderator")[0]
    form = values(learner, is_staff="on", groups=[group.pk])
    assert client.post(page_of(learner), form).status_code == 302
    learner.refresh_from_db()
    assert learner.is_staff
    assert list(learner.groups.all()) == [group]


def test_what_is_a_persons_own_stays_as_it_is(client, owner, learner):
    before = (learner.handle, learner.email, learner.password)
    client.post(page_of(learner), values(learner, handle="x", email="x@example.com", password="x"))
    learner.refresh_from_db()
    assert (learner.handle, learner.email, learner.password) == before


def test_nobody_takes_the_own_rights_away_adds_or_deletes_people(client, owner, learner):
    assert client.post(page_of(owner), values(owner)).status_code == 403
    owner.refresh_from_db()
    assert owner.is_superuser
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{learner.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=learner.pk).exists()


def test_other_staff_see_no_people(client, moderator, learner):
    client.force_login(moderator)
    assert client.get(LIST).status_code == 403
    assert client.get(page_of(learner)).status_code == 403
    assert LIST not in client.get("/admin/").content.decode()


def test_a_lost_second_factor_is_taken_away_with_all_sessions(client, owner, learner):
    verify(learner)
    Authenticator.objects.create(user=learner, type=Authenticator.Type.TOTP, data={})
    list_device(learner, "a" * 32)
    form = {"action": "reset_second_factor", "_selected_action": [learner.pk]}
    assert client.post(LIST, form).status_code == 302
    assert not Authenticator.objects.filter(user=learner).exists()
    assert not UserSession.objects.filter(user=learner).exists()
    assert LogEntry.objects.get(object_id=str(learner.pk)).user == owner


def test_tables_of_libraries_that_hold_secrets_are_not_shown():
    shown = {model._meta.label for model in admin.site._registry}
    assert "accounts.User" in shown
    assert not shown & {
        "mfa.Authenticator",
        "usersessions.UserSession",
        "socialaccount.SocialToken",
    }
