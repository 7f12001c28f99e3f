"""Follow a quest: the button, and what followers are told when a chapter opens."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification, User
from course.authoring.schedule import back_to_draft, publish
from course.models import Chapter, ChapterText, Lesson, Quest, QuestFollow
from course.rhythm.following import follow, tell_opened, unfollow
from tests.course.readers import kept_text, listed, member
from tests.factories import make_lesson, make_person, make_quest, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def quest(db) -> Quest:
    """A quest with one open chapter, as everybody knows it."""
    made, _lessons = make_quest(lessons=2)
    tell_opened()
    return made


@pytest.fixture
def draft(quest) -> Lesson:
    """The first lesson of the next chapter, a draft still."""
    chapter = Chapter.objects.create(quest=quest, uid="jax-ch9", slug="ch9", position=9)
    ChapterText.objects.create(chapter=chapter, language="ko", title="확률")
    ChapterText.objects.create(chapter=chapter, language="en", title="Chance")
    return make_lesson(quest, chapter, 9, status="draft", published_at=None)


def told(learner) -> list[str]:
    rows = Notification.objects.filter(learner=learner, kind="chapter").order_by("pk")
    return [row.text for row in rows]


def test_a_follower_is_told_when_the_next_chapter_opens(quest, draft, learner, other_learner):
    follow(learner=learner, quest=quest)
    assert (tell_opened(), told(learner)) == (0, [])
    publish(lesson=draft)
    assert tell_opened() == 1
    assert told(learner) == ["「jax ko」에 새 챕터가 열렸어요: 확률"]
    assert Notification.objects.get(learner=learner).url == "/chapters/jax-ch9/"
    assert told(other_learner) == []


def test_it_is_told_once_for_each_chapter(quest, draft, learner):
    follow(learner=learner, quest=quest)
    publish(lesson=draft)
    tell_opened()
    publish(lesson=make_lesson(quest, draft.chapter, 10, status="draft", published_at=None))
    back_to_draft(lesson=draft)
    publish(lesson=draft)
    assert tell_opened() == 0
    assert len(told(learner)) == 1


def test_it_is_told_in_the_followers_language(quest, draft, learner):
    User.objects.update(language="en")
    follow(learner=learner, quest=quest)
    publish(lesson=draft)
    tell_opened()
    assert told(learner) == ["A new chapter of “jax en” is open: Chance"]


def test_a_quest_that_is_a_draft_opens_nothing(quest, draft, learner):
    follow(learner=learner, quest=quest)
    Quest.objects.update(status="draft")
    Lesson.objects.filter(pk=draft.pk).update(status="published", published_at=timezone.now())
    assert tell_opened() == 0
    Quest.objects.update(status="published")
    assert tell_opened() == 1


def test_who_stopped_or_is_leaving_is_told_nothing(quest, draft, learner, other_learner):
    for person in (learner, other_learner):
        follow(learner=person, quest=quest)
    unfollow(learner=learner, quest=quest)
    User.objects.filter(pk=other_learner.pk).update(is_active=False)
    publish(lesson=draft)
    assert tell_opened() == 1
    assert not Notification.objects.filter(kind="chapter").exists()


def test_it_is_mailed_as_chosen_while_it_is_true(quest, draft, learner):
    verify(learner)
    MailPreference.objects.create(learner=learner, kind="chapter", choice="immediate")
    follow(learner=learner, quest=quest)
    publish(lesson=draft)
    tell_opened()
    Notification.objects.update(mail_at=timezone.now())
    back_to_draft(lesson=draft)
    assert deliver_due() == 0
    Notification.objects.update(mail_at=timezone.now())
    publish(lesson=draft)
    assert deliver_due() == 1
    assert "확률" in mail.outbox[0].subject


def test_the_button_follows_and_stops(quest, learner, other_learner):
    reader = listed(learner)
    assert "다음 챕터가 열리면 알려 주세요" in reader.get("/quests/jax/").text
    for _ in range(2):
        answer = reader.post("/progress/follow/jax/", {"follow": "yes"})
        assert answer["Location"] == "/quests/jax/#follow"
    assert QuestFollow.objects.count() == 1
    others = [listed(other_learner), Client()]
    assert "그만 받기" in reader.get("/quests/jax/").text
    assert all("그만 받기" not in each.get("/quests/jax/").text for each in others)
    reader.post("/progress/follow/jax/", {"follow": "no"})
    assert not QuestFollow.objects.exists()


@pytest.mark.parametrize(
    ("address", "given", "status"),
    [("jax", "maybe", 400), ("jax", "", 400), ("nowhere", "yes", 404)],
)
def test_odd_wishes_are_refused(quest, learner, address, given, status):
    answer = member(learner).post(f"/progress/follow/{address}/", {"follow": given})
    assert answer.status_code == status


def test_a_draft_can_not_be_followed(quest, learner):
    Quest.objects.update(status="draft")
    assert member(learner).post("/progress/follow/jax/", {"follow": "yes"}).status_code == 404


def test_telling_costs_the_same_for_more_followers(quest, learner):
    def cost(number: int) -> int:
        for each in range(3):
            follow(learner=make_person(f"f{number}-{each}"), quest=quest)
        chapter = Chapter.objects.create(quest=quest, uid=f"c{number}", slug=f"c{number}")
        make_lesson(quest, chapter, 20 + number)
        with CaptureQueriesContext(connection) as asked:
            assert tell_opened() == 1
        return len(asked)

    assert cost(0) == cost(1) == cost(2)


def test_nothing_of_a_follower_is_kept_for_others(quest, learner):
    follow(learner=learner, quest=quest)
    listed(learner).get("/quests/jax/")
    assert "민지" not in kept_text()


def test_export_and_erasure_know_it(quest, learner):
    from accounts.registry import erasures, exports

    follow(learner=learner, quest=quest)
    files = {file.path: file.content for file in exports["rhythm"](learner)}
    assert '"jax"' in files["progress/followed.json"]
    erasures["rhythm"](learner, True)
    assert not QuestFollow.objects.exists()
