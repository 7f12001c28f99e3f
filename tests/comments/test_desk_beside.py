"""The desk's lists: acts beside the text, the writer's past, merging by searching."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments.desk import moderation
from comments.models import BugReport, CannedReply, Comment, Sanction
from tests.factories import make_report

COMMENTS, REPORTS = "/admin/comments/comment/", "/admin/comments/bugreport/"


@pytest.fixture(autouse=True)
def _at_the_desk(client, moderator):
    client.force_login(moderator)


def url_of(model, act, *rows):
    address = reverse(f"admin:comments_{model}_act", args=[act])
    return f"{address}?ids={','.join(str(row.pk) for row in rows)}"


def fetch(client, address, data=None):
    headers = {"X-Requested-With": "fetch"}
    if data is None:
        return client.get(address, headers=headers)
    return client.post(address, data, headers=headers)


def test_the_list_shows_whole_texts_with_links_to_the_acts(client, thread, learner, say):
    comment = say(thread, learner, "긴 **글** " * 60)
    page = client.get(f"{COMMENTS}?queue=all").text
    assert page.count("<strong>글</strong>") == 60
    assert f"{url_of('comment', 'hide', comment).replace('&', '&amp;')}&amp;_ch" in page


def test_an_act_beside_the_text_answers_what_it_did_and_what_undoes_it(
    client, thread, learner, say
):
    comments = [say(thread, learner), say(thread, learner, "둘")]
    answer = fetch(client, url_of("comment", "hide", *comments), {"reason": "광고"}).json()
    assert answer["problems"] == []
    assert "2" in answer["told"]
    assert {row.status for row in Comment.objects.all()} == {"hidden"}
    ids = ",".join(map(str, answer["undo"]))
    undone = fetch(
        client, f"{reverse('admin:comments_auditentry_act', args=['undo'])}?ids={ids}", {}
    )
    assert undone.json()["told"]
    assert {row.status for row in Comment.objects.all()} == {"visible"}


def test_what_is_missing_is_asked_for_in_place(client, thread, learner, say):
    address = url_of("comment", "hide", say(thread, learner))
    asked = fetch(client, address).text
    assert "<html" not in asked
    assert "광고" in asked  # one of the usual reasons
    again = fetch(client, address, {"reason": ""})
    assert again.status_code == 400
    assert "<html" not in again.text
    assert Comment.objects.get().status == "visible"


def test_a_row_that_refuses_is_named(client, thread, learner):
    report = make_report(thread, learner)
    fetch(client, url_of("bugreport", "confirm", report), {"reply": ""})
    answer = fetch(client, url_of("bugreport", "confirm", report), {"reply": ""}).json()
    assert answer["told"] == ""
    assert f"#{report.pk}" in answer["problems"][0]
    assert answer["undo"] == []


def test_the_writers_past_stands_beside_the_text(client, thread, learner, moderator, say):
    first = say(thread, learner)
    say(thread, learner, "둘")
    moderation.hide(comment=first, by=moderator, reason="x")
    moderation.sanction(
        learner=learner, by=moderator, kind=Sanction.Kind.SILENCED, days=1, reason="x"
    )
    page = client.get(f"{COMMENTS}?queue=all").text
    assert "댓글 2개 · 숨김 1개 · 제재 1번" in page
    assert client.get(COMMENTS, {"queue": "all", "q": learner.handle}).text.count("desk-past") == 2


def test_longer_lists_cost_as_many_queries(client, thread, learner, other_learner, say):
    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    for person in (learner, other_learner):
        say(thread, person)
        make_report(thread, person)
    before = cost(f"{COMMENTS}?queue=all"), cost(REPORTS)
    for number in range(4):
        say(thread, learner, f"글 {number}")
        make_report(thread, other_learner, f"신고 {number}")
    assert (cost(f"{COMMENTS}?queue=all"), cost(REPORTS)) == before


def test_a_report_is_merged_into_one_that_was_searched(client, thread, draft_thread, learner):
    report = make_report(thread, learner, "출력이 달라요")
    near = make_report(thread, learner, "여기도 이상해요")
    far = make_report(draft_thread, learner, "그림이 안 보여요")
    address = url_of("bugreport", "duplicate", report)
    assert f'value="{near.pk}"' in client.get(address).text
    found = client.get(f"{address}&q=그림").text
    assert 'name="q" maxlength="100" value="그림"' in found
    assert f'type="radio" name="duplicate_of" value="{far.pk}"' in found
    assert f'value="{near.pk}"' not in found
    assert f'value="{far.pk}"' in client.get(f"{address}&q=%23{far.pk}").text
    fetch(client, address, {"duplicate_of": far.pk, "reply": ""})
    report.refresh_from_db()
    assert (report.status, report.duplicate_of) == ("duplicate", far)


def test_a_number_that_was_typed_counts(client, thread, learner):
    report, other = make_report(thread, learner), make_report(thread, learner, "둘째")
    answer = client.post(url_of("bugreport", "duplicate", report), {"number": other.pk})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert report.duplicate_of == other


@pytest.mark.parametrize("data", [{}, {"duplicate_of": "x"}, {"number": "0"}, {"number": "\0"}])
def test_merging_into_nothing_asks_again(client, thread, learner, data):
    report = make_report(thread, learner)
    assert client.post(url_of("bugreport", "duplicate", report), data).status_code == 400
    assert BugReport.objects.get().status == "new"


def test_canned_replies_are_numbered(client, thread, learner):
    CannedReply.objects.create(title="고마워요", text="알려 주셔서 고마워요.", language="ko")
    asked = fetch(client, url_of("bugreport", "confirm", make_report(thread, learner))).text
    assert "1. 고마워요" in asked
    assert 'value="알려 주셔서 고마워요."' in asked
