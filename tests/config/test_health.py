"""Health checks."""

import pytest
from django.db import OperationalError


def test_the_process_says_that_it_lives(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_the_site_is_ready_when_every_migration_has_run(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_the_site_is_not_ready_without_its_database(client, monkeypatch):
    def refuse(connection):
        raise OperationalError("no connection")

    monkeypatch.setattr("config.health.MigrationExecutor", refuse)
    assert client.get("/readyz").status_code == 503
