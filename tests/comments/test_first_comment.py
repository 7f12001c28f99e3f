"""Whoever has no name is asked for one, once, after the first comment; a held one says why."""

import pytest
from django.utils import timezone

from accounts.handles import is_random, new_handle
from accounts.models import User
from comments.models import Comment
from tests.course.readers import member
from tests.factories import make_settled

ASKED = "/settings/name/?next="


@pytest.fixture
def nameless(db) -> User:
    """Somebody who signed up and chose nothing."""
    return make_settled("newcomer", handle=new_handle())


def write(browser, thread, body: str):
    """Post a comment by the form."""
    page = browser.get(f"/threads/{thread.pk}/write/")
    token = page.context["token"]
    return browser.post(f"/threads/{thread.pk}/write/", {"body": body, "token": token})


def test_a_handle_that_nobody_chose_is_known():
    assert is_random(new_handle())
    assert not is_random("learner")
    assert not is_random("learner-minji")


def test_it_is_asked_after_the_first_comment_and_leads_on_to_it(thread, nameless):
    browser = member(nameless)
    answer = write(browser, thread, "안녕하세요")
    assert answer["Location"].startswith(ASKED)
    page = browser.get(answer["Location"])
    assert nameless.handle in page.text
    onward = page.context["next"]
    assert onward.endswith(f"#comment-{Comment.objects.get().pk}")
    saved = browser.post("/settings/name/", {"display_name": " 별  님 ", "next": onward})
    assert saved["Location"] == onward
    nameless.refresh_from_db()
    assert nameless.display_name == "별 님"
    assert "별 님" in browser.get(f"/threads/{thread.pk}/").text


def test_it_is_asked_once(thread, nameless):
    browser = member(nameless)
    assert write(browser, thread, "하나")["Location"].startswith(ASKED)
    assert ASKED not in write(browser, thread, "둘")["Location"]


@pytest.mark.parametrize("chosen", [{"display_name": "민지"}, {"handle": "minji-kim"}])
def test_who_chose_a_name_is_not_asked(thread, nameless, chosen):
    for field, value in chosen.items():
        setattr(nameless, field, value)
    nameless.save()
    assert ASKED not in write(member(nameless), thread, "안녕하세요")["Location"]


@pytest.mark.parametrize("name", ["", "\u200b", "운영자"])
def test_no_name_and_a_reserved_one_are_refused(nameless, name):
    answer = member(nameless).post("/settings/name/", {"display_name": name, "next": "/stream/"})
    assert answer.status_code == 400
    assert 'value="/stream/"' in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_it_leads_to_no_other_site(nameless, target):
    browser = member(nameless)
    assert browser.get("/settings/name/", {"next": target}).context["next"] == "/"
    answer = browser.post("/settings/name/", {"display_name": "별", "next": target})
    assert answer["Location"] == "/"


def test_a_held_comment_says_who_looks_and_who_sees_it(thread, nameless, learner):
    User.objects.filter(pk=nameless.pk).update(date_joined=timezone.now(), display_name="별")
    browser = member(nameless)
    write(browser, thread, "https://example.com 보세요")
    assert Comment.objects.get().status == "held"
    page = browser.get(f"/threads/{thread.pk}/").text
    assert "관리자가 먼저 확인해요. 그때까지는 나만 볼 수 있어요." in page
    assert "example.com" not in member(learner).get(f"/threads/{thread.pk}/").text
