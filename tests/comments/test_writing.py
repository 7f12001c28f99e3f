"""Writing by plain forms: post, reply, quote, preview, edit, delete, follow, mute, leave."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from comments import registrations
from comments.conversation import editing, marking, notifying, shared
from comments.desk import moderation
from comments.errors import EditConflict, Refused
from comments.models import BlockedWord, Comment, CommentRevision, Follow
from course.models import Lesson
from pagecache.changes import memory
from tests.course.conftest import quest, quest_folder  # noqa: F401


def form(body="안녕하세요", **more):
    return {"body": body, "token": str(uuid.uuid4()), **more}


def test_a_comment_by_form_leads_to_its_place(thread, learner, client):
    client.force_login(learner)
    answer = client.post(reverse("comment-write", args=[thread.pk]), form("**굵게**"))
    comment = Comment.objects.get()
    assert answer.url == f"{thread.url}#comment-{comment.pk}"
    assert comment.html == "<p><strong>굵게</strong></p>"
    assert comment.language == "ko"


def test_a_double_submit_leads_to_the_same_comment(thread, learner, client):
    client.force_login(learner)
    sent = form()
    first = client.post(reverse("comment-write", args=[thread.pk]), sent)
    assert client.post(reverse("comment-write", args=[thread.pk]), sent).url == first.url
    assert Comment.objects.count() == 1


def test_comments_on_the_english_page_are_english(thread, learner, client):
    client.force_login(learner)
    client.post(f"/en/threads/{thread.pk}/write/", form("hello"))
    assert Comment.objects.get().language == "en"


def test_a_quote_is_filled_in(thread, learner, other_learner, say, client):
    comment = say(thread, learner, "첫 줄\n둘째 줄")
    client.force_login(other_learner)
    page = client.get(reverse("comment-reply", args=[comment.pk]), {"quote": 1})
    assert "&gt; 첫 줄\n&gt; 둘째 줄" in page.content.decode()


def test_the_preview_shows_what_posting_stores(thread, learner, client):
    client.force_login(learner)
    body = ">! 비밀\n\n`code` https://example.com"
    part = client.post(reverse("comment-preview"), {"body": body}).content.decode()
    page = client.post(reverse("comment-write", args=[thread.pk]), form(body, preview="1"))
    assert not Comment.objects.exists()
    client.post(reverse("comment-write", args=[thread.pk]), form(body))
    stored = Comment.objects.get().html
    assert stored in part
    assert stored in page.content.decode()


@pytest.mark.parametrize(
    "bad", [{"body": ""}, {"body": "x" * 4001}, {"token": "x"}, {"body": "\x00"}]
)
def test_a_bad_form_is_refused_with_its_text_kept(thread, learner, client, bad):
    client.force_login(learner)
    answer = client.post(reverse("comment-write", args=[thread.pk]), {**form(), **bad})
    assert answer.status_code == 400
    assert not Comment.objects.exists()


def test_windows_line_ends_count_once(thread, learner, client):
    client.force_login(learner)
    body = "\r\n".join(["x" * 39] * 100)
    assert client.post(reverse("comment-write", args=[thread.pk]), form(body)).status_code == 302


def test_the_anonymous_are_asked_to_sign_in(thread, client):
    answer = client.post(reverse("comment-write", args=[thread.pk]), form())
    assert "/accounts/login/" in answer.url


def edit(client, comment, body, version=1):
    url = reverse("comment-edit", args=[comment.pk])
    return client.post(url, {"body": body, "version": version})


def test_an_edit_within_five_minutes_leaves_no_mark_but_a_history(thread, learner, say, client):
    comment = say(thread, learner, "alt")
    client.force_login(learner)
    assert edit(client, comment, "neu").status_code == 302
    comment.refresh_from_db()
    assert (comment.html, comment.edited_at) == ("<p>neu</p>", None)
    assert CommentRevision.objects.get().body == "alt"


def test_a_later_edit_is_marked(thread, learner, say, client):
    comment = say(thread, learner, "alt")
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    client.force_login(learner)
    edit(client, comment, "neu")
    comment.refresh_from_db()
    assert comment.edited_at is not None


def test_the_second_of_two_edits_is_shown_both_texts(thread, learner, say, client):
    comment = say(thread, learner, "alt")
    client.force_login(learner)
    edit(client, comment, "aus dem ersten Fenster")
    answer = edit(client, comment, "aus dem zweiten Fenster")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "aus dem ersten Fenster" in page
    assert "aus dem zweiten Fenster" in page
    assert 'name="version" value="2"' in page
    assert edit(client, comment, "aus dem zweiten Fenster", version=2).status_code == 302


def test_the_same_edit_twice_is_no_conflict(thread, learner, say):
    comment = say(thread, learner, "alt")
    for _ in range(2):
        editing.edit(comment=comment, editor=learner, body="neu", seen_version=1)
    with pytest.raises(EditConflict):
        editing.edit(comment=comment, editor=learner, body="anders", seen_version=1)


def test_an_edit_goes_through_the_same_checks_as_a_post(thread, learner, say, client):
    comment = say(thread, learner, "alt")
    client.force_login(learner)
    assert edit(client, comment, "\u200b").status_code == 400
    learner.date_joined = timezone.now()
    learner.save()
    edit(client, comment, "https://spam.example")
    comment.refresh_from_db()
    assert comment.status == "held"


def test_deleting_asks_first(thread, learner, say, client):
    comment = say(thread, learner)
    client.force_login(learner)
    url = reverse("comment-delete", args=[comment.pk])
    assert client.get(url).status_code == 200
    comment.refresh_from_db()
    assert comment.status == "visible"
    assert client.post(url).status_code == 302
    comment.refresh_from_db()
    assert comment.status == "deleted"


@pytest.mark.parametrize(("sent", "state"), [("following", 1), ("muted", 1), ("", 0), ("x", 0)])
def test_the_switch_follows_mutes_or_forgets(thread, learner, client, sent, state):
    Follow.objects.create(thread=thread, learner=learner, state="following")
    client.force_login(learner)
    client.post(reverse("thread-follow", args=[thread.pk]), {"state": sent})
    found = list(Follow.objects.values_list("state", flat=True))
    assert found == [sent] * state


def test_helpful_by_form(thread, learner, other_learner, say, client):
    comment = say(thread, learner)
    client.force_login(other_learner)
    for helpful in ("1", "0", "1"):
        client.post(reverse("comment-helpful", args=[comment.pk]), {"helpful": helpful})
    comment.refresh_from_db()
    assert comment.helpful_count == 1


def test_leaving_with_the_comments_deletes_their_text(thread, learner, other_learner, say):
    comment = say(thread, learner, "persönlich")
    say(thread, other_learner, "답", parent=comment)
    marked = say(thread, other_learner, "hilfreich")
    marking.mark_helpful(comment=marked, learner=learner, helpful=True)
    registrations.erase(learner, False)
    learner.delete()
    comment.refresh_from_db()
    marked.refresh_from_db()
    assert (comment.status, comment.body, comment.html, comment.author) == ("deleted", "", "", None)
    assert marked.helpful_count == 0


def test_leaving_without_the_comments_keeps_them_without_a_name(thread, learner, say, client):
    comment = say(thread, learner, "bleibt stehen")
    registrations.erase(learner, True)
    learner.delete()
    page = client.get(reverse("thread", args=[thread.pk])).content.decode()
    assert "bleibt stehen" in page
    assert "민지" not in page
    assert Comment.objects.get(pk=comment.pk).status == "visible"


@pytest.mark.parametrize("keep_comments", [True, False])
def test_leaving_takes_the_name_out_of_what_others_were_told(
    thread, learner, other_learner, say, keep_comments
):
    answered = say(thread, other_learner)
    answer = say(thread, learner, "답", parent=answered)
    Notification.objects.update(read_at=timezone.now())  # unread ones go with a deleted comment
    registrations.erase(learner, keep_comments)
    learner.delete()
    row = Notification.objects.get(learner=other_learner)
    assert row.text == "탈퇴한 사용자 님이 ‘배열’에서 내 댓글에 답했어요"
    if keep_comments:
        mail = notifying.notice_of(
            Comment.objects.get(pk=answer.pk), other_learner, notifying.REPLY
        )
        assert mail.text == row.text


def test_taking_a_name_out_costs_no_more_queries_for_more_comments(
    thread, learner, other_learner, say, django_assert_num_queries
):
    for number in range(3):
        say(thread, learner, f"@jun {number}")
    with django_assert_num_queries(4):
        notifying.forget_name(learner)
    assert not Notification.objects.filter(text__contains="민지").exists()
    assert Notification.objects.filter(text__contains="탈퇴한 사용자").count() == 3


def test_the_export_has_everything_of_the_learner(thread, learner, other_learner, say):
    comment = say(thread, other_learner)
    say(thread, learner, "mein Text")
    marking.mark_helpful(comment=comment, learner=learner, helpful=True)
    marking.flag(comment=comment, learner=learner, reason="spam", note="Werbung")
    files = {
        file.path: json.loads(file.content)
        for file in registrations.export(learner)
        if file.path.endswith(".json")
    }
    assert files["comments/comments.json"][0]["body"] == "mein Text"
    assert files["comments/flags.json"][0]["note"] == "Werbung"
    assert len(files["comments/helpful.json"]) == len(files["comments/follows.json"]) == 1


def test_a_link_added_after_a_moderator_looked_waits_again(thread, learner, moderator, say):
    learner.date_joined = timezone.now()
    learner.save()
    comment = say(thread, learner, "https://good.example")
    moderation.restore(comment=comment, by=moderator)
    editing.edit(comment=comment, editor=learner, body="https://good.example 참고", seen_version=1)
    comment.refresh_from_db()
    assert comment.status == "visible"
    editing.edit(comment=comment, editor=learner, body="https://bad.example", seen_version=2)
    comment.refresh_from_db()
    assert (comment.status, comment.held_for) == ("held", "links")


def test_an_edit_with_a_listed_word_says_that_it_waits_for_the_word(thread, learner, say):
    BlockedWord.objects.create(word="casino", effect="hold")
    memory.clear()
    comment = say(thread, learner)
    editing.edit(comment=comment, editor=learner, body="Casino!", seen_version=1)
    comment.refresh_from_db()
    assert (comment.status, comment.held_for) == ("held", "words")


@pytest.mark.parametrize("gone", ["deleted", "hidden"])
def test_what_is_gone_since_the_form_was_opened_is_not_edited(thread, learner, say, gone):
    comment = say(thread, learner, "alt")
    Comment.objects.filter(pk=comment.pk).update(status=gone)
    with pytest.raises(Refused):
        editing.edit(comment=comment, editor=learner, body="neu", seen_version=1)
    comment.refresh_from_db()
    assert comment.body == "alt"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_edits_at_once_one_wins_and_seven_see_it(thread, learner, say):
    comment = say(thread, learner, "alt")

    def work(number):
        try:
            editing.edit(comment=comment, editor=learner, body=f"neu {number}", seen_version=1)
        except EditConflict as conflict:
            return conflict.current
        else:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    comment.refresh_from_db()
    assert sorted(found) == ["", *[comment.body] * 7]
    assert CommentRevision.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_reply_and_a_deletion_at_once_leave_exact_counts(thread, learner, other_learner, say):
    roots = [say(thread, learner, f"글 {number}") for number in range(6)]

    def reply(root):
        try:
            say(thread, other_learner, f"답 {root.pk}", parent=root)
        except Refused:
            pass
        finally:
            connection.close()

    def delete(root):
        try:
            editing.delete(comment=root)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for root in roots:
            pool.submit(reply, root)
            pool.submit(delete, root)
    thread.refresh_from_db()
    for root in roots:
        root.refresh_from_db()
        replies = root.replies.count()
        assert (root.status, root.shown, root.live_replies) == ("deleted", bool(replies), replies)
    assert thread.comment_count == Comment.objects.filter(status="visible").count()


def test_leaving_erases_what_was_deleted_before_even_when_the_rest_stays(thread, learner, say):
    comment = say(thread, learner, "persönlich")
    editing.edit(comment=comment, editor=learner, body="persönlich 2", seen_version=1)
    editing.delete(comment=comment)
    registrations.erase(learner, True)
    comment.refresh_from_db()
    assert (comment.body, comment.html) == ("", "")
    assert not CommentRevision.objects.exists()


def test_a_comment_hidden_while_its_lesson_is_made_is_not_kept(
    quest,  # noqa: F811
    learner,
    moderator,
    client,
    say,
    monkeypatch,
):
    lesson = Lesson.objects.select_related("thread").get(uid="demo-lesson-1")
    comment = say(lesson.thread, learner, "은밀한 문장")
    say(lesson.thread, learner, "다른 문장")
    new_page = shared.new_page

    def hide_meanwhile(*args):
        """Another process hides it after the comments were read and before they are shown."""
        monkeypatch.setattr(shared, "new_page", new_page)
        moderation.hide(comment=comment, by=moderator, reason="x")
        memory.next_poll = 0.0
        memory.poll()
        return new_page(*args)

    monkeypatch.setattr(shared, "new_page", hide_meanwhile)
    assert "은밀한 문장" in client.get(lesson.get_absolute_url()).text
    assert "은밀한 문장" not in client.get(lesson.get_absolute_url()).text


@pytest.mark.parametrize("address", ["/comments/preview/", "/threads/{}/write/"])
def test_previews_of_the_script_and_of_the_form_share_a_limit(
    thread, learner, client, monkeypatch, address
):
    from comments.views import writing

    monkeypatch.setattr(writing, "MOST_PREVIEWS", 3)
    client.force_login(learner)
    form = {"body": "글", "token": "0" * 8, "preview": "1"}
    codes = [client.post("/comments/preview/", form).status_code for _ in range(2)]
    codes += [client.post(address.format(thread.pk), form).status_code for _ in range(2)]
    assert codes == [200, 200, 200, 429]
