"""What the account tests share."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts import registry
from accounts.mailing.delivery import deliver_due
from accounts.models import User
from accounts.notifications import Notice

REGISTRIES = (
    registry.exports,
    registry.erasures,
    registry.kinds,
    registry.profile_sections,
    registry.chores,
)


@pytest.fixture(autouse=True)
def _registries_are_as_before():
    """What a test registers is gone after it; kinds and sections of the higher apps are away."""
    before = [entries.copy() for entries in REGISTRIES]
    registry.kinds.clear()
    registry.profile_sections.clear()
    yield
    for entries, old in zip(REGISTRIES, before, strict=True):
        entries.clear()
        entries.update(old)


def verify(user: User) -> User:
    """Give the user their address as a verified one."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def member(learner) -> User:
    """Minji with a verified address."""
    return verify(learner)


def make_notice(learner: User, key: str = "reply:1", **fields) -> Notice:
    """A notice as comments would make it."""
    values = {"kind": "reply", "text": f"준님이 답글을 남겼어요 ({key})", "url": "/lessons/jit/#c1"}
    return Notice(learner, key, **{**values, **fields})


def newest_mail():
    """Deliver what waits and return the newest mail."""
    deliver_due()
    return mail.outbox[-1]


def code_in(message) -> str:
    """The code in a mail: the line that consists of capitals, digits and hyphens."""
    found = re.search(r"^[A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*$", message.body, re.M)
    assert found, message.body
    return found.group()
