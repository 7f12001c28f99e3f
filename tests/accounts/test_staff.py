"""Staff sign in with a second factor; system checks of a production site."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import Error
from django.test.utils import override_settings

from accounts import checks
from tests.factories import verify


@pytest.fixture
def strict(settings):
    """Require a second factor for staff, as in production."""
    settings.STAFF_SECOND_FACTOR = True


def test_the_admins_sign_in_is_the_sites_sign_in(client, db):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer["Location"].startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_learners_do_not_get_into_the_admin(client, learner):
    client.force_login(learner)
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("url", ["/admin/", "/admin/accounts/", "/", "/settings/profile/"])
def test_staff_without_a_second_factor_are_sent_to_set_one_up(client, strict, staff, url):
    client.force_login(verify(staff))
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200


def test_staff_with_a_second_factor_work_as_usual(client, strict, staff):
    Authenticator.objects.create(user=staff, type="totp", data={"secret": "x"})
    client.force_login(staff)
    assert client.get("/admin/").status_code == 200


def test_learners_need_no_second_factor(client, strict, learner):
    client.force_login(learner)
    assert client.get("/settings/profile/").status_code == 200


def test_a_superuser_made_on_the_command_line_can_sign_in(client, db):
    from accounts.models import User

    User.objects.create_superuser(email="root@example.com", password="roof-top-garden-3")
    client.post("/accounts/login/", {"login": "root@example.com", "password": "roof-top-garden-3"})
    assert "_auth_user_id" in client.session


@override_settings(
    DEBUG=False,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    STAFF_SECOND_FACTOR=False,
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)
def test_an_unsafe_site_is_named_as_such():
    assert {message.id for message in checks.accounts_are_safe(None)} == {
        "accounts.E001",
        "accounts.E002",
        "accounts.W001",
    }


@override_settings(
    DEBUG=False,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "c"}},
    STAFF_SECOND_FACTOR=True,
    PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"],
)
def test_a_safe_site_passes():
    assert checks.accounts_are_safe(None) == []


def test_an_unsafe_cache_is_an_error_not_a_warning(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert isinstance(checks.limits_are_shared()[0], Error)
