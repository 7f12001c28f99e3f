"""Commands of operators that act on an account; each leaves a line in the security log."""

import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command

from comments.visibility import is_moderator
from tests.factories import list_device, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def security(caplog):
    """The lines of the security log."""
    caplog.set_level(logging.INFO, "security")
    return lambda: [each.getMessage() for each in caplog.records if each.name == "security"]


@pytest.fixture
def signed_in(client, learner):
    """Minji's browser."""
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    return client


def test_a_learner_becomes_a_moderator_by_address(learner, security, capsys):
    verify(learner)
    call_command("make_moderator", learner.email.upper())
    learner.refresh_from_db()
    assert is_moderator(learner)
    assert security() == [f"made moderator: {learner.public_id}"]
    call_command("make_moderator", f"@{learner.handle}")
    assert "already" in capsys.readouterr().out
    assert len(security()) == 1


def test_a_moderator_is_dismissed(moderator, security):
    call_command("make_moderator", moderator.handle, remove=True)
    moderator.refresh_from_db()
    assert (is_moderator(moderator), moderator.is_staff) == (False, False)
    assert security() == [f"no moderator any more: {moderator.public_id}"]


def test_who_may_do_everything_keeps_the_admin(staff):
    verify(staff)
    call_command("make_moderator", staff.handle)
    call_command("make_moderator", staff.handle, remove=True)
    staff.refresh_from_db()
    assert staff.is_staff


def test_a_locked_account_becomes_no_moderator(learner):
    verify(learner)
    learner.is_active = False
    learner.save()
    with pytest.raises(CommandError, match="locked"):
        call_command("make_moderator", learner.handle)


@pytest.mark.parametrize("command", ["make_moderator", "reset_second_factor", "sign_out"])
@pytest.mark.parametrize("person", ["nobody@example.com", "nobody", "@", ""])
def test_an_unknown_person_is_said_to_be_unknown(command, person):
    with pytest.raises(CommandError, match="no account"):
        call_command(command, person)


def test_a_lost_second_factor_is_reset_and_the_person_signed_out(signed_in, learner, security):
    Authenticator.objects.create(user=learner, type="totp", data={"secret": "x"})
    call_command("reset_second_factor", learner.handle)
    assert not Authenticator.objects.exists()
    assert "_auth_user_id" not in signed_in.session
    assert f"second factor reset: {learner.public_id}" in security()


def test_signing_out_ends_every_session_of_that_person_alone(
    signed_in, learner, other_learner, security, capsys
):
    list_device(other_learner, "a" * 32)
    call_command("sign_out", learner.email)
    assert "1 sessions" in capsys.readouterr().out
    assert signed_in.get("/settings/").status_code == 302
    assert UserSession.objects.get().user == other_learner
    assert f"signed out everywhere: {learner.public_id}" in security()
