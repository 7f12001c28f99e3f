"""The page of a chapter, and "complete and next", which leads to it."""

import pytest
from django.test import Client

from accounts.models import User
from course.content import outlines
from course.models import Lesson, Quest, Question
from course.progress.marking import complete
from pagecache.changes import memory
from tests.course.readers import kept_text, listed, member
from tests.factories import ask, make_quest

pytestmark = pytest.mark.django_db
FIRST, LAST = "/chapters/jax-ch0/", "/chapters/jax-ch1/"


@pytest.fixture
def lessons(db) -> list[Lesson]:
    """Four lessons in two chapters."""
    return make_quest(lessons=4, chapters=2)[1]


def done(who, *lessons, part: str = "") -> None:
    """The learner completes them in another process."""
    for lesson in lessons:
        complete(learner=User.objects.get(pk=who.pk), lesson=lesson, part=part)


def counts(page: str) -> tuple[str, ...]:
    """Lessons done and XP, as the page says."""
    return tuple(page.split(f'data-count="{name}">')[1].split("<")[0] for name in ("done", "xp"))


def test_it_says_what_is_done_what_it_gave_and_what_comes(lessons, learner):
    done(learner, *lessons[:2])
    done(learner, lessons[0], part="exercise")
    page = listed(learner).get(FIRST).text
    assert counts(page) == ("2", "55")
    assert "data-when-done>" in page
    assert 'rel="next" href="/quests/jax/jax-002/"' in page
    assert [f"jax-{n:03d} ko" in page for n in range(4)] == [True, True, True, False]


def test_it_says_how_many_questions_were_answered_right(lessons, learner):
    for name in ("first", "second", "third"):
        ask(lessons[0], name)
    ask(lessons[0], "old")
    Question.objects.filter(name="old").update(retired=True)
    ask(lessons[2], "other")
    memory.clear()
    done(learner, lessons[0], part="q:first")
    done(learner, lessons[0], part="q:old")
    done(learner, lessons[2], part="q:other")
    page = listed(learner).get(FIRST).text
    assert '질문 3개 중 <b data-count="right">1</b>개' in page
    assert counts(page) == ("0", "10")  # what a retired question gave stays
    assert 'data-count="right">0<' in Client().get(FIRST).text


def test_it_is_not_called_complete_before_it_is(lessons, learner):
    done(learner, lessons[0])
    page = listed(learner).get(FIRST).text
    assert counts(page) == ("1", "20")
    assert "data-when-done hidden>" in page


def test_each_sees_their_own_numbers_alone(lessons, learner, other_learner):
    done(learner, *lessons[:2])
    done(other_learner, lessons[0])
    readers = [listed(learner), listed(other_learner), Client()]
    for _ in range(2):
        pages = [reader.get(FIRST).text for reader in readers]
        assert [counts(page)[0] for page in pages] == ["2", "1", "0"]
        assert 'data-questions="" hidden>' in pages[2]
    assert learner.public_id not in kept_text()


def test_the_last_chapter_leads_back_to_the_quest(lessons, client):
    page = client.get(LAST).text
    assert "마지막 챕터였어요" in page
    assert 'rel="next"' not in page


def test_a_new_lesson_shows_at_once(lessons, learner, django_capture_on_commit_callbacks):
    readers = [listed(learner), Client()]
    for reader in readers:
        assert "jax-001 ko" in reader.get(FIRST).text
    with django_capture_on_commit_callbacks(execute=True):
        Lesson.objects.filter(uid="jax-001").update(status="draft")
        outlines.rebuild(lessons[0].quest)
    for reader in readers:
        assert "jax-001 ko" not in reader.get(FIRST).text


def test_chapters_that_nobody_may_see_are_not_there(lessons, client):
    assert client.get("/chapters/nothing/").status_code == 404
    Quest.objects.update(status="draft")
    memory.clear()
    assert client.get(FIRST).status_code == 404


def next_of(client, number: int) -> str:
    """Where "complete and next" leads from a lesson."""
    form = {"action": "complete", "next": "1"}
    return client.post(f"/progress/mark/jax-{number:03d}/", form)["Location"]


def test_complete_and_next_leads_to_the_next_lesson_and_at_the_end_to_the_chapter(lessons, learner):
    client = member(learner)
    led = [next_of(client, number) for number in range(4)]
    assert led == ["/quests/jax/jax-001/", FIRST, "/quests/jax/jax-003/", LAST]
    assert counts(client.get(LAST).text) == ("2", "40")


def test_what_it_gave_is_said_on_the_next_page(lessons, learner):
    client = member(learner)
    assert "+20 XP" in client.get(next_of(client, 0)).text


def test_every_lesson_offers_it_with_the_same_address(lessons, learner):
    for page in (Client().get("/quests/jax/jax-001/"), member(learner).get("/quests/jax/jax-001/")):
        assert f'name="next" value="1" data-onward="{FIRST}"' in page.text


def test_a_retired_lesson_leads_nowhere(lessons, learner):
    Lesson.objects.filter(uid="jax-001").update(status="retired")
    outlines.rebuild(lessons[0].quest)
    memory.clear()
    client = member(learner)
    assert "data-onward" not in client.get("/quests/jax/jax-001/").text
    assert next_of(client, 1) == "/quests/jax/jax-001/#progress"
