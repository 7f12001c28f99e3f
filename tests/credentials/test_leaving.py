import json
from datetime import timedelta

from django.utils import timezone

from accounts.deletion import erase_due
from accounts.models import User
from accounts.registry import erasures, exports
from credentials.models import Certificate, Credential
from tests.accounts.test_leaving import rows_with
from tests.credentials.conftest import FIRST, certify, finish


def test_the_export_holds_every_certificate(certificate, finisher):
    certify(finisher, FIRST, name="Minji")
    files = {file.path: json.loads(file.content) for file in exports["certificates"](finisher)}
    rows = files["certificates/certificates.json"]
    assert [row["name"] for row in rows] == ["Minji", "김민지"]
    assert rows[1]["number"] == certificate.number
    assert files["certificates/credentials.json"] == []


def test_after_erasure_the_page_is_gone_and_the_number_revoked(client, certificate, finisher):
    Credential.objects.create(
        learner=finisher, subject=f"certificate:{certificate.number}", status_list=0, place=7
    )
    User.objects.update(delete_at=timezone.now() - timedelta(seconds=1))
    assert erase_due() == 1
    assert rows_with(["김민지", "minji"]) == []
    assert client.get(certificate.get_absolute_url()).status_code == 410
    page = client.get("/certificates/check/", {"number": certificate.number}).content.decode()
    assert 'data-state="revoked"' in page
    row = Credential.objects.get()
    assert (row.learner_id, row.subject, row.salt, row.place) == (None, "", "", 7)
    assert row.revoked_at


def test_erasure_may_run_twice_and_touches_nobody_else(
    certificate, finisher, other_learner, lessons
):
    finish(other_learner, lessons)
    other = certify(other_learner, name="준")
    for _ in range(2):
        erasures["certificates"](finisher, True)
    other.refresh_from_db()
    assert (other.name, other.revoked_at) == ("준", None)
    assert Certificate.objects.get(pk=certificate.pk).name == ""
