"""A Host that is none of the site's: refused in one line."""

import json

import pytest

from config.logs import JsonFormatter


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "minji@example.com", "a b", "x" * 300]
)
def test_it_is_refused_in_one_line_without_a_stack(client, caplog, host):
    for path in ("/", "/accounts/login/", "/readyz"):
        caplog.clear()
        assert client.get(path, headers={"Host": host}).status_code == 400
        (record,) = caplog.records
        line = JsonFormatter().format(record)
        assert len(line) < 250
        assert host not in line
        assert "error" not in json.loads(line)


def test_a_health_check_may_name_any_host(client):
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_the_sites_own_host_is_served(client, db):
    assert client.get("/stream/").status_code == 200
