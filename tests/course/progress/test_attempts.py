"""Answers to questions in the log: judged by the server, done by one that was right."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course.models import Completion, HeldOperation, Lesson, Operation, Question
from course.progress.export import erase, export
from course.progress.marking import reset_quest
from course.progress.reading import progress_of
from gamification import providers
from gamification.models import Granted, XPEntry
from gamification.reachability import unreachable
from gamification.rules import read_rules
from pagecache.changes import memory
from tests.course.progress.browser import op, post_json, post_sync
from tests.factories import ask, make_achievement, make_person, make_quest, publish_answers

pytestmark = pytest.mark.django_db
TARGET = "jax-000#q:sum"


def attempt(given, target=TARGET, **more):
    """An attempt as a browser writes it."""
    return op("a", target, g=given, **more)


@pytest.fixture
def question(db):
    """The first lesson of a quest asks; b is right."""
    _quest, lessons = make_quest(lessons=2)
    return ask(lessons[0], "sum", "choice", "b")


@pytest.fixture
def member(client, learner):
    client.force_login(learner)
    return client


def test_a_question_is_done_by_the_first_right_attempt_and_pays_once(member, learner, question):
    wrong, right, again = attempt("a"), attempt("b"), attempt("b")
    answer = post_sync(member, learner, [wrong]).json()
    assert (answer["acked"], answer["delta"], answer["xp"]["total"]) == ([wrong["id"]], [], 0)
    answer = post_sync(member, learner, [right, again]).json()
    assert answer["delta"] == [{"l": TARGET, "live": sorted([right["id"], again["id"]])}]
    assert answer["xp"]["total"] == 5
    entry = XPEntry.objects.get()
    assert (entry.reason, entry.key) == ("question", TARGET)
    verdicts = Operation.objects.order_by("id").values_list("body", "right")
    assert sorted(verdicts) == [("a", False), ("b", True), ("b", True)]


def test_an_answer_that_was_published_once_stays_right(member, learner, question):
    Question.objects.update(shared={"answer": "a"})
    publish_answers(question, "a")
    answer = post_sync(member, learner, [attempt("b")]).json()
    assert answer["xp"]["total"] == 5
    Question.objects.update(retired=True)
    memory.clear()
    late = attempt("a")
    assert post_sync(member, learner, [late]).json()["acked"] == [late["id"]]


@pytest.mark.parametrize(
    ("kind", "right", "given", "verdict"),
    [
        ("multiple", "a,c", "a,c", True),
        ("number", "0.5±0.01", "0,495", True),
        ("number", "0.5±0.01", "soon", False),
        ("text", "weak type", "Weak  Type", True),
        ("order", "x,y", "y,x", False),
        ("output", "loss 33.5", "loss 33.500", True),
    ],
)
def test_every_kind_is_judged_as_its_form_is(db, member, learner, kind, right, given, verdict):
    _quest, lessons = make_quest(lessons=1)
    ask(lessons[0], "sum", kind, right)
    post_sync(member, learner, [attempt(given)])
    assert Operation.objects.get().right is verdict
    assert Completion.objects.filter(done=True).exists() is verdict


def test_what_is_no_answer_is_refused_and_blocks_nothing(member, learner, question):
    bad = [
        attempt(5), attempt(" "), attempt("x" * 5001), attempt("\ud800"), attempt("b", "jax-000"),
        op("c", TARGET), op("n", TARGET, t="x"), op("b", "jax-000"),
    ]  # fmt: skip
    fine = attempt("b")
    answer = post_sync(member, learner, [*bad, fine]).json()
    assert [each["code"] for each in answer["rejected"]] == [
        "bad-text", "bad-text", "text-too-long", "bad-text",
        "bad-lesson", "bad-lesson", "bad-lesson", "bad-lesson",
    ]  # fmt: skip
    assert answer["acked"] == [fine["id"]]


def test_an_attempt_at_a_question_that_is_not_there_yet_counts_when_it_is(member, learner):
    _quest, lessons = make_quest(lessons=1)
    early = attempt("가" * 5000)
    held = post_sync(member, learner, [early]).json()["held"]
    assert held == [{"id": early["id"], "code": "unknown-lesson"}]
    ask(lessons[0], "sum", "text", "가" * 5000)
    assert post_sync(member, learner).json()["xp"]["total"] == 5
    assert not HeldOperation.objects.exists()


def test_the_day_of_a_right_answer_is_a_learning_day_and_no_lesson_is_done_by_it(
    member, learner, question
):
    answer = post_sync(member, learner, [attempt("b")], scope="jax").json()
    assert answer["xp"]["lessons_done"] == 0
    assert Completion.objects.get().days == [Operation.objects.get().day.isoformat()]
    progress = progress_of(learner)
    assert progress.questions_done("jax-000") == {"sum"}
    assert progress.resume().uid == "jax-000"


def test_a_question_of_a_merged_lesson_is_done_on_both_sides_and_pays_once(member, learner):
    _quest, lessons = make_quest(lessons=2)
    for lesson in lessons:
        ask(lesson, "sum", "choice", "b")
    Lesson.objects.filter(uid="jax-001").update(merged_into=lessons[0])
    memory.clear()
    post_sync(member, learner, [attempt("b", "jax-001#q:sum")])
    assert post_sync(member, learner, [attempt("b")]).json()["xp"]["total"] == 5
    assert progress_of(learner).questions_done("jax-000") == {"sum"}


def test_right_answers_count_for_achievements_once_a_question(member, learner):
    _quest, lessons = make_quest(lessons=2)
    for name in ("one", "two"):
        ask(lessons[0], name, "choice", "b")
    ask(lessons[1], "one", "choice", "b")
    make_achievement("three-right", "questions", n=3, quest="jax", xp=10)
    make_achievement("four-right", "questions", n=4)
    answers = [attempt("b", f"jax-000#q:{name}") for name in ("one", "two", "one")]
    wrong = attempt("a", "jax-001#q:one")
    post_sync(member, learner, [*answers, wrong])
    assert not Granted.objects.exists()
    total = post_sync(member, learner, [attempt("b", "jax-001#q:one")]).json()["xp"]["total"]
    assert total == 3 * 5 + 10
    assert list(Granted.objects.values_list("achievement__slug", flat=True)) == ["three-right"]
    rules = read_rules()
    assert unreachable(rules, providers.possible())[0] == ["four-right"]


def test_starting_over_asks_again_and_xp_stays(member, learner, question):
    post_sync(member, learner, [attempt("b"), op("b", "jax-001#bookmark")])
    assert reset_quest(learner=learner, quest=question.lesson.quest) == 1
    progress = progress_of(learner)
    assert progress.questions_done("jax-000") == frozenset()
    assert [page.uid for page in progress.bookmarks()] == ["jax-001"]
    assert post_sync(member, learner, [attempt("b")]).json()["xp"]["total"] == 5


def test_a_log_without_account_is_worth_the_same(question, django_assert_num_queries, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    wrong, right = attempt("a"), attempt("b")
    mark, strange = op("b", "jax-000#bookmark"), attempt("b", "jax-000#q:nothing")
    body = {"v": 1, "ops": [wrong, right, mark, strange], "new": [right["id"]]}
    post_json(Client(), "/progress/evaluate/", body)
    with django_assert_num_queries(0):
        answer = post_json(Client(), "/progress/evaluate/", body).json()
    assert answer["bar"]["xp"] == answer["moment"]["points"] == 5
    assert answer["right"] == [right["id"]]
    assert answer["problems"] == {strange["id"]: "unknown-lesson"}


def test_attempts_and_notes_cost_as_many_queries_however_many_they_are(learner, settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    _quest, lessons = make_quest(lessons=40)
    for lesson in lessons:
        ask(lesson, "sum", "choice", "b")
    costs = []
    for name, number in (("a", 5), ("b", 40)):
        person, client = make_person(name), Client()
        client.force_login(person)
        post_json(client, "/progress/evaluate/", {"v": 1, "ops": []})
        ops = [attempt("b", f"{lesson.uid}#q:sum") for lesson in lessons[:number]]
        ops += [op("n", lesson.uid, m=op()["id"], t="메모") for lesson in lessons[:number]]
        with CaptureQueriesContext(connection) as caught:
            answer = post_sync(client, person, ops).json()
        assert len(answer["acked"]) == len(ops)
        assert len(answer["notes"]) == number
        costs.append(len(caught))
    assert costs[0] == costs[1]


def test_the_texts_of_a_log_are_bounded_and_ticks_still_fit(member, learner, question, monkeypatch):
    monkeypatch.setattr("course.progress.syncing.MAX_WRITTEN", 10)
    note = op()["id"]
    ops = [op("n", "jax-000", m=note, t="x" * 8), attempt("a" * 3), op("c", "jax-000"),
           op("n", "jax-000", m=note, t="")]  # fmt: skip
    answer = post_sync(member, learner, ops).json()
    assert answer["rejected"] == [{"id": ops[1]["id"], "code": "log-full"}]
    assert len(answer["acked"]) == 3


FORM = "/en/quests/jax/jax-000/questions/sum/"


@pytest.fixture
def form(question):
    """The lesson's page knows the question."""
    text = question.lesson.texts.get(language="en")
    row = {"id": "sum", "kind": "choice", "language": "ko", "prompt": "<p>?</p>", "hint": "",
           "why": "<p>왜</p>", "choices": [], "placed": False}  # fmt: skip
    text.extras = {"questions": [row]}
    text.save()
    memory.clear()


def test_a_member_s_form_keeps_the_answer_and_shows_the_verdict(member, learner, form):
    page = member.post(FORM, {"answer": "a"}).text
    assert "<h1>Not yet</h1>" in page
    assert "Try again" in page
    page = member.post(FORM, {"answer": "b"}).text
    assert "<h1>Right!</h1>" in page
    assert "+5 XP" in page
    assert "Saved to your account" in page
    page = member.post(FORM, {"answer": "a"}).text  # done already: judged, and not kept
    assert "<h1>Not yet</h1>" in page
    assert Operation.objects.count() == 2
    assert (
        'data-done="true"'
        in member.get("/en/quests/jax/jax-000/").text.split('id="q-sum"')[1][:300]
    )


def test_a_member_s_form_needs_its_token_and_the_anonymous_have_none(learner, form):
    strict = Client(enforce_csrf_checks=True)
    assert "Nothing was stored." in strict.post(FORM, {"answer": "b"}).text
    assert "csrfmiddlewaretoken" not in strict.get("/en/quests/jax/jax-000/").text
    strict.force_login(learner)
    assert strict.post(FORM, {"answer": "b"}).status_code == 403
    page = strict.get("/en/quests/jax/jax-000/").text.split('id="q-sum"')[1]
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.post(FORM, {"answer": "b", "csrfmiddlewaretoken": token}).status_code == 200
    assert Operation.objects.get().right


def test_too_many_answers_and_a_full_log_are_said(member, form, monkeypatch):
    monkeypatch.setattr("course.progress.attempts.MAX_WRITTEN", 0)
    page = member.post(FORM, {"answer": "b"}).text
    assert "Right!" in page
    assert "the limit of answers and notes" in page
    monkeypatch.setattr("course.pages.questions.ANSWERS_A_MINUTE", 1)
    answer = member.post(FORM, {"answer": "b"})
    assert (answer.status_code, bool(answer["Retry-After"])) == (429, True)
    assert not Operation.objects.exists()


def test_what_was_answered_can_be_taken_along_and_deleted(member, learner, question):
    post_sync(member, learner, [attempt("b", at=int(timezone.now().timestamp() * 1000))])
    files = {
        file.path: json.loads(file.content)
        for file in export(learner)
        if file.path.endswith(".json")
    }
    row = files["progress/log.json"][0]
    assert (row["lesson"], row["given"], row["right"]) == (TARGET, "b", True)
    erase(learner, False)
    assert not Operation.objects.exists()
