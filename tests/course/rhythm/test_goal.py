"""The goal of the day: chosen, shown at home and in the header, counted from the log."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course.models import Completion, Lesson, ReviewCard, Rhythm
from course.progress.attempts import attempt
from course.progress.marking import complete, undo
from course.progress.rebuilding import rebuild_all_cards
from course.progress.reviewing import review_card
from course.progress.targets import question_target
from course.rhythm.choosing import Chosen, choose
from course.rhythm.goals import today_of
from tests.course.progress.browser import op, post_sync
from tests.course.readers import kept_text, listed, member
from tests.factories import ask, make_quest

pytestmark = pytest.mark.django_db
ALL = {"goal_unit": "", "remind_hour": "", "quiet_from": "22", "quiet_until": "8"}


@pytest.fixture
def lessons(db) -> list[Lesson]:
    """Five lessons of ten minutes, the first of which asks twelve questions."""
    made = make_quest(lessons=5)[1]
    for number in range(12):
        ask(made[0], f"q{number}")
    return made


def aim(learner, unit, amount) -> None:
    choose(learner=learner, chosen=Chosen(goal_unit=unit, goal_amount=amount))


def today(learner):
    return today_of(learner, timezone.now())


def answered_days_ago(learner, lesson, names, days=3) -> None:
    """Answer questions as if some days had passed since."""
    for name in names:
        attempt(learner=learner, lesson=lesson, name=name, given="a")
    then = timezone.now() - timedelta(days=days)
    Completion.objects.filter(learner=learner).update(
        first_at=then, last_at=then, days=[then.date().isoformat()]
    )
    rebuild_all_cards()
    ReviewCard.objects.update(due=timezone.now() - timedelta(days=1))


def review(learner, lesson, name) -> None:
    target = question_target(lesson.uid, name)
    review_card(learner=learner, target=target, grade=3, operation=uuid.uuid4())


def test_without_a_goal_there_is_nothing_to_reach(lessons, learner):
    assert today(learner) is None
    page = listed(learner).get("/").text
    assert "하루 목표 정하기" in page
    assert "goal__words" not in page


def test_lessons_count_on_the_day_they_are_done(lessons, learner):
    aim(learner, "lessons", 2)
    complete(learner=learner, lesson=lessons[0])
    assert (today(learner).done, today(learner).met) == (1, False)
    complete(learner=learner, lesson=lessons[1])
    assert today(learner).met
    undo(learner=learner, lesson=lessons[1])
    assert today(learner).left == 1


def test_yesterdays_lessons_are_yesterdays(lessons, learner):
    aim(learner, "lessons", 1)
    complete(learner=learner, lesson=lessons[0])
    assert today_of(learner, timezone.now() + timedelta(days=1)).done == 0


def test_the_day_is_that_of_the_learners_own_clock(lessons, learner):
    aim(learner, "lessons", 1)
    row = Completion(learner=learner, lesson=lessons[0], live=["x"], done=True, days=["2026-11-30"])
    row.live = ["7d3f1c9a-58a6-4a62-9e3b-5a1c8f0d2b11"]
    row.save()
    in_the_evening = timezone.datetime.fromisoformat("2026-11-29T16:00:00+00:00")
    assert today_of(learner, in_the_evening).done == 1  # in Seoul it is the 30th already
    learner.time_zone = "America/Los_Angeles"
    assert today_of(learner, in_the_evening).done == 0


def test_minutes_are_those_of_lessons_and_one_for_a_review(lessons, learner):
    answered_days_ago(learner, lessons[0], ["q0", "q1"])
    aim(learner, "minutes", 15)
    complete(learner=learner, lesson=lessons[1])
    review(learner, lessons[0], "q0")
    assert today(learner).done == lessons[1].minutes + 1


def test_reviews_count_and_a_day_without_due_ones_is_free(lessons, learner):
    answered_days_ago(learner, lessons[0], ["q0", "q1"])
    aim(learner, "reviews", 5)
    review(learner, lessons[0], "q0")
    assert (today(learner).done, today(learner).met) == (1, False)
    review(learner, lessons[0], "q1")
    assert today(learner).met  # nothing is left that could be reviewed
    assert today(learner).free


def test_what_is_answered_for_the_first_time_is_no_review(lessons, learner):
    aim(learner, "reviews", 1)
    attempt(learner=learner, lesson=lessons[0], name="q0", given="a")
    assert today(learner).done == 0


def test_home_and_header_show_how_far_one_is(lessons, learner):
    aim(learner, "lessons", 2)
    reader = listed(learner)
    page = reader.get("/").text
    assert "오늘 레슨 2개 중 0개" in page
    reader.post("/progress/mark/jax-000/", {"action": "complete"})
    assert "오늘 레슨 2개 중 1개" in reader.get("/").text
    header = reader.get("/levels/").text.partition("</header>")[0]
    assert "1/2" in header
    reader.post("/progress/mark/jax-001/", {"action": "complete"})
    assert "오늘 목표를 이뤘어요" in reader.get("/levels/").text


def test_each_sees_their_own_goal(lessons, learner, other_learner):
    aim(learner, "lessons", 7)
    mine, theirs = listed(learner), listed(other_learner)
    for _ in range(2):
        pages = [reader.get("/levels/").text for reader in (mine, theirs, Client())]
        assert ["0/7" in page for page in pages] == [True, False, False]
    assert "#today" in kept_text()  # kept for all who have come as far, without a name


def test_the_goal_costs_no_query_while_the_log_is_unchanged(lessons, learner):
    reader = listed(learner)
    for unit, amount in (("", 0), ("lessons", 2), ("minutes", 20), ("reviews", 3)):
        aim(learner, unit, amount)
        reader.get("/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            reader.get("/")
        assert len(asked) == 1, unit


def test_a_sync_tells_the_goal_when_it_changed_something(lessons, learner):
    aim(learner, "lessons", 2)
    reader = listed(learner)
    told = post_sync(reader, learner, [op("c", "jax-000")]).json()
    assert told["goal"] == {
        "met": False, "rests": False, "shown": 1, "amount": 2, "short": "1/2",
        "said": "오늘 목표: 2 중 1", "words": "오늘 레슨 2개 중 1개",
    }  # fmt: skip
    nothing = post_sync(reader, learner, [], cursor=told["cursor"], epoch=told["epoch"]).json()
    assert nothing["goal"] is None
    elsewhere = op("c", "jax-001")
    post_sync(listed(learner), learner, [elsewhere])
    page = {"cursor": told["cursor"], "epoch": told["epoch"], "language": "en"}
    goal = post_sync(reader, learner, [], **page).json()["goal"]
    assert (goal["met"], goal["short"], goal["words"]) == (True, "🌿", "Today's goal is reached")


def test_a_sync_tells_of_reviews_and_of_their_minutes(lessons, learner):
    answered_days_ago(learner, lessons[0], ["q0", "q1"])
    aim(learner, "reviews", 5)
    reader = listed(learner)
    review_of_one = op("r", "jax-000#q:q0", g=3)
    assert post_sync(reader, learner, [review_of_one]).json()["goal"]["short"] == "1/5"
    aim(learner, "minutes", 20)
    assert post_sync(reader, learner, [op("r", "jax-000#q:q1", g=3)]).json()["goal"]["shown"] == 2


def test_a_sync_without_a_goal_tells_none(lessons, learner):
    assert post_sync(listed(learner), learner, [op("c", "jax-000")]).json()["goal"] is None


def test_the_goal_costs_a_sync_no_query_and_of_reviews_one(lessons, learner, other_learner):
    def cost(person, target):
        reader = listed(person)
        reader.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert post_sync(reader, person, [op("c", target)]).status_code == 200
        return len(asked)

    without = cost(other_learner, "jax-000")
    for unit, more in (("lessons", 0), ("minutes", 0), ("reviews", 1)):
        Completion.objects.filter(learner=learner).delete()
        aim(learner, unit, 5)
        assert cost(learner, "jax-000") <= without + more, unit


def test_the_form_saves_goal_reminder_and_quiet_hours(lessons, learner):
    reader = member(learner)
    given = {**ALL, "goal_unit": "minutes", "goal_amount": "20", "remind_hour": "20",
             "quiet_from": "23", "quiet_until": "7"}  # fmt: skip
    assert reader.post("/settings/rhythm/", given).status_code == 302
    row = Rhythm.objects.get(learner=learner)
    assert (row.goal_unit, row.goal_amount, row.remind_hour) == ("minutes", 20, 20)
    learner.refresh_from_db()
    assert (learner.quiet_from, learner.quiet_until) == (23, 7)
    page = reader.get("/settings/rhythm/").text
    assert 'value="20"' in page
    assert reader.post("/settings/rhythm/", ALL).status_code == 302
    row.refresh_from_db()
    assert (row.goal_unit, row.remind_at) == ("", None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"goal_unit": "minutes", "goal_amount": "4"}, "5에서 240"),
        ({"goal_unit": "lessons", "goal_amount": "21"}, "1에서 20"),
        ({"goal_unit": "reviews", "goal_amount": ""}, "1에서 10"),
        ({"goal_unit": "years", "goal_amount": "1"}, "errorlist"),
        ({"goal_unit": "lessons", "goal_amount": "9" * 30}, "errorlist"),
        ({"remind_hour": "24"}, "errorlist"),
        ({"remind_hour": "23"}, "조용한 시간"),
        ({"quiet_from": "x"}, "errorlist"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_word(learner, given, said):
    answer = member(learner).post("/settings/rhythm/", {**ALL, **given})
    assert answer.status_code == 400
    assert said in answer.text
    assert not Rhythm.objects.exists()


def test_visitors_sign_in_first(db):
    assert "/accounts/login/" in Client().get("/settings/rhythm/")["Location"]
