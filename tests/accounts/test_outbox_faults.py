"""No mail is lost or sent twice when the mail server is down or the worker is killed."""

import os
import signal
import socket
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.mailing import delivery
from accounts.mailing.delivery import deliver_due
from accounts.models import Notification, OutgoingMail
from accounts.notifications import notify_many
from tests.accounts.smtp import MailServer
from tests.factories import make_notice, verify


@pytest.fixture
def mail_port(settings):
    """A free port, configured as SMTP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return port


def make_all_due():
    """Move all rows past the initial delay and every back-off."""
    past = timezone.now() - timedelta(seconds=1)
    for model in (Notification, OutgoingMail):
        model.objects.exclude(mail_at=None).update(mail_at=past)


@contextmanager
def no_connection_to_the_mail_server():
    """Fail the test on any connection to the mail server within this context."""

    def refuse(*args, **kwargs):
        raise AssertionError("a page must not talk to the mail server")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("smtplib.SMTP.connect", refuse)
        patch.setattr("django.core.mail.get_connection", refuse)
        yield


def test_while_the_server_is_away_pages_work_and_mails_wait(client, member, mail_port):
    with no_connection_to_the_mail_server():
        answer = client.post("/accounts/login/code/", {"email": "minji@example.com"}, follow=True)
    assert answer.status_code == 200
    notify_many([make_notice(member, f"reply:{n}") for n in range(5)])
    make_all_due()
    assert [deliver_due() for _run in range(3)] == [0, 0, 0]
    assert Notification.objects.filter(mail_tries=0).count() == 5  # nothing was used up
    with MailServer(mail_port) as server:
        assert deliver_due() == 6
        assert deliver_due() == 0
    assert len(server.mails) == len(set(server.message_ids())) == 6
    assert not OutgoingMail.objects.exists()


def test_a_server_that_goes_away_in_the_middle_gets_the_rest_later(member, mail_port, monkeypatch):
    notify_many([make_notice(member, f"reply:{n}") for n in range(6)])
    make_all_due()
    real_send, sent = delivery.send, []

    def send_three(link, message):
        if len(sent) == 3:
            link.connection.sock.shutdown(socket.SHUT_RDWR)
        sent.append(message)
        return real_send(link, message)

    with MailServer(mail_port) as server:
        monkeypatch.setattr(delivery, "send", send_three)
        deliver_due()
        assert len(server.mails) == 3
        monkeypatch.setattr(delivery, "send", real_send)
        make_all_due()
        deliver_due()
    assert len(set(server.message_ids())) == len(server.mails) == 6


KILLS = 50
STEPS = ("claim", "recheck", "send", "mark_done")


def die_at(step: str, after: bool) -> None:
    """Make the process kill itself before or after the given step."""
    real = getattr(delivery, step)

    def killing(*args, **kwargs):
        if after:
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(delivery, step, killing)


def run_worker_that_dies(step: str, after: bool) -> int:
    """Run one delivery in a process that is killed at the step; returns how it ended."""
    child = os.fork()
    if child == 0:
        # The parent's connection must not be used, nor closed politely, by the child.
        parents = connection.connection
        connection.connection = None
        try:
            die_at(step, after)
            deliver_due()
        finally:
            # An exception must end the child here: it would go on as a second run of the tests.
            os._exit(0 if parents is not None else 1)
    _pid, status = os.waitpid(child, 0)
    return status


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_fifty_times_loses_nothing_and_repeats_nothing(mail_port, learner):
    verify(learner)
    count = 60
    notify_many([make_notice(learner, f"reply:{n}") for n in range(count)])
    with MailServer(mail_port) as server:
        for kill in range(KILLS):
            notify_many([make_notice(learner, f"reply:{n}") for n in range(count)])  # told again
            make_all_due()
            status = run_worker_that_dies(STEPS[kill % 4], after=kill % 8 >= 4)
            assert os.WIFSIGNALED(status)
        make_all_due()
        deliver_due()
        ids = server.message_ids()
    rows = Notification.objects.all()
    assert rows.count() == count
    assert rows.filter(mail_at=None).exclude(emailed_at=None).count() == count
    # A mail that went out right before a kill goes out again under the same Message-ID, by which
    # mail programs know it; apart from that each mail went out once.
    assert len(set(ids)) == count
    killed_after_sending = sum(1 for k in range(KILLS) if (STEPS[k % 4], k % 8 >= 4) in DOUBTFUL)
    assert count <= len(ids) <= count + killed_after_sending


# Killed when the server had the mail, but the row did not say so yet.
DOUBTFUL = {("send", True), ("mark_done", False)}
