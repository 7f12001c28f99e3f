"""Reports: filed once, similar ones shown, each decision told, accepted ones rewarded."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Notification, OutgoingMail
from comments.desk import triage
from comments.desk.triage import Decision
from comments.errors import Invalid, TooMany
from comments.models import AuditEntry, BugReport
from comments.reports import REPORT_XP
from gamification.models import XPEntry
from tests.factories import make_report, make_settled


def decide(report, by, status, **details):
    return triage.triage(report=report, by=by, decision=Decision(status=status, **details))


def form(thread, **changes):
    return {
        "thread": thread.pk,
        "category": "typo",
        "body": "둘째 문단에 오타가 있어요",
        "quote": "jnp.arange(5)",
        "lesson": "jax-arrays",
        "revision": "3",
        "language": "ko",
        "versions": "jax 0.7.1",
        "token": str(uuid.uuid4()),
        **changes,
    }


def test_the_form_starts_with_what_the_page_knows(thread, client):
    query = form(thread, body="", category="")
    page = client.get(reverse("report-new"), query)
    text = page.content.decode()
    for known in ("jax-arrays", "jnp.arange(5)", "jax 0.7.1", 'name="revision" value="3"'):
        assert known in text
    assert "no-store" in page["Cache-Control"]


def test_an_anonymous_report_gets_a_private_link_that_shows_its_state(thread, moderator, client):
    answer = client.post(reverse("report-new"), form(thread, email="reader@example.com"))
    report = BugReport.objects.get()
    assert answer.url == f"{report.get_absolute_url()}?thanks=1"
    assert (report.lesson_uid, report.revision, report.versions, report.was_anonymous) == (
        "jax-arrays",
        3,
        "jax 0.7.1",
        True,
    )
    decide(report, moderator, "confirmed", reply="맞아요, 고칠게요.")
    page = client.get(report.get_absolute_url())
    assert "맞아요, 고칠게요." in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"


def test_an_anonymous_reporter_is_mailed_plain_text_with_the_link(thread, moderator, client):
    client.post(reverse("report-new"), form(thread, email="reader@example.com"))
    report = BugReport.objects.get()
    decide(report, moderator, "fixed", reply="<b>고쳤어요</b>", fixed_in=4)
    mail = OutgoingMail.objects.get()
    assert mail.to == "reader@example.com"
    assert "<b>고쳤어요</b>" in mail.body
    assert report.get_absolute_url() in mail.body


def test_the_same_form_files_once(thread, learner):
    first = make_report(thread, learner, form_token="t")
    assert make_report(thread, learner, form_token="t").pk == first.pk


def test_someone_else_s_form_is_refused(thread, learner, other_learner):
    make_report(thread, learner, form_token="t")
    with pytest.raises(Invalid):
        make_report(thread, other_learner, form_token="t")


def test_similar_known_reports_are_shown_once_before_sending(thread, learner, moderator, client):
    known = make_report(thread, learner, body="두 번째 문단에 오타가 있습니다")
    decide(known, moderator, "confirmed")
    sent = form(thread, body="둘째 문단에 오타가 있어요!")
    page = client.post(reverse("report-new"), sent)
    assert page.status_code == 200
    assert "두 번째 문단에 오타가 있습니다" in page.content.decode()
    assert BugReport.objects.count() == 1
    client.post(reverse("report-new"), {**sent, "seen_similar": "1"})
    assert BugReport.objects.count() == 2


def test_a_private_report_can_not_be_guessed_by_its_likeness(thread, learner, client):
    make_report(thread, learner, body="비밀번호가 화면에 그대로 보입니다")
    client.post(reverse("report-new"), form(thread, body="비밀번호가 화면에 그대로 보입니다"))
    assert BugReport.objects.count() == 2


def test_something_else_is_not_similar(thread, learner, moderator, client):
    decide(
        make_report(thread, learner, body="코드가 GPU에서 실행되지 않네요"), moderator, "confirmed"
    )
    client.post(reverse("report-new"), form(thread))
    assert BugReport.objects.count() == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"category": "nonsense"},
        {"body": ""},
        {"body": "x" * 4001},
        {"email": "nobody"},
        {"revision": "-1"},
        {"revision": "9" * 30},
        {"language": "xx"},
        {"token": "x"},
        {"website": "spam"},
    ],
)
def test_a_bad_form_is_refused_and_keeps_what_was_typed(thread, client, bad):
    sent = form(thread, **bad)
    page = client.post(reverse("report-new"), sent)
    assert page.status_code == 400
    assert not BugReport.objects.exists()
    if "body" not in bad:
        assert sent["body"] in page.content.decode()


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_report_on_no_page_answers_404(db, client, number):
    assert client.get(reverse("report-new"), {"thread": number}).status_code == 404


def test_a_draft_can_not_be_reported_by_readers(draft_thread, client):
    assert client.post(reverse("report-new"), form(draft_thread)).status_code == 404


def test_each_decision_tells_the_reporter_with_the_reply(thread, learner, moderator):
    report = make_report(thread, learner)
    decide(report, moderator, "confirmed", reply="확인했어요")
    decide(report, moderator, "fixed", reply="고쳤어요", fixed_in=7)
    rows = Notification.objects.filter(learner=learner, kind="report").order_by("pk")
    assert [row.body for row in rows] == ["확인했어요", "고쳤어요"]
    assert all(row.url == report.get_absolute_url() for row in rows)


def test_an_accepted_report_earns_xp_once(thread, learner, moderator):
    report = make_report(thread, learner)
    for status in ("confirmed", "new", "confirmed", "fixed"):
        decide(report, moderator, status)
    entries = XPEntry.objects.filter(learner=learner, reason="report")
    assert [(entry.key, entry.points) for entry in entries] == [(str(report.pk), REPORT_XP)]


def test_a_declined_report_earns_nothing(thread, learner, moderator):
    decide(make_report(thread, learner), moderator, "declined", reply="의도한 거예요")
    assert not XPEntry.objects.exists()


def test_readers_see_the_number_of_known_issues(thread, learner, moderator):
    first, second = make_report(thread, learner), make_report(thread, learner, body="다른 문제")
    counts = []
    for turn, (report, status) in enumerate(
        (
            (first, "confirmed"),
            (second, "confirmed"),
            (first, "confirmed"),
            (first, "fixed"),
            (second, "declined"),
            (second, "new"),
        )
    ):
        decide(report, moderator, status, reply=f"{turn}")
        thread.refresh_from_db()
        counts.append(thread.issue_count)
    assert counts == [1, 2, 2, 1, 0, 0]


def test_whoever_reported_a_duplicate_hears_how_it_ends(thread, learner, other_learner, moderator):
    first, second = make_report(thread, learner), make_report(thread, other_learner)
    decide(second, moderator, "duplicate", duplicate_of=first.pk)
    decide(first, moderator, "fixed", fixed_in=2)
    second.refresh_from_db()
    assert second.duplicate_of_id == first.pk
    texts = Notification.objects.filter(learner=other_learner).order_by("pk")
    assert texts.count() == 2


def test_duplicates_of_duplicates_lead_to_the_first(thread, learner, moderator):
    one, two, three = (make_report(thread, learner, body=f"문제 {n}") for n in range(3))
    decide(two, moderator, "duplicate", duplicate_of=one.pk)
    decide(three, moderator, "duplicate", duplicate_of=two.pk)
    three.refresh_from_db()
    assert three.duplicate_of_id == one.pk
    with pytest.raises(Invalid):
        decide(one, moderator, "duplicate", duplicate_of=three.pk)


@pytest.mark.parametrize("other", [None, 0, 999_999])
def test_a_duplicate_of_nothing_is_refused_and_changes_nothing(thread, learner, moderator, other):
    report = make_report(thread, learner)
    with pytest.raises(Invalid):
        decide(report, moderator, "duplicate", duplicate_of=other)
    report.refresh_from_db()
    assert report.status == "new"
    assert not AuditEntry.objects.exists()


def test_reports_have_an_hourly_limit(thread, learner):
    for number in range(10):
        make_report(thread, learner, body=f"문제 {number}")
    with pytest.raises(TooMany):
        make_report(thread, learner, body="또 하나")


def test_the_list_of_own_reports_is_one_s_own(thread, learner, other_learner, client):
    make_report(thread, learner, body="내 신고")
    make_report(thread, other_learner, body="남의 신고")
    client.force_login(learner)
    page = client.get(reverse("reports")).content.decode()
    assert "내 신고" in page
    assert "남의 신고" not in page


def test_a_second_click_tells_the_reporter_once(thread, learner, moderator):
    report, other = make_report(thread, learner), make_report(thread, learner, body="같은 문제")
    for status, details in (
        ("confirmed", {"reply": "네"}),
        ("fixed", {"fixed_in": 3}),
        ("duplicate", {"duplicate_of": other.pk}),
    ):
        decide(report, moderator, status, **details)
        with pytest.raises(Invalid):
            decide(report, moderator, status, **details)
    assert Notification.objects.filter(learner=learner).count() == 3
    assert AuditEntry.objects.count() == 3


def test_more_words_to_the_same_decision_are_told(thread, learner, moderator):
    report = make_report(thread, learner)
    decide(report, moderator, "confirmed", reply="네")
    decide(report, moderator, "confirmed", reply="Morgen")
    assert Notification.objects.filter(learner=learner).count() == 2


def test_reports_merged_in_steps_all_hear_how_it_ends(thread, learner, other_learner, moderator):
    third = make_settled("third")
    one, two, three = (
        make_report(thread, learner),
        make_report(thread, other_learner),
        make_report(thread, third),
    )
    decide(three, moderator, "duplicate", duplicate_of=two.pk)
    decide(two, moderator, "duplicate", duplicate_of=one.pk)
    Notification.objects.all().delete()
    decide(one, moderator, "fixed", reply="고쳤어요")
    told = Notification.objects.filter(body="고쳤어요").values_list("learner", flat=True)
    assert sorted(told) == sorted([learner.pk, other_learner.pk, third.pk])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reports_merged_into_each_other_at_once_make_no_circle(thread, learner, moderator):
    one, two = make_report(thread, learner), make_report(thread, learner, body="같은 문제")

    def work(pair):
        try:
            decide(pair[0], moderator, "duplicate", duplicate_of=pair[1].pk)
        except Invalid:
            return "refused"
        else:
            return "merged"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(work, [(one, two), (two, one)]))
    assert sorted(found) == ["merged", "refused"]
    assert BugReport.objects.filter(duplicate_of=None).count() == 1


def test_an_own_report_that_waits_is_shown_before_the_same_is_sent_again(thread, learner, client):
    make_report(thread, learner, body="둘째 문단에 오타가 있네요")
    client.force_login(learner)
    page = client.post(reverse("report-new"), form(thread)).content.decode()
    assert "둘째 문단에 오타가 있네요" in page
    assert BugReport.objects.count() == 1
