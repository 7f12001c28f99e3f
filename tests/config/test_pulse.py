"""What nobody sees stops: readiness warns of it, metrics have its numbers."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import Notification, OutgoingMail
from accounts.tasks import sweep
from config import pulse
from pagecache.models import SiteFact
from tests.course.progress.browser import op, post_sync
from tests.factories import make_quest

pytestmark = pytest.mark.django_db


def ago(**span):
    return timezone.now() - timedelta(**span)


def readiness(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    return answer.json().get("warnings", [])


def numbers(client, settings):
    settings.METRICS_TOKEN = "s3cret"
    page = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text
    families = text_string_to_metric_families(page)
    return {
        (each.name, each.labels.get("verdict")): each.value
        for family in families
        for each in family.samples
    }


def queue(**fields) -> OutgoingMail:
    mail = OutgoingMail.objects.create(
        to="a@example.com", subject="s", body="b", message_id=str(timezone.now()), mail_at=ago()
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(**fields)
    return mail


def test_a_new_site_has_no_warnings(client):
    assert readiness(client) == []


def test_mails_that_pile_up_are_warned_of_and_measured(client, settings):
    queue()
    assert readiness(client) == []
    # The server refuses it again and again: its next try lies in the future.
    queue(created_at=ago(minutes=20), mail_at=timezone.now() + timedelta(hours=1), mail_tries=5)
    assert readiness(client) == ["mails are not sent"]
    assert 1190 < numbers(client, settings)["cwk_mail_oldest_seconds", None] < 1300


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"mail_at": timedelta(minutes=-10)}, True),
        ({"mail_at": timedelta(hours=5), "mail_tries": 0}, False),  # for the digest
        ({"mail_at": timedelta(hours=1), "mail_tries": 4}, True),
        ({"mail_at": None}, False),
    ],
)
def test_mails_of_notifications_count_when_they_are_due(client, learner, fields, late):
    moment = fields.pop("mail_at")
    Notification.objects.create(
        learner=learner, key="k", kind="reply", text="t", url="/", created_at=ago(hours=3),
        mail_at=moment and timezone.now() + moment, **fields,
    )  # fmt: skip
    assert readiness(client) == ["mails are not sent"] * late


def test_a_dead_worker_is_warned_of(client, settings):
    sweep.func()
    assert readiness(client) == []
    assert numbers(client, settings)["cwk_worker_sweep_seconds", None] < 60
    SiteFact.note("sweep", ago(minutes=6))
    assert readiness(client) == ["the worker does not sweep"]


def test_an_old_backup_is_warned_of(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    SiteFact.note("backup", ago(days=2))
    assert readiness(client) == ["the last backup is old"]


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_noted(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    call_command("backup", str(tmp_path / "b.zip"))
    assert numbers(client, settings)["cwk_backup_age_seconds", None] < 60


def test_a_long_queue_is_warned_of(client, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    sweep.enqueue()
    assert DBTaskResult.objects.count() == 1
    assert numbers(client, settings)["cwk_tasks_waiting", None] == 1
    monkeypatch.setattr(pulse, "MANY_TASKS", 0)
    assert readiness(client) == ["many jobs wait"]


def test_verdicts_of_syncs_are_counted(client, settings, learner):
    make_quest(lessons=2)
    client.force_login(learner)
    before = numbers(client, settings).get(("cwk_sync_operations_total", "acked"), 0)
    post_sync(client, learner, [op("c", "jax-000"), op("c", "jax-001")], scope="jax")
    assert numbers(client, settings)["cwk_sync_operations_total", "acked"] == before + 2
