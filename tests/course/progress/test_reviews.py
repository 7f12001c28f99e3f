"""Reviews in the log, and the cards that are derived from them."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from fsrs import Card, Rating

from course.content.answers import digest_of, renew, store_questions, values_of
from course.models import Completion, Lesson, Operation, Question, ReviewCard, RightAnswer
from course.progress import due, syncing
from course.progress.due import AHEAD, Counts, day_of, due_cards, left_today, read_counts
from course.progress.export import erase, export
from course.progress.marking import reset_quest
from course.progress.reading import progress_of
from course.progress.schedules import scheduler
from pagecache.changes import memory
from tests.course.progress.browser import op, post_json, post_sync
from tests.factories import ask, make_person, make_quest

pytestmark = pytest.mark.django_db
TARGET = "jax-000#q:sum"
DAY = 86_400_000  # milliseconds
CARD = ("due", "reviewed_at", "stability", "difficulty")


def ago(days: float) -> int:
    """The time so many days ago, in milliseconds."""
    return int(time.time() * 1000 - days * DAY)


def review(grade, days=0.0, target=TARGET, **more):
    """A review as a browser writes it."""
    return op("r", target, g=grade, at=ago(days), **more)


def answered(days=10.0, target=TARGET):
    """A right answer of some days ago."""
    return op("a", target, g="a", at=ago(days))


@pytest.fixture
def question(db):
    """The first of two lessons asks; a is right."""
    _quest, lessons = make_quest(lessons=2)
    return ask(lessons[0], "sum", "choice", "a")


@pytest.fixture
def member(client, learner):
    client.force_login(learner)
    return client


def rows(learner) -> list[tuple]:
    """The cards of a learner as stored."""
    cards = ReviewCard.objects.filter(learner=learner).order_by("question")
    return list(cards.values_list("question", *CARD))


def test_a_right_answer_makes_a_card_and_a_wrong_one_does_not(member, learner, question):
    post_sync(member, learner, [op("a", TARGET, g="b")])
    assert not ReviewCard.objects.exists()
    right = answered(0.5)
    post_sync(member, learner, [right])
    card = ReviewCard.objects.get()
    assert card.due.timestamp() * 1000 == pytest.approx(right["at"] + DAY, abs=1)
    assert card.reviewed_at is None


def test_a_review_gives_no_xp_and_its_day_is_a_learning_day(member, learner, question):
    post_sync(member, learner, [answered()])
    answer = post_sync(member, learner, [review(3)]).json()
    assert answer["xp"]["total"] == 5
    today = timezone.now().astimezone(ZoneInfo("Asia/Seoul")).date()
    states = progress_of(learner).states.values()
    assert today in {day for state in states for day in state.days}
    assert progress_of(learner).questions_done("jax-000") == {"sum"}


def test_the_same_reviews_in_any_order_and_batches_make_the_same_cards(db, client):
    _quest, lessons = make_quest(lessons=10)
    targets = [f"{lesson.uid}#q:q{n}" for lesson in lessons for n in range(4)]
    for lesson in lessons:
        for number in range(4):
            ask(lesson, f"q{number}", "choice", "a")
    chance = random.Random(3)
    ops = [answered(300, target) for target in targets]
    ops += [review(chance.randint(1, 4), 300 * chance.random(), target)
            for target in targets for _ in range(chance.randint(0, 8))]  # fmt: skip
    found = []
    for name in ("minji", "jun"):
        person = make_person(name)
        client.force_login(person)
        chance.shuffle(ops)
        for start in range(0, len(ops), 37):
            post_sync(client, person, ops[start : start + 37])
        post_sync(client, person, ops)  # once more, all of them
        found.append(rows(person))
    assert len(found[0]) == 40
    assert found[0] == found[1]


def test_a_thousand_histories_sent_in_any_order_are_the_library_s(member, learner, question):
    chance, library = random.Random(11), scheduler(settings.REVIEW_RETENTION)
    asked = Question.objects.bulk_create(
        Question(lesson=question.lesson, name=f"q{n}", kind="choice") for n in range(1000)
    )
    RightAnswer.objects.bulk_create(
        RightAnswer(question=each, value="a", digest=digest_of("a")) for each in asked
    )
    memory.clear()
    expected, ops = {}, []
    for number in range(1000):
        days = sorted(chance.sample(range(1, 300), chance.randint(1, 6)), reverse=True)
        card = Card(card_id=1)
        for made in (review(chance.randint(1, 4), day, f"jax-000#q:q{number}") for day in days):
            ops.append(made)
            at = datetime.fromtimestamp(made["at"] / 1000, UTC)
            card, _log = library.review_card(card, Rating(made["g"]), at)
        expected[f"q{number}"] = (card.due, card.last_review, card.stability, card.difficulty)
    chance.shuffle(ops)
    for first in range(0, len(ops), 500):
        assert not post_sync(member, learner, ops[first : first + 500]).json()["rejected"]
    found = ReviewCard.objects.values_list("question__name", *CARD)
    assert {name: tuple(card) for name, *card in found} == expected


def test_cards_can_be_rebuilt_from_the_log(member, learner, question):
    post_sync(member, learner, [answered(), review(3, 8), review(2, 4), review(1, 1)])
    before = rows(learner)
    ReviewCard.objects.update(due=timezone.now(), stability=None)
    call_command("rebuild_reviews", verbosity=0)
    assert rows(learner) == before
    ReviewCard.objects.all().delete()
    call_command("rebuild_reviews", verbosity=0)
    assert rows(learner) == before


def test_a_higher_retention_asks_earlier_after_a_rebuild(member, learner, question, settings):
    post_sync(member, learner, [answered(), review(3, 8), review(4, 4)])
    before = ReviewCard.objects.get().due
    settings.REVIEW_RETENTION = 0.97
    call_command("rebuild_reviews", verbosity=0)
    assert ReviewCard.objects.get().due < before


def test_what_is_no_review_is_refused_and_blocks_nothing(member, learner, question):
    bad = [
        *(review(grade) for grade in (0, 5, "3", 2.5, True, None)),
        review(3, target="jax-000"), review(3, target="jax-000#exercise"),
    ]  # fmt: skip
    fine = review(3)
    answer = post_sync(member, learner, [*bad, fine]).json()
    codes = [each["code"] for each in answer["rejected"]]
    assert codes == ["bad-grade"] * 6 + ["bad-lesson"] * 2
    assert answer["acked"] == [fine["id"]]


def test_a_review_of_a_question_that_is_not_there_yet_counts_when_it_is(member, learner):
    _quest, lessons = make_quest(lessons=1)
    early = review(3)
    held = post_sync(member, learner, [early]).json()["held"]
    assert held == [{"id": early["id"], "code": "unknown-lesson"}]
    ask(lessons[0], "sum", "choice", "a")
    post_sync(member, learner)
    assert ReviewCard.objects.get().reviewed_at is not None


def test_more_than_a_thousand_reviews_of_a_question_are_refused(
    member, learner, question, monkeypatch
):
    monkeypatch.setattr(syncing, "MAX_REVIEWS", 3)
    first = post_sync(member, learner, [review(3, 5), review(3, 4)]).json()
    assert len(first["acked"]) == 2
    other = review(3, target="jax-000#q:other")
    ask(question.lesson, "other", "choice", "a")
    answer = post_sync(member, learner, [review(3, 3), review(3, 2), other]).json()
    assert [each["code"] for each in answer["rejected"]] == ["too-many-reviews"]
    assert len(answer["acked"]) == 2
    assert Operation.objects.filter(kind="r").count() == 4


def test_a_review_that_was_taken_back_does_not_count(member, learner, question):
    kept, wrong = review(3, 5), review(1, 2)
    post_sync(member, learner, [answered(), kept, wrong])
    post_sync(member, learner, [op("u", TARGET, x=[wrong["id"]])])
    taken_back = rows(learner)
    call_command("rebuild_reviews", verbosity=0)
    assert rows(learner) == taken_back
    assert ReviewCard.objects.get().reviewed_at.timestamp() * 1000 == pytest.approx(
        kept["at"], abs=1
    )


def test_starting_over_takes_new_cards_away_and_keeps_schedules(member, learner, question):
    ask(question.lesson, "new", "choice", "a")
    other = answered(3, "jax-000#q:new")
    post_sync(member, learner, [answered(), other, review(3, 8)])
    schedule = ReviewCard.objects.get(question=question).due
    reset_quest(learner=learner, quest=question.lesson.quest)
    assert ReviewCard.objects.get(question=question).due == schedule
    assert ReviewCard.objects.get(question__name="new").due is None
    post_sync(member, learner, [answered(0, "jax-000#q:new")])
    assert ReviewCard.objects.get(question__name="new").due > timezone.now()


def test_cards_of_retired_hidden_or_merged_questions_leave(member, learner, question):
    post_sync(member, learner, [answered()])
    now = timezone.now()
    assert [card.question for card in due_cards(learner, now, 10)] == [question]
    Question.objects.update(retired=True)
    memory.clear()
    assert due_cards(learner, now, 10) == []
    assert read_counts(learner).due == ()
    Question.objects.update(retired=False)
    Lesson.objects.filter(pk=question.lesson_id).update(status="retired")
    assert due_cards(learner, now, 10) == []
    assert read_counts(learner).due == ()
    other = Lesson.objects.get(uid="jax-001")
    Lesson.objects.filter(pk=question.lesson_id).update(status="published", merged_into=other)
    assert due_cards(learner, now, 10) == []
    assert read_counts(learner).due == ()


def test_a_question_with_another_answer_is_shown_anew(member, learner, question):
    post_sync(member, learner, [answered(), review(4, 5)])
    assert ReviewCard.objects.get().due > timezone.now()
    values = values_of(question)
    values.shared = {"answer": "b"}
    store_questions(question.lesson, [values])
    memory.clear()
    card = ReviewCard.objects.get()
    assert card.due <= timezone.now()
    assert card.reviewed_at is None
    shown = rows(learner)
    call_command("rebuild_reviews", verbosity=0)
    assert rows(learner) == shown
    late = review(4, 4)  # of the question as it was, from a device that was offline
    post_sync(member, learner, [late])
    assert rows(learner) == shown
    post_sync(member, learner, [review(4)])
    assert ReviewCard.objects.get().due > timezone.now() + timedelta(days=1)


@pytest.mark.parametrize(("anew", "renewed"), [(False, False), (True, True)])
def test_other_words_renew_a_question_when_the_author_says_so(question, anew, renewed):
    values = values_of(question)
    values.texts = {"ko": {**values.texts["ko"], "prompt": "다른 질문"}}
    store_questions(question.lesson, [values], anew=anew)
    question.refresh_from_db()
    assert (question.renewed_at is not None) is renewed


def test_another_tolerance_or_spelling_renews_nothing(question):
    number = ask(question.lesson, "number", "number", "1.0±0.0", answer=1)
    values = values_of(number)
    values.shared = {"answer": 1, "tolerance": 0.5}
    store_questions(question.lesson, [values_of(question), values])
    assert not Question.objects.filter(renewed_at__isnull=False).exists()


def test_a_log_without_account_has_the_same_cards(member, learner, question, client):
    ask(question.lesson, "new", "choice", "a")
    ops = [answered(), answered(1, "jax-000#q:new"), review(3, 8), review(1, 5)]
    stored = post_sync(member, learner, ops, cards=True).json()["cards"]
    body = {"v": 1, "now": int(time.time() * 1000), "ops": ops, "cards": True}
    local = post_json(member, "/progress/evaluate/", body).json()["cards"]
    assert stored.pop("at") == pytest.approx(local.pop("at"), abs=60_000)
    assert stored == local
    assert [row["l"] for row in stored["rows"]] == [TARGET, "jax-000#q:new"]
    assert post_sync(member, learner).json()["cards"] is None
    body["cards"] = "yes please"
    assert post_json(member, "/progress/evaluate/", body).status_code == 200


def test_the_dates_handed_out_are_those_that_the_server_gives_later(member, learner, question):
    post_sync(member, learner, [answered(), review(3, 8), review(3, 5)])
    [row] = post_sync(member, learner, cards=True).json()["cards"]["rows"]
    last = datetime.fromtimestamp(row["last"] / 1000, UTC)
    assert len(row["days"]) == AHEAD.days + 1
    card = due.schedule_in(ReviewCard.objects.get())
    for late in range(15):
        at = last + timedelta(days=row["from"] + late, hours=5)
        assert row["days"][late] == card.days_after(at)
    assert row["from"] == max((timezone.now() - last).days, (card.due - last).days - 1)


def test_a_browser_is_told_of_a_fortnight_and_no_more_than_it_can_hold(
    member, learner, question, monkeypatch
):
    post_sync(member, learner, [answered(), review(4, 8), review(4, 4)])
    assert post_sync(member, learner, cards=True).json()["cards"]["rows"] == []
    for number in range(3):
        ask(question.lesson, f"q{number}", "choice", "a")
    post_sync(member, learner, [answered(9 - n, f"jax-000#q:q{n}") for n in range(3)])
    monkeypatch.setattr(due, "MOST_AHEAD", 2)
    rows = post_sync(member, learner, cards=True).json()["cards"]["rows"]
    assert [row["l"] for row in rows] == ["jax-000#q:q0", "jax-000#q:q1"]


def test_a_card_is_due_for_the_whole_of_its_day_in_the_learner_s_zone():
    now = datetime(2026, 11, 29, 22, tzinfo=UTC)
    assert [each.isoformat() for each in day_of(now, "Asia/Seoul")] == [
        "2026-11-30T00:00:00+09:00", "2026-12-01T00:00:00+09:00",
    ]  # fmt: skip
    tonight = datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert Counts((tonight,)).left(*day_of(now, "Asia/Seoul")) == 1
    assert Counts((tonight,)).left(*day_of(now, "America/Los_Angeles")) == 0


def test_ten_a_day_are_suggested_however_many_wait(member, learner, question):
    for number in range(24):
        ask(question.lesson, f"q{number}", "choice", "a")
    targets = [f"jax-000#q:q{n}" for n in range(24)]
    post_sync(member, learner, [answered(40, target) for target in targets])
    now = timezone.now()
    assert left_today(learner, now) == 10
    post_sync(member, learner, [review(3, 0, target) for target in targets[:4]])
    assert left_today(learner, now) == 6
    post_sync(member, learner, [review(3, 0, target) for target in targets[4:13]])
    assert left_today(learner, now) == 0
    assert left_today(learner, now + timedelta(days=1)) == 10


def test_a_hundred_reviews_cost_as_many_queries_as_one(member, learner, question):
    for number in range(30):
        ask(question.lesson, f"q{number}", "choice", "a")

    def queries(ops) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(post_sync(member, learner, ops).json()["acked"]) == len(ops)
        return len(caught)

    queries([review(3, 9)])
    few = queries([review(3, 8)])
    many = [review(2, 7 - n, f"jax-000#q:q{m}") for m in range(30) for n in range(4)]
    assert queries(many) == few


def test_the_export_has_grades_and_cards_and_erasing_leaves_nothing(member, learner, question):
    post_sync(member, learner, [answered(), review(2, 3)])
    files = {
        file.path: json.loads(file.content)
        for file in export(learner)
        if file.path.endswith(".json")
    }
    assert [row.get("grade") for row in files["progress/log.json"]] == [None, 2]
    [card] = files["progress/cards.json"]
    assert card["question"] == TARGET
    assert card["due"].startswith(str(ReviewCard.objects.get().due.date()))
    erase(learner, keep_comments=False)
    assert not ReviewCard.objects.exists()
    assert not Completion.objects.exists()


def test_renewing_leaves_questions_alone_that_are_no_cards(member, learner, question):
    post_sync(member, learner, [answered()])
    reset_quest(learner=learner, quest=question.lesson.quest)
    renew(question)
    assert ReviewCard.objects.get().due is None
