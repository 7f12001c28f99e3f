"""Mails about notifications: who gets which, when, how often."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from accounts.mailing.claiming import claim, wait_after
from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification
from accounts.notifications import notify, notify_many
from accounts.registry import register_kind
from tests.factories import make_notice, verify


def let_pass(delta: timedelta) -> None:
    """Make every waiting row older by `delta`."""
    Notification.objects.exclude(mail_at=None).update(
        mail_at=F("mail_at") - delta, created_at=F("created_at") - delta
    )


def prefer(learner, choice, kind="reply"):
    MailPreference.objects.update_or_create(learner=learner, kind=kind, defaults={"choice": choice})


def test_a_mail_waits_two_minutes(member):
    notify(make_notice(member))
    let_pass(timedelta(seconds=110))
    assert deliver_due() == 0
    let_pass(timedelta(seconds=11))
    assert deliver_due() == 1
    assert mail.outbox[0].to == ["minji@example.com"]


def test_a_mail_goes_out_once(member):
    notify(make_notice(member))
    notify(make_notice(member))
    let_pass(timedelta(minutes=3))
    assert [deliver_due(), deliver_due()] == [1, 0]
    assert Notification.objects.get().emailed_at is not None


def test_what_was_read_meanwhile_is_not_mailed(member):
    notify(make_notice(member))
    let_pass(timedelta(minutes=3))
    Notification.objects.update(read_at=timezone.now())
    assert deliver_due() == 0
    assert Notification.objects.get().mail_at is None


def test_the_mail_says_what_the_comment_says_now(member):
    def latest(rows):
        return {row.pk: make_notice(member, text="고친 글", body="두 번째 생각") for row in rows}

    register_kind("reply", "Replies", latest)
    notify(make_notice(member, text="처음 글"))
    let_pass(timedelta(minutes=3))
    deliver_due()
    assert mail.outbox[0].subject.endswith("고친 글")
    assert "> 두 번째 생각" in mail.outbox[0].body


def test_what_was_deleted_meanwhile_is_not_mailed(member):
    register_kind("reply", "Replies", lambda rows: {row.pk: None for row in rows})
    notify(make_notice(member))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0
    assert Notification.objects.get().mail_at is None


def test_only_verified_addresses_get_mail(learner):
    notify(make_notice(learner))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0
    assert mail.outbox == []


def test_never_means_never(member):
    prefer(member, "none")
    notify(make_notice(member))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0
    assert Notification.objects.get().mail_at is None


def test_the_default_of_a_kind_holds_until_a_choice(member):
    register_kind("level", "Levels", default="none")
    notify(make_notice(member, kind="level"))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0


def test_the_daily_mail_comes_at_eight_on_the_learners_clock(member):
    member.time_zone = "America/New_York"
    member.save()
    prefer(member, "digest")
    notify_many([make_notice(member, f"reply:{n}") for n in range(3)])
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0
    rows = Notification.objects.all()
    local = {row.mail_at.astimezone(ZoneInfo("America/New_York")) for row in rows}
    assert [(moment.hour, moment.minute) for moment in local] == [(8, 0)]


def test_the_daily_mail_gathers_everything_once(member):
    prefer(member, "digest")
    notify_many([make_notice(member, f"reply:{n}") for n in range(3)])
    let_pass(timedelta(minutes=3))
    deliver_due()
    let_pass(timedelta(hours=25))
    assert [deliver_due(), deliver_due()] == [1, 0]
    assert all(f"(reply:{n})" in mail.outbox[0].body for n in range(3))
    assert "3" in mail.outbox[0].subject
    assert not Notification.objects.exclude(mail_at=None).exists()


def test_a_digest_of_which_all_was_read_is_not_sent(member):
    prefer(member, "digest")
    notify(make_notice(member))
    let_pass(timedelta(hours=25))
    member.notifications.all().mark_read()
    assert deliver_due() == 0


def test_nobody_is_mailed_while_their_account_waits_to_be_deleted(member):
    notify(make_notice(member))
    let_pass(timedelta(minutes=3))
    member.delete_at = timezone.now() + timedelta(days=3)
    member.save()
    assert deliver_due() == 0


def test_a_row_is_claimed_by_one_of_two_workers(member):
    notify(make_notice(member))
    one, other = Notification.objects.get(), Notification.objects.get()
    assert [claim(one), claim(other)] == [True, False]


def test_the_message_id_is_the_same_on_every_attempt(member):
    notify(make_notice(member))
    for _attempt in range(2):
        Notification.objects.update(mail_at=timezone.now(), emailed_at=None)
        deliver_due()
    first, second = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert first == second


def test_the_mail_is_plain_text_in_the_learners_language(member):
    member.language = "en"
    member.save()
    notify(make_notice(member, body="<script>alert(1)</script>\n두 줄", text="A\nreply"))
    let_pass(timedelta(minutes=3))
    deliver_due()
    message = mail.outbox[0]
    assert message.content_subtype == "plain"
    assert not getattr(message, "alternatives", [])
    assert "> <script>alert(1)</script>\n> 두 줄" in message.body
    assert "Stop these mails: http://testserver/en/mail/stop/" in message.body
    assert message.subject == "[C.W.K.] A reply"


def test_waiting_grows_and_has_an_end():
    waits = [wait_after(tries) / timedelta(minutes=1) for tries in range(8)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_mail_that_can_not_be_made_does_not_stop_the_others(member, other_learner, caplog):
    verify(other_learner)

    def broken(rows):
        if rows[0].learner == member:
            raise ValueError("no such comment")
        return {}

    register_kind("reply", "Replies", broken)
    notify_many([make_notice(member), make_notice(other_learner)])
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 1
    assert mail.outbox[0].to == ["jun@example.com"]
    row = Notification.objects.get(learner=member)
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 1
    # The text of a notification has names in it.
    assert told[0].endswith(f"again: accounts.notification {row.pk}")


def test_nobody_gets_mail_that_is_older_than_a_week(member):
    notify(make_notice(member))
    let_pass(timedelta(days=8))
    assert deliver_due() == 0
    assert Notification.objects.get().mail_at is None


@pytest.mark.parametrize("rows", [5, 10])
def test_telling_many_people_takes_one_query(rows, learner, django_assert_num_queries):
    notices = [make_notice(learner, f"reply:{n}") for n in range(rows)]
    with django_assert_num_queries(1):
        notify_many(notices)
