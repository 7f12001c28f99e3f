"""Ids, limits and headers that every answer has."""

import json
import logging
import os

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from config.logs import JsonFormatter, request_id

pytestmark = pytest.mark.django_db


def test_every_answer_has_an_id_of_its_own(client):
    ids = {client.get("/healthz")["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_the_proxys_id_is_taken_over_but_nobody_elses(client, settings):
    given = {"HTTP_X_REQUEST_ID": "abcdef12-3456"}
    assert client.get("/healthz", **given)["X-Request-ID"] != "abcdef12-3456"
    settings.BEHIND_PROXY = True
    assert client.get("/healthz", **given)["X-Request-ID"] == "abcdef12-3456"
    forged = {"HTTP_X_REQUEST_ID": 'x" injected'}
    assert "injected" not in client.get("/healthz", **forged)["X-Request-ID"]


def test_the_readers_address_is_the_one_that_the_trusted_proxy_added(client, settings):
    claimed = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 192.0.2.7", "REMOTE_ADDR": "10.0.0.1"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.BEHIND_PROXY = False
    assert client.get("/", **claimed).wsgi_request.META["REMOTE_ADDR"] == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert client.get("/", **claimed).wsgi_request.META["REMOTE_ADDR"] == "192.0.2.7"


@pytest.mark.parametrize("length", [str(11 * 1024 * 1024), "-1", "1e3", "٣"])
def test_a_body_beyond_the_limit_is_refused_unread(client, length):
    response = client.post("/search/", CONTENT_LENGTH=length)
    assert response.status_code == 413


def test_an_address_beyond_the_limit_is_refused(client):
    assert client.get("/search/?q=" + "a" * 7000).status_code == 200
    for path in ("/search/?q=" + "a" * 8000, f"/{'a' * 8001}/"):
        response = client.get(path)
        assert response.status_code == 414
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 204), ("PUT", 405), ("DELETE", 405), ("TRACE", 405)]
)
def test_a_method_that_no_page_has_is_told_those_there_are(client, method, status):
    response = client.generic(method, "/")
    assert (response.status_code, response["Allow"]) == (status, "GET, HEAD, POST, OPTIONS")
    assert not response.content


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/accounts/login/", "/nowhere/", "/healthz"])
def test_every_answer_has_the_safe_headers(client, path):
    headers = client.get(path).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Cache-Control" in headers


def test_pages_of_a_signed_in_learner_are_nobody_elses_to_keep(client, learner):
    client.force_login(learner)
    for path in ("/", "/search/", "/stream/"):
        assert "no-store" in client.get(path)["Cache-Control"]
        assert "private" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/search/", "/stream/", "/stream/feed/", "/robots.txt"])
def test_pages_for_the_anonymous_set_no_cookie(client, path):
    assert not client.get(path).cookies


def away(*arguments, **options):
    raise OperationalError("connection refused")


def test_a_lost_database_answers_503_with_the_time_to_come_back(client, monkeypatch):
    monkeypatch.setattr("course.pages.reading.access.quest_texts", away)
    response = client.get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert response["Cache-Control"] == "no-store"


def test_a_database_lost_in_a_middleware_answers_503_too(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(SessionMiddleware, "process_request", away)
    assert client.get("/")["Retry-After"] == "15"


def test_any_other_error_stays_a_500(client, monkeypatch):
    def break_down(**options):
        raise ZeroDivisionError

    client.raise_request_exception = False
    monkeypatch.setattr("course.pages.reading.access.quest_texts", break_down)
    assert client.get("/").status_code == 500


def line_for(record) -> dict:
    return json.loads(JsonFormatter().format(record))


def record_of(message, *arguments, **extra):
    record = logging.LogRecord("course", logging.WARNING, "", 0, message, arguments, None)
    record.__dict__.update(extra)
    return record


def test_a_log_line_is_json_with_the_id_of_its_request():
    token = request_id.set("id-1")
    line = line_for(record_of("slow"))
    request_id.reset(token)
    assert (line["message"], line["level"], line["request"]) == ("slow", "WARNING", "id-1")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to minji@example.com failed", "mail to <address> failed"),
        ("GET /accounts/login/?next=/a&key=b done", "GET /accounts/login/?<query> done"),
        ("Not Found: /accounts/confirm-email/MTp2abcdefghijklmnop:x/", "<key>"),
    ],
)
def test_log_lines_hold_no_personal_data(text, shown):
    line = line_for(record_of(text))
    assert shown in line["message"]
    assert "minji" not in line["message"]
    assert "MTp2" not in line["message"]


def test_what_a_database_says_of_a_row_is_not_logged():
    try:
        raise OperationalError("Key (email)=(minji@example.com) exists")
    except OperationalError as raised:
        info = (type(raised), raised, raised.__traceback__)
    record = record_of("broken")
    record.exc_info = info
    error = line_for(record)["error"]
    assert error["type"].endswith("OperationalError")
    assert "test_middleware.py" in error["frames"][-1]
    assert "minji" not in json.dumps(line_for(record))


def test_djangos_lines_about_a_request_name_its_route_not_its_path(rf, client):
    request = client.get("/quests/secret-plan/").wsgi_request
    record = record_of("Not Found: /quests/secret-plan/", request=request, status_code=404)
    record.name = "django.request"
    assert line_for(record)["message"] == "404 GET quests/<slug:slug>/"


def test_djangos_line_about_a_refusal_has_the_id_that_the_reader_got(client, caplog):
    response = client.get("/nowhere/minji@example.com/")
    record = next(each for each in caplog.records if each.name == "django.request")
    line = line_for(record)
    assert (line["message"], line["request"]) == ("404 GET -", response["X-Request-ID"])


def test_each_request_is_one_line_at_level_info(client, caplog):
    with caplog.at_level(logging.INFO, "config.requests"):
        client.get("/search/?q=minji@example.com")
    lines = [record.getMessage() for record in caplog.records if record.name == "config.requests"]
    assert lines == ["GET search/ 200"]


def test_metrics_are_hidden_without_their_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 404
    wrong = client.get("/metrics", headers={"Authorization": "Bearer other"})
    assert wrong.status_code == 404


def test_metrics_count_requests_by_status(client, settings):
    settings.METRICS_TOKEN = "s3cret"
    before = numbers(client).get(("cwk_requests_total", "404"), 0)
    client.get("/nowhere/")
    assert numbers(client)["cwk_requests_total", "404"] == before + 1


def test_metrics_name_the_process_and_say_how_long_requests_took(client, settings):
    settings.METRICS_TOKEN = "s3cret"
    client.get("/nowhere/")
    (seconds,) = [family for family in families(client) if family.name == "cwk_request_seconds"]
    assert {sample.labels["process"] for sample in seconds.samples} == {str(os.getpid())}
    last = [sample for sample in seconds.samples if sample.labels.get("le") == "+Inf"]
    assert last[0].value >= 1


def families(client):
    """The metrics as Prometheus reads them."""
    page = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    return list(text_string_to_metric_families(page.text))


def numbers(client):
    """The values by name and status."""
    samples = [sample for family in families(client) for sample in family.samples]
    return {(each.name, each.labels.get("status")): each.value for each in samples}


@pytest.mark.parametrize("address", ["/reports/%00/", "/tags/%00/", "/mail/stop/%00/"])
def test_a_path_with_a_nul_character_is_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_a_nul_character_in_a_query_is_left_out(client):
    assert 'value="ab"' in client.get("/search/?q=a%00b").text


@pytest.mark.django_db
def test_a_session_cookie_with_a_nul_character_is_no_session(client, settings):
    header = f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaa"'
    assert client.get("/ko/search/?q=x", HTTP_COOKIE=header, follow=True).status_code in (200, 404)
    assert client.get("/search/?q=x", HTTP_COOKIE=header).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["9" * 4301, "0", "-1", "²", "١", "1e3"])
def test_a_page_number_that_is_none_shows_the_first_page(client, page):
    assert client.get("/search/", {"q": "x", "page": page}).status_code == 200
