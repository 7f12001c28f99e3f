"""Syncing a browser's log through the real endpoint."""

import json
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification, User
from course.models import Clock, Completion, HeldOperation, Lesson, Operation
from course.progress.catalogue import CATALOGUE
from course.progress.wire_operations import MAX_CANCELLED
from gamification.models import Standing, XPEntry
from pagecache.changes import memory
from tests.course.progress.browser import envelope, op, post_json, post_sync
from tests.factories import list_device, make_person, make_quest, make_rules

pytestmark = pytest.mark.django_db
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def member(client, learner):
    """A signed-in browser."""
    client.force_login(learner)
    return client


def test_completed_lessons_are_acknowledged_and_give_xp(member, learner):
    make_quest(lessons=3)
    ops = [op("c", "jax-000"), op("c", "jax-001"), op("c", "jax-001#exercise")]
    answer = post_sync(member, learner, ops, scope="jax").json()
    assert answer["acked"] == [each["id"] for each in ops]
    assert answer["held"] == answer["rejected"] == []
    assert answer["xp"]["total"] == 20 + 20 + 15
    assert (answer["xp"]["lessons_done"], answer["xp"]["lessons_total"]) == (2, 3)
    assert {row["l"]: row["live"] for row in answer["delta"]} == {
        each["l"]: [each["id"]] for each in ops
    }


def queries_of(member, learner, ops) -> int:
    """How many queries a sync costs, those of the session included."""
    with CaptureQueriesContext(connection) as caught:
        answer = post_sync(member, learner, ops, scope="jax").json()
    assert len(answer["acked"]) == len(ops)
    return sum(
        not (query["sql"] or "").startswith(TRANSACTION) for query in caught.captured_queries
    )


def test_a_sync_of_73_lessons_costs_as_many_queries_as_one_of_10_and_at_most_15(settings):
    settings.PAGECACHE_POLL_SECONDS = 3600
    _quest, lessons = make_quest(lessons=73)
    make_rules()
    found = []
    for name, number in (("a", 10), ("b", 73)):
        person, client = make_person(name), Client()
        client.force_login(person)
        list_device(person, client.session.session_key)
        post_json(client, "/progress/evaluate/", {"v": 1, "ops": []})  # rules are remembered
        ops = [op("c", lesson.uid) for lesson in lessons[:number]]
        found.append(queries_of(client, person, ops))
        assert Notification.objects.filter(learner=person).count() == 2
        again = [op("c", lesson.uid) for lesson in lessons[:number]]
        assert queries_of(client, person, again) <= 8  # no award is new: none of its queries
    assert found[0] == found[1] <= 15


def test_sending_the_same_again_changes_nothing(member, learner):
    make_quest(lessons=2)
    ops = [op("c", "jax-000"), op("c", "jax-001")]
    first = post_sync(member, learner, ops).json()
    again = post_sync(member, learner, ops).json()
    assert again["acked"] == first["acked"]
    assert again["xp"]["total"] == 40
    assert Operation.objects.count() == 2


def test_an_undo_takes_back_what_it_saw_and_xp_stays(member, learner):
    make_quest(lessons=1)
    seen, unseen = op("c"), op("c")
    post_sync(member, learner, [seen, unseen])
    answer = post_sync(member, learner, [op("u", x=[seen["id"]])]).json()
    assert answer["delta"] == [{"l": "jax-000", "live": [unseen["id"]]}]
    answer = post_sync(member, learner, [op("u", x=[unseen["id"]])]).json()
    assert answer["delta"] == [{"l": "jax-000", "live": []}]
    assert answer["xp"]["total"] == 20
    assert answer["xp"]["lessons_done"] == 0


def test_an_undo_may_arrive_before_what_it_undoes(member, learner):
    make_quest(lessons=1)
    late = op("c")
    post_sync(member, learner, [op("u", x=[late["id"]])])
    answer = post_sync(member, learner, [late]).json()
    assert answer["delta"] == [{"l": "jax-000", "live": []}]
    assert answer["xp"]["total"] == 20  # it was completed once


def test_one_bad_operation_blocks_no_other(member, learner):
    make_quest(lessons=2)
    bad = [op() | {"l": "##"}, op() | {"id": "x"}, op() | {"at": None}, op("u") | {"x": [1]}, 7]
    answer = post_sync(member, learner, [*bad, op("c", "jax-001")]).json()
    assert [each["code"] for each in answer["rejected"]] == [
        "bad-lesson", "bad-id", "bad-time", "bad-undo", "not-an-object",
    ]  # fmt: skip
    assert len(answer["acked"]) == 1


def test_what_is_not_understood_yet_is_kept_and_counted_later(member, learner):
    make_quest(lessons=1)
    Lesson.objects.filter(uid="jax-000").update(status="draft")
    memory.clear()
    waiting = [op(), op(l="later-lesson"), op() | {"k": "star"}, op() | {"v": 2, "l": {"new": 1}}]
    answer = post_sync(member, learner, waiting).json()
    assert [each["code"] for each in answer["held"]] == [
        "unknown-lesson", "unknown-lesson", "unknown-kind", "newer-version",
    ]  # fmt: skip
    assert HeldOperation.objects.count() == 4
    Lesson.objects.filter(uid="jax-000").update(status="published")
    memory.forget({CATALOGUE})
    answer = post_sync(member, learner, []).json()
    assert answer["acked"] == [waiting[0]["id"]]
    assert answer["xp"]["total"] == 20
    assert HeldOperation.objects.count() == 3
    again = post_sync(member, learner, cursor=answer["cursor"], epoch=answer["epoch"]).json()
    assert (again["epoch"], again["full"]) == (answer["epoch"], False)


def test_a_part_that_no_lesson_has_yet_is_kept_and_blocks_nothing(member, learner):
    make_quest(lessons=2)
    strange = op("c", "jax-000#star")
    answer = post_sync(member, learner, [strange, op("c", "jax-001")]).json()
    assert answer["held"] == [{"id": strange["id"], "code": "unknown-lesson"}]
    assert answer["xp"]["total"] == 20
    body = {"v": 1, "ops": [strange, op("c", "jax-001")]}
    assert post_json(Client(), "/progress/evaluate/", body).json()["bar"]["xp"] == 20


def test_text_that_a_database_can_not_hold_is_no_error(member, learner):
    make_quest(lessons=1)
    odd = [op() | {"k": "a\x00b"}, op() | {"tz": "\x00"},
           op() | {"tz": "../etc/passwd"}, op(day="\ud800")]  # fmt: skip
    answer = post_sync(member, learner, odd)
    assert answer.status_code == 200
    assert len(answer.json()["acked"]) == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"v": NaN}', 400),
        (json.dumps(envelope("x") | {"v": 2}), 426),
        (json.dumps(envelope("x") | {"account": 5}), 400),
        (json.dumps(envelope("x") | {"cursor": -1}), 400),
        (json.dumps(envelope("x") | {"device": "<b>"}), 400),
        (json.dumps(envelope("x") | {"ops": {}}), 400),
        (json.dumps(envelope("x") | {"ops": [0] * 501}), 413),
        (b" " * (256 * 1024 + 1), 413),
        (json.dumps(envelope("x")), 409),
    ],
)
def test_a_request_that_can_not_be_served_says_why(member, body, status):
    answer = member.post("/progress/sync/", body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not Operation.objects.exists()


def test_signed_out_gone_and_wrong_method(client, learner, settings):
    make_quest(lessons=1)
    assert post_sync(client, learner, [op()]).status_code == 401
    nobody = envelope("no-such-account", [op()])
    assert post_json(client, "/progress/sync/", nobody).status_code == 410
    assert client.get("/progress/sync/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)
    assert post_sync(strict, learner, [op()]).status_code == 403
    assert not Operation.objects.exists()


def test_too_many_requests_are_told_when_to_come_back(member, learner, monkeypatch):
    monkeypatch.setattr("course.pages.progress_api.SYNCS_A_MINUTE", 2)
    answers = [post_sync(member, learner) for _ in range(4)]
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_the_delta_comes_in_pages(member, learner, monkeypatch):
    _quest, lessons = make_quest(lessons=7)
    monkeypatch.setattr("course.progress.deltas.DELTA_PAGE", 3)
    post_sync(member, learner, [op("c", lesson.uid) for lesson in lessons])
    seen, cursor, epoch, pages = [], 0, "", []
    while not pages or pages[-1]["more"]:
        pages.append(post_sync(member, learner, cursor=cursor, epoch=epoch).json())
        cursor, epoch = pages[-1]["cursor"], pages[-1]["epoch"]
        seen += [row["l"] for row in pages[-1]["delta"]]
    assert [page["full"] for page in pages] == [True, False, False]
    assert sorted(seen) == [lesson.uid for lesson in lessons]


def test_a_wrong_clock_refuses_nothing(member, learner):
    make_quest(lessons=4)
    wrong = [
        op("c", "jax-000", at=2**53 - 1),
        op("c", "jax-001", at=-(2**53) + 1),
        op("c", "jax-002", day="2999-01-01"),
        op("c", "jax-003", at=int(time.time() * 1000) - 20 * 86_400_000),
    ]
    now = timezone.now()
    assert len(post_sync(member, learner, wrong).json()["acked"]) == 4
    times = dict(Operation.objects.values_list("lesson__uid", "effective_at"))
    assert abs(times["jax-000"] - now) < timedelta(minutes=1)
    assert times["jax-001"] >= learner.date_joined - timedelta(days=366)
    days = set(Operation.objects.values_list("day", flat=True))
    assert len(days) == 1  # each is the server's day in the learner's zone


def test_a_day_of_last_week_is_believed(member, learner):
    make_quest(lessons=1)
    at = int(time.time() * 1000) - 10 * 86_400_000
    operation = op("c", at=at)
    post_sync(member, learner, [operation])
    assert Operation.objects.get().day.isoformat() == operation["day"]


def test_more_lessons_than_anyone_reads_are_accepted_and_flagged(member, learner):
    _quest, lessons = make_quest(lessons=31)
    post_sync(member, learner, [op("c", lesson.uid) for lesson in lessons[:30]])
    assert not Completion.objects.suspicious().exists()
    assert post_sync(member, learner, [op("c", "jax-030")]).json()["xp"]["total"] == 31 * 20
    assert Completion.objects.suspicious().exists()


@pytest.mark.parametrize("account", ["\ud800", "a\x00b", "", "x" * 65, 7, "a b"])
def test_an_account_that_can_be_none_is_refused_to_everybody(member, account, db):
    body = envelope("nobody") | {"account": account}
    for client in (Client(), member):
        answer = post_json(client, "/progress/sync/", body)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad-account")


def test_who_hurried_once_is_not_suspected_for_ever(member, learner):
    make_quest(lessons=33)
    burst = int(time.time() * 1000) - 8 * 86_400_000
    post_sync(member, learner, [op("c", f"jax-{n:03}", at=burst + n) for n in range(32)])
    assert Completion.objects.filter(rapid=True).count() == 32
    post_sync(member, learner, [op("c", "jax-032")])
    assert not Completion.objects.get(lesson__uid="jax-032").rapid


def test_a_log_is_full_by_its_operations_not_by_the_revisions_set_aside(
    member, learner, monkeypatch
):
    make_quest(lessons=3)
    monkeypatch.setattr("course.progress.syncing.MAX_LOG", 2)
    post_sync(member, learner, [op("c", "jax-000")])
    Clock.objects.update(revision=1_000)
    last = post_sync(member, learner, [op("c", "jax-001"), op("c", "jax-002")]).json()
    assert len(last["acked"]) == 1
    assert [each["code"] for each in last["rejected"]] == ["log-full"]


def test_an_endless_list_of_undone_steps_sets_few_revisions_aside(member, learner):
    make_quest(lessons=1)
    post_sync(member, learner, [op("x", "jax-000") | {"x": ["a"] * 10_000}])
    assert Clock.objects.get().revision <= 2 * MAX_CANCELLED


def test_a_server_that_lost_what_a_browser_knows_starts_a_new_epoch(member, learner):
    make_quest(lessons=1)
    known = post_sync(member, learner, [op()]).json()
    answer = post_sync(member, learner, cursor=known["cursor"] + 5, epoch=known["epoch"]).json()
    assert answer["epoch"] != known["epoch"]
    assert answer["full"]


def test_nothing_is_stored_when_the_server_fails_in_the_middle(member, learner, monkeypatch):
    make_quest(lessons=1)
    member.raise_request_exception = False
    monkeypatch.setattr("course.progress.syncing.bar_for", None)
    assert post_sync(member, learner, [op()]).status_code == 500
    assert not Operation.objects.exists()
    assert not XPEntry.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_64_threads_completing_the_same_200_lessons_give_200_lines_of_xp(monkeypatch):
    monkeypatch.setattr("course.pages.progress_api.SYNCS_A_MINUTE", 10**6)
    _quest, lessons = make_quest(lessons=200)
    make_rules()
    person = make_person("minji")
    failures = []

    def work():
        try:
            client = Client()
            client.force_login(User.objects.get(pk=person.pk))
            ops = [op("c", lesson.uid, id=str(uuid.uuid4())) for lesson in lessons]
            answer = post_sync(client, person, ops)
            if answer.status_code != 200 or len(answer.json()["acked"]) != 200:
                failures.append(answer.content[:200])
        except Exception as error:
            failures.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Operation.objects.count() == 64 * 200
    assert XPEntry.objects.filter(reason="lesson").count() == 200
    total = Standing.objects.get(learner=person).xp
    assert total == XPEntry.objects.aggregate(sum=Sum("points"))["sum"] == 200 * 20 + 50
    assert Notification.objects.filter(kind="achievement").count() == 1
