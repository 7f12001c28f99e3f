"""Mails about new achievements and levels."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification
from gamification.xp import award
from tests.accounts.test_mailing import let_pass
from tests.factories import lesson_grants, make_achievement, make_facts, make_levels, verify

pytestmark = pytest.mark.django_db


def gain_much(learner) -> None:
    """Forty lessons at once, with six achievements and a level."""
    make_levels(0, 20)
    for number in range(1, 7):
        make_achievement(f"n{number}", "lessons", n=number)
    award(learner=learner, grants=lesson_grants(40), facts=lambda: make_facts(lessons=40))
    assert Notification.objects.count() == 7


def test_forty_lessons_at_once_make_one_mail(learner):
    gain_much(verify(learner))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 0
    let_pass(timedelta(hours=25))
    assert [deliver_due(), deliver_due()] == [1, 0]
    assert all(f"업적 n{number}" in mail.outbox[0].body for number in range(1, 7))


def test_who_wants_each_right_away_gets_each_right_away(learner):
    for kind in ("achievement", "level"):
        MailPreference.objects.create(learner=learner, kind=kind, choice="immediate")
    gain_much(verify(learner))
    let_pass(timedelta(minutes=3))
    assert deliver_due() == 7
