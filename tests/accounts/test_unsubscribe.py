"""Unsubscribe links (RFC 8058)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification
from accounts.notifications import notify
from accounts.registry import register_kind
from tests.factories import make_notice


@pytest.fixture
def stop_url(member):
    """The path in the List-Unsubscribe header of a sent mail."""
    register_kind("reply", "Replies")
    notify(make_notice(member))
    Notification.objects.update(mail_at=timezone.now() - timedelta(seconds=1))
    deliver_due()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>")
    assert url in mail.outbox[0].body
    return url.removeprefix("http://testserver")


def choice():
    return MailPreference.objects.get().choice


def test_a_scanner_that_opens_the_link_changes_nothing(client, stop_url):
    for method in (client.get, client.head):
        assert method(stop_url).status_code == 200
    assert choice() == "immediate"


def test_one_click_needs_no_cookie_and_no_token(stop_url):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(stop_url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert choice() == "none"
    assert not program.cookies


def test_it_can_be_taken_back(stop_url):
    Client().post(stop_url)
    Client(enforce_csrf_checks=True).post(stop_url, {"action": "restart"})
    assert choice() == "immediate"


def test_clicking_twice_is_harmless(client, stop_url):
    assert [client.post(stop_url).status_code for _ in range(2)] == [200, 200]
    assert choice() == "none"


def test_no_mail_comes_afterwards(client, member, stop_url):
    client.post(stop_url)
    notify(make_notice(member, "reply:2"))
    Notification.objects.filter(key="reply:2").update(mail_at=timezone.now())
    assert deliver_due() == 0


def test_the_address_tells_nothing_about_the_learner(client, member, stop_url):
    page = client.get(stop_url).content.decode()
    for secret in (member.email, member.handle, member.name, member.public_id):
        assert secret not in stop_url
        assert secret not in page


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00"])
def test_a_guessed_address_is_not_found(client, db, token):
    assert client.post(f"/mail/stop/{token}/").status_code == 404


def test_the_daily_mails_link_ends_what_it_gathers(client, member):
    MailPreference.objects.create(learner=member, kind="reply", choice="digest")
    MailPreference.objects.create(learner=member, kind="level", choice="immediate")
    daily = MailPreference.objects.create(learner=member, kind="digest")
    client.post(f"/mail/stop/{daily.token}/")
    chosen = dict(MailPreference.objects.values_list("kind", "choice"))
    assert chosen == {"reply": "none", "level": "immediate", "digest": "none"}
