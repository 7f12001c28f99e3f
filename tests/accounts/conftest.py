"""Fixtures of the account tests."""

import re

import pytest
from django.core import mail

from accounts import registry
from accounts.mailing.delivery import deliver_due
from accounts.models import User
from tests.factories import verify

REGISTRIES = (
    registry.exports,
    registry.erasures,
    registry.kinds,
    registry.profile_sections,
    registry.chores,
)


@pytest.fixture(autouse=True)
def _registries_are_as_before():
    """Restore the registries after each test; exclude the higher apps' kinds and sections."""
    before = [entries.copy() for entries in REGISTRIES]
    registry.kinds.clear()
    registry.profile_sections.clear()
    yield
    for entries, old in zip(REGISTRIES, before, strict=True):
        entries.clear()
        entries.update(old)


@pytest.fixture
def member(learner) -> User:
    """Minji with a verified address."""
    return verify(learner)


def newest_mail():
    """Deliver queued mails and return the newest."""
    deliver_due()
    return mail.outbox[-1]


def code_in(message) -> str:
    """The code in a mail: the line that consists of capitals, digits and hyphens."""
    found = re.search(r"^[A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*$", message.body, re.M)
    assert found, message.body
    return found.group()
