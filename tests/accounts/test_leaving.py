"""Download my data; delete my account."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.deletion import erase_due, forget_abandoned
from accounts.mailing.outbox import post
from accounts.models import User
from accounts.notifications import notify
from accounts.registry import ExportFile, register_erasure, register_export
from tests.accounts.test_settings import sign_in
from tests.factories import make_notice


def make_due(user):
    User.objects.filter(pk=user.pk).update(delete_at=timezone.now() - timedelta(seconds=1))


def test_the_export_holds_what_every_app_adds(client, member):
    register_export("comments", lambda user: [ExportFile("comments/all.md", f"# {user.handle}")])
    notify(make_notice(member))
    answer = sign_in(client).get("/settings/data/download/")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    account = json.loads(archive.read("account/account.json"))
    assert account["email"] == "minji@example.com"
    assert account["addresses"] == [
        {"email": "minji@example.com", "verified": True, "primary": True}
    ]
    assert json.loads(archive.read("account/notifications.json"))[0]["kind"] == "reply"
    assert archive.read("comments/all.md") == b"# minji"
    assert "comments/all.md" in archive.read("README.md").decode()
    assert archive.testzip() is None


def test_the_export_holds_no_secrets(client, member):
    answer = sign_in(client).get("/settings/data/download/")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert member.password.encode() not in everything
    assert client.session.session_key.encode() not in everything


@pytest.mark.parametrize("url", ["/settings/data/download/", "/settings/delete/"])
def test_sensitive_acts_ask_for_the_password_again(client, member, url):
    client.force_login(member)
    answer = client.post(url)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    member.refresh_from_db()
    assert member.delete_at is None


def test_after_the_password_one_is_back_at_the_page_that_sends_the_file(client, member):
    client.force_login(member)
    asked = client.post("/settings/data/download/")["Location"]
    answer = client.post(asked, {"password": "minji-minji"})
    assert answer["Location"] == "/settings/data/?download=1"
    page = client.get(answer["Location"]).text
    assert '<meta http-equiv="refresh" content="0; url=/settings/data/download/">' in page
    assert "http-equiv" not in client.get("/settings/data/").text
    assert client.get("/settings/data/download/")["Content-Type"] == "application/zip"


def test_an_account_goes_after_seven_days(client, member):
    sign_in(client).post("/settings/delete/", {"comments": "remove"})
    member.refresh_from_db()
    assert timedelta(days=6, hours=23) < member.delete_at - timezone.now() <= timedelta(days=7)
    assert not member.delete_keeps_comments
    assert erase_due() == 0
    make_due(member)
    assert erase_due() == 1
    assert not User.objects.exists()


def test_an_account_that_can_not_be_erased_keeps_no_other(client, member, monkeypatch, caplog):
    from accounts.registry import erasures
    from tests.factories import make_person

    other = make_person("leaver")
    for person in (member, other):
        make_due(person)

    def fail_for_the_first(owner, keep_comments):
        if owner.pk == member.pk:
            raise RuntimeError("a file could not be deleted")

    monkeypatch.setitem(erasures, "broken", fail_for_the_first)
    assert erase_due() == 1
    assert list(User.objects.all()) == [member]
    assert "could not be erased" in caplog.text


def test_asking_again_does_not_restart_the_clock(client, member):
    sign_in(client).post("/settings/delete/", {"comments": "keep"})
    first = User.objects.get().delete_at
    client.post("/settings/delete/", {"comments": "remove"})
    assert User.objects.get().delete_at == first
    assert not User.objects.get().delete_keeps_comments


def test_every_page_offers_to_keep_the_account(client, member):
    sign_in(client).post("/settings/delete/", {"comments": "keep"})
    assert "/settings/delete/cancel/" in client.get("/notifications/").content.decode()
    client.post("/settings/delete/cancel/")
    assert User.objects.get().delete_at is None


def test_changing_ones_mind_at_the_last_moment_counts(member):
    make_due(member)
    User.objects.update(delete_at=None)
    assert erase_due() == 0
    assert User.objects.exists()


def test_every_app_erases_its_part_and_learns_about_the_comments(member):
    calls = []
    register_erasure("comments", lambda user, keep: calls.append((user.pk, keep)))
    User.objects.update(delete_keeps_comments=False)
    make_due(member)
    erase_due()
    assert calls == [(member.pk, False)]


def test_when_an_app_fails_nothing_is_half_deleted(member):
    def fail(user, keep):
        raise RuntimeError("comments are busy")

    register_erasure("comments", fail)
    make_due(member)
    assert erase_due() == 0
    assert EmailAddress.objects.filter(user=member).exists()


def rows_with(secrets):
    """Every stored value that contains one of the secrets, over all tables of all apps."""
    found = []
    for model in apps.get_models():
        for row in model._base_manager.values():
            text = " ".join(str(value) for value in row.values())
            found += [(model.__name__, secret) for secret in secrets if secret in text]
    return found


def test_nothing_personal_is_left(client, member, other_learner):
    notify(make_notice(member, body="minji@example.com"))
    notify(make_notice(other_learner))
    sign_in(client).post("/settings/delete/", {"comments": "keep"})
    post(to="minji@example.com", subject="Code", body="ABC-DEF")
    secrets = ["minji", "민지", member.public_id]
    assert rows_with(secrets)
    make_due(member)
    erase_due()
    assert rows_with(secrets) == []
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    assert client.get("/settings/data/").status_code == 302
    assert other_learner.notifications.exists()


def test_sign_ups_that_were_never_verified_go_after_a_week(learner, other_learner, member):
    EmailAddress.objects.create(user=other_learner, email=other_learner.email, primary=True)
    assert forget_abandoned() == 0
    User.objects.update(date_joined=timezone.now() - timedelta(days=8))
    assert forget_abandoned() == 1
    assert list(User.objects.all()) == [member]
