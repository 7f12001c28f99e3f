"""Every "too many" says when to come back."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.ratelimit import RateLimited
from comments import networks
from comments.errors import TooMany
from config.middleware import SafeHeadersMiddleware
from tests.factories import make_quest, make_settled

pytestmark = pytest.mark.django_db


def limited(*_arguments, **_options):
    raise TooMany("too many")


@pytest.mark.parametrize("action", ["write", "preview", "edit", "flag", "report"])
def test_the_conversations_say_when(client, monkeypatch, action):
    from comments.conversation import marking, posting
    from comments.models import Comment, Thread

    quest = make_quest(lessons=1)
    assert quest
    thread = Thread.objects.get()
    person = make_settled("jun")
    client.force_login(person)
    posted = posting.post(
        thread=thread, author=person, body="Hello", language="ko", token="a" * 32, parent=None
    )
    assert Comment.objects.filter(pk=posted.pk).exists()
    monkeypatch.setattr(networks, "count_attempt", limited)
    monkeypatch.setattr(marking, "flag", limited)
    monkeypatch.setattr("comments.views.reporting.file_report", limited)
    token = "0b7c1b1e-9a51-4b8e-8c55-b1f6f2a5a001"
    path, data = {
        "write": (f"/threads/{thread.pk}/write/", {"body": "Hi", "token": token}),
        "preview": (f"/threads/{thread.pk}/write/", {"body": "Hi", "token": token, "preview": "1"}),
        "edit": (f"/comments/{posted.pk}/edit/", {"body": "Hi", "version": "1"}),
        "flag": (f"/comments/{posted.pk}/flag/", {"reason": "spam"}),
        "report": (
            "/report/",
            {"thread": thread.pk, "category": "typo", "body": "A word is wrong",
             "language": "en", "token": token},
        ),
    }[action]  # fmt: skip
    answer = client.post(path, data)
    assert answer.status_code == 429, answer.text[:500]
    assert int(answer["Retry-After"]) > 0


def test_sign_in_says_when():
    visitor = Client()
    answers = [
        visitor.post("/accounts/login/", {"login": "a@example.com", "password": f"wrong{number}"})
        for number in range(40)
    ]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(int(answer["Retry-After"]) > 0 for answer in refused)


def test_who_knows_the_time_better_is_left_alone(rf):
    def view(request):
        return HttpResponse(status=429, headers={"Retry-After": "7"})

    assert SafeHeadersMiddleware(view)(rf.get("/"))["Retry-After"] == "7"
    assert RateLimited(3).retry_after == 3
