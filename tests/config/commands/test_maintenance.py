"""`manage.py maintenance on|off`: readers are served, writers are told until when."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import maintenance
from pagecache.changes import Memory, memory
from pagecache.models import SiteFact
from pagecache.watch import Watcher

pytestmark = pytest.mark.django_db
SIGN_IN = {"login": "minji@example.com", "password": "wrong"}


@pytest.fixture(autouse=True)
def _off_again(monkeypatch):
    monkeypatch.setattr(maintenance, "state", maintenance.State())
    memory.listeners.append(maintenance.forget)
    yield
    memory.listeners.remove(maintenance.forget)


def turn(what: str, **options) -> None:
    """The command, and a look as each process has it twice a second."""
    call_command("maintenance", what, **options)
    maintenance.forget({maintenance.KEY})
    maintenance.refresh()


def test_writers_are_told_until_when_and_readers_are_served(client):
    turn("on", minutes=30)
    answer = client.post("/accounts/login/", SIGN_IN)
    assert answer.status_code == 503
    assert 29 * 60 < int(answer["Retry-After"]) <= 30 * 60
    assert answer["Cache-Control"] == "no-store"
    until = maintenance.state.until + timedelta(hours=9)  # as the clocks of LEARNER_TIME_ZONE say
    assert f"{until:%H:%M}" in answer.text
    for path in ("/", "/search/?q=x", "/accounts/login/", "/readyz", "/healthz"):
        assert client.get(path).status_code == 200


def test_it_is_told_in_the_readers_language(client):
    turn("on")
    assert "being worked on" in client.post("/en/accounts/login/", SIGN_IN).text
    assert "점검" in client.post("/accounts/login/", SIGN_IN).text


def test_it_is_turned_off(client, capsys):
    turn("on")
    turn("off")
    assert client.post("/accounts/login/", SIGN_IN).status_code != 503
    turn("off")
    assert "off already" in capsys.readouterr().out


def test_it_ends_by_itself(client):
    SiteFact.note(maintenance.KEY, timezone.now() - timedelta(seconds=1))
    maintenance.refresh()
    assert client.post("/accounts/login/", SIGN_IN).status_code != 503


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_a_time_that_is_none_is_refused(minutes):
    with pytest.raises(CommandError, match="minutes"):
        call_command("maintenance", "on", minutes=minutes)


@pytest.mark.django_db(transaction=True)
def test_another_process_learns_of_it_by_its_thread(monkeypatch):
    monkeypatch.setattr("pagecache.watch.connection.close", lambda: None)
    other = Memory()
    other.listeners.append(maintenance.forget)
    watcher = Watcher(other, then=maintenance.refresh)
    watcher.look()
    assert maintenance.state.until is None
    call_command("maintenance", "on", minutes=5)
    watcher.look()
    assert maintenance.state.until > timezone.now()


def test_no_request_asks_the_database_for_it(client, django_assert_num_queries):
    turn("on")
    with django_assert_num_queries(0):
        client.post("/accounts/login/", SIGN_IN)
