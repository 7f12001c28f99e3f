"""Sessions are read with their user in one query, and end at once."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.notifications import Notification
from accounts.sessions import SessionStore
from tests.factories import list_device

pytestmark = pytest.mark.django_db
PAGE = "/settings/profile/"


@pytest.fixture
def device(learner) -> Client:
    """A browser in which the learner is signed in, as the list of devices has it."""
    client = Client()
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_session_of_the_list_costs_one_query_with_its_owner(
    device, learner, django_assert_num_queries
):
    Notification.objects.create(learner=learner, key="a", kind="x", text="hello", url="/")
    with django_assert_num_queries(1):
        user = device.get("/no/such/page/").wsgi_request.user
        assert (user.pk, user.unread) == (learner.pk, 1)


def test_ending_a_session_signs_its_device_out_at_once(device):
    assert is_in(device)
    UserSession.objects.get().end()
    assert not is_in(device)


def test_a_new_password_signs_every_device_out(device, learner):
    assert is_in(device)
    learner.set_password("something else entirely")
    learner.save()
    assert not is_in(device)


def test_an_account_that_was_closed_is_signed_out(device, learner):
    learner.is_active = False
    learner.save()
    assert not is_in(device)


def test_a_session_that_ran_out_is_signed_out(device, learner):
    session = device.session
    session.set_expiry(-10)
    session.save()
    assert not is_in(device)


def test_the_list_of_devices_cannot_make_somebody_else_of_a_session(device, other_learner):
    UserSession.objects.update(user=other_learner)
    page = device.get(PAGE)
    assert page.wsgi_request.user.handle == "minji"


def test_a_session_outside_the_list_works_too(client, learner):
    client.force_login(learner)
    assert is_in(client)


def test_the_session_s_query_brings_the_account_as_the_orm_would(device, learner):
    learner.profile_sections, learner.delete_at = ["level"], timezone.now()
    learner.save()
    store = SessionStore(device.session.session_key)
    store.load()
    stored = User.objects.get(pk=learner.pk)
    for field in User._meta.concrete_fields:
        assert getattr(store.user, field.attname) == getattr(stored, field.attname)
    assert store.user.session_versions.keys() == {
        *("progress", "standing", "streak_unit", "rhythm", "follows")
    }
