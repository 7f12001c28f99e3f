"""What the site shows and says of the runner."""

import json

import pytest

import runner
from runner import checks, metrics, personal, queue
from runner.models import Machine, Run

RESULT = {"ended": "error", "output": "<script>alert(1)</script>\x1b[2J", "error": "E: <b>"}
TOKEN = "a-token-of-the-tests-0123456789"


@pytest.fixture
def finished(learner) -> Run:
    queue.submit(learner, "sample:grad-1", "run", {"code": "print('<i>')"})
    run = queue.claim(20)
    assert run
    queue.finish(run, {**RESULT, "seconds": 0.25, "figures": ["iVBORw0KGgo="]})
    return run


def test_running_code_is_off_unless_a_daemon_is_named(settings):
    assert settings.RUNNER_URLS == []
    assert not runner.is_on()
    settings.RUNNER_URLS = ["unix:/run/cwk-runner/runner.sock"]
    assert runner.is_on()


def test_the_admin_lists_runs(client, staff, finished):
    client.force_login(staff)
    page = client.get("/admin/runner/run/").content.decode()
    assert "sample:grad-1" in page
    assert "0.25" in page


def test_the_admin_shows_code_and_output_as_text(client, staff, finished):
    client.force_login(staff)
    page = client.get(f"/admin/runner/run/{finished.pk}/change/").content.decode()
    assert "print(&#x27;&lt;i&gt;&#x27;)" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_nobody_adds_changes_or_deletes_runs_by_hand(client, staff, finished):
    client.force_login(staff)
    for path in ("add/", f"{finished.pk}/delete/"):
        assert client.post(f"/admin/runner/run/{path}").status_code == 403
    assert Run.objects.exists()


def test_the_admin_lists_daemons(client, staff):
    Machine.objects.create(url="tcp://10.0.0.5:8100", problem="Connection refused")
    client.force_login(staff)
    assert "Connection refused" in client.get("/admin/runner/machine/").content.decode()


def test_learners_do_not_see_it(client, learner, finished):
    client.force_login(learner)
    assert client.get("/admin/runner/run/").status_code in (302, 403, 404)


@pytest.mark.parametrize(
    ("url", "token", "found"),
    [
        ("unix:/run/r.sock", "", []),
        ("tcp://10.0.0.5:8100", TOKEN, []),
        ("tcp://10.0.0.5:8100", "short", ["runner.E002"]),
        ("http://10.0.0.5:8100", TOKEN, ["runner.E001"]),
        ("tcp://10.0.0.5:port", TOKEN, ["runner.E001"]),
        ("unix:r.sock", "", ["runner.E001"]),
    ],
)
def test_addresses_are_checked(settings, url, token, found):
    settings.RUNNER_URLS, settings.RUNNER_TOKEN = [url], token
    assert [message.id for message in checks.settings_make_sense(None)] == found


def test_a_daemon_that_does_not_answer_is_a_warning(settings, tmp_path):
    settings.RUNNER_URLS = [f"unix:{tmp_path}/none.sock"]
    (message,) = checks.daemons_answer(None)
    assert (message.id, "bubblewrap" in message.hint) == ("runner.W001", True)


@pytest.mark.once
def test_a_daemon_that_answers_is_none(settings, daemon):
    settings.RUNNER_URLS = [daemon.url]
    assert checks.daemons_answer(None) == []


def test_metrics_count_the_queue(learner, finished, settings):
    settings.RUNNER_URLS = ["unix:/r.sock"]
    queue.submit(learner, "a", "run", {"code": ""})
    Machine.objects.create(url="unix:/r.sock", slots=2)
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in metrics.RunCollector().collect()
        for sample in metric.samples
    }
    assert found["cwk_runs", "done"] == found["cwk_runs", "queued"] == 1
    assert found["cwk_runner_slots", "unix:/r.sock"] == 2
    assert found["cwk_runs_oldest_seconds",] >= 0


def test_metrics_say_nothing_of_runs_where_code_does_not_run(db):
    assert list(metrics.RunCollector().collect()) == []


def test_a_learner_can_take_the_runs_along(learner, other_learner, finished):
    files = dict(personal.export(learner))
    assert set(files) == {f"runs/{finished.pk}-1.png", "runs/runs.json"}
    (row,) = json.loads(files["runs/runs.json"])
    assert (row["for"], row["code"]) == ("sample:grad-1", "print('<i>')")
    assert row["result"]["ended"] == "error"
    assert list(personal.export(other_learner)) == []


def test_erasing_takes_the_learners_runs_alone(learner, other_learner, finished):
    kept = queue.submit(other_learner, "a", "run", {"code": ""})
    personal.erase(learner)
    assert list(Run.objects.all()) == [kept]
