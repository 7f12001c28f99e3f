"""Every kind of answer carries the headers that keep it safe."""

import pytest
from django.conf import settings
from django.test import Client

from config.serving import unavailable

ALWAYS = {
    "content-security-policy", "x-content-type-options", "referrer-policy",
    "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy",
    "cache-control",
}  # fmt: skip
ANSWERS = [
    ("/", 200), ("/quests/demo/", 200), ("/quests/demo/lesson-1/", 200), ("/search/?q=x", 200),
    ("/stream/feed/", 200), ("/manifest.webmanifest", 200), ("/accounts/login/", 200),
    ("/admin/", 302), ("/nothing/", 404), ("/quests/%00/", 404), ("/healthz", 200),
    ("/metrics", 404),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_answer_is_safe(quest, client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert {name.lower() for name in response.headers} >= ALWAYS


@pytest.mark.django_db
def test_refused_posts_are_safe_too(quest):
    client = Client(enforce_csrf_checks=True)
    answers = [
        (client.post("/accounts/login/", {"a": "b"}), 403),
        (client.post("/progress/evaluate/", "{", content_type="application/json"), 400),
        (client.post("/", b"x", content_type="text/plain", CONTENT_LENGTH=str(10**9)), 413),
    ]
    for response, status in answers:
        assert response.status_code == status
        assert {name.lower() for name in response.headers} >= ALWAYS


@pytest.mark.parametrize("secure", [True, False])
def test_the_page_of_an_outage_is_safe_without_django(settings, secure):
    settings.SECURE_HSTS_SECONDS = 1000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    environ = {"PATH_INFO": "/en/", "HTTP_X_FORWARDED_PROTO": "https" if secure else "http"}
    headers, body = unavailable(environ)
    names = {name.lower() for name, _value in headers}
    assert names >= {*ALWAYS, "retry-after", "x-frame-options"}
    assert ("strict-transport-security" in names) == secure
    assert b'lang="en"' in body


def test_static_files_have_a_policy_that_lets_nothing_run():
    headers: dict[str, str] = {}
    settings.WHITENOISE_ADD_HEADERS_FUNCTION(headers, "icon.svg", "/static/icon.svg")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
