"""`manage.py send_test_mail`."""

import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command

from accounts.models import OutgoingMail

pytestmark = pytest.mark.django_db


def test_it_is_sent_at_once(capsys):
    call_command("send_test_mail", "me@example.com")
    assert [message.to for message in mail.outbox] == [["me@example.com"]]
    assert "took it" in capsys.readouterr().out


@pytest.mark.parametrize("error", [ConnectionRefusedError("refused"), smtplib.SMTPException("550")])
def test_what_the_mail_server_says_is_told(monkeypatch, error):
    def refuse(_message):
        raise error

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with pytest.raises(CommandError, match="not taken"):
        call_command("send_test_mail", "me@example.com")


def test_a_dead_worker_is_told():
    with pytest.raises(CommandError, match="worker"):
        call_command("send_test_mail", "me@example.com", queued=True, wait=0)
    assert OutgoingMail.objects.get().to == "me@example.com"


@pytest.mark.django_db(transaction=True)
def test_one_that_the_worker_sends_is_waited_for(capsys, monkeypatch):
    monkeypatch.setattr(
        "config.management.commands.send_test_mail.time.sleep",
        lambda _seconds: OutgoingMail.objects.all().delete(),
    )
    call_command("send_test_mail", "me@example.com", queued=True, wait=60)
    assert "The worker has sent it." in capsys.readouterr().out
