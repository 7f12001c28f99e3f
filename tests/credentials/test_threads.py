import threading

import pytest
from django.db import connection

from accounts.deletion import erase
from accounts.models import User
from course.progress.recording import AccountGone
from credentials.badges.building import Revoked, signed_certificate
from credentials.issuing import NotFinished, revoke
from credentials.models import Certificate, Credential
from tests.credentials.conftest import a_key_set, certify, finish
from tests.factories import make_quest

THREADS = 24


def at_once(*acts):
    """Run these in threads that start together. Returns what they raised."""
    start, failures = threading.Barrier(len(acts)), []

    def run(act):
        try:
            start.wait(timeout=30)
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return failures


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_issue_one_certificate(learner):
    finish(learner, make_quest(lessons=3)[1])
    numbers = []
    acts = [lambda: numbers.append(certify(User.objects.get()).number) for _ in range(THREADS)]
    assert at_once(*acts) == []
    assert Certificate.objects.count() == 1
    assert numbers == [Certificate.objects.get().number] * THREADS


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_erasure_at_the_same_time_leaves_no_name_behind(learner):
    from django.utils import timezone

    finish(learner, make_quest(lessons=3)[1])
    User.objects.update(delete_at=timezone.now())
    person = User.objects.get()
    issues = [lambda: certify(User(pk=person.pk, time_zone="Asia/Seoul")) for _ in range(8)]
    failures = at_once(*issues, lambda: erase(person.pk))
    assert all(isinstance(error, AccountGone | NotFinished) for error in failures), failures
    assert not User.objects.exists()
    for row in Certificate.objects.all():
        assert (row.learner_id, row.name, row.uid, row.titles) == (None, "", "", {})
        assert row.revoked_at


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_revocation_at_the_same_time_leaves_no_valid_credential(learner, settings):
    settings.BADGE_KEYS = a_key_set()
    finish(learner, make_quest(lessons=3)[1])
    certificate = certify(learner)
    downloads = [lambda: signed_certificate(certificate, User.objects.get()) for _ in range(8)]
    failures = at_once(*downloads, lambda: revoke(certificate=certificate, reason="x"))
    assert all(isinstance(error, Revoked) for error in failures), failures
    assert Certificate.objects.get().revoked_at
    assert not Credential.objects.filter(revoked_at=None).exists()
