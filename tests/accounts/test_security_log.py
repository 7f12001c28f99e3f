"""Security events are logged: who by id, what, and never an address or a secret."""

import logging

import pytest
from django.conf import settings

from tests.factories import make_person, verify

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def lines(caplog):
    """What the security log says."""
    caplog.set_level(logging.INFO, "security")
    return lambda: [each.getMessage() for each in caplog.records if each.name == "security"]


@pytest.fixture
def minji(db):
    return verify(make_person("minji", password="stars-over-seoul-7"))


def attempt(client, password):
    return client.post(LOGIN, {"login": "minji@example.com", "password": password})


def test_sign_ins_and_sign_outs_are_logged_by_id(client, minji, lines):
    attempt(client, "stars-over-seoul-7")
    client.post("/accounts/logout/")
    assert lines()[-2:] == [f"signed in: {minji.public_id}", f"signed out: {minji.public_id}"]


def test_a_failed_sign_in_is_logged_without_the_address_and_the_lock_too(client, minji, lines):
    for _time in range(7):
        attempt(client, "wrong-password")
    text = "\n".join(lines())
    assert "sign-in failed: nobody address=" in text
    assert "sign-in locked: nobody address=" in text
    assert "minji" not in text
    assert "wrong-password" not in text


def test_the_log_speaks_at_every_level():
    assert settings.LOGGING["loggers"]["security"]["level"] == "INFO"


def test_a_changed_password_is_logged(client, minji, lines):
    attempt(client, "stars-over-seoul-7")
    sent = {"oldpassword": "stars-over-seoul-7", "password1": "moon-over-busan-8"}
    client.post("/accounts/password/change/", sent | {"password2": sent["password1"]})
    assert f"password changed: {minji.public_id}" in lines()


def test_a_session_of_staff_ends_when_it_is_not_used(client, db):
    verify(make_person("sora", password="stars-over-seoul-7", is_staff=True))
    client.post(LOGIN, {"login": "sora@example.com", "password": "stars-over-seoul-7"})
    client.get("/")
    assert client.session.get_expiry_age() <= 12 * 60 * 60
