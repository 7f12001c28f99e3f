"""Posting: once, in its place, counted."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import ANYBODY
from comments.conversation import editing, posting
from comments.conversation.pages import first_page
from comments.errors import Invalid, Refused
from comments.models import Comment, Follow, Thread
from tests.factories import make_settled


def bodies(thread, viewer=ANYBODY, **how):
    """The texts of a page in reading order, with their depth."""
    page = first_page(thread=thread, viewer=viewer, language="ko", **how)
    return [(node.comment.depth, node.html) for node in page.nodes]


def test_replies_stand_below_what_they_answer(thread, learner, other_learner, say):
    first = say(thread, learner, "하나")
    say(thread, learner, "둘")
    say(thread, other_learner, "답", parent=first)
    found = [(1, "<p>하나</p>"), (2, "<p>답</p>"), (1, "<p>둘</p>")]
    assert bodies(thread) == found


def test_replies_below_the_fourth_level_stand_beside_what_they_answer(thread, learner, say):
    chain = [say(thread, learner, "글 0")]
    for number in range(1, 7):
        chain.append(say(thread, learner, f"글 {number}", parent=chain[-1]))
    assert [comment.depth for comment in chain] == [1, 2, 3, 4, 4, 4, 4]
    assert [html for _depth, html in bodies(thread)] == [f"<p>글 {n}</p>" for n in range(7)]
    assert chain[6].parent_id == chain[5].pk


def test_a_reply_rewrites_no_other_path(thread, learner, say):
    first = say(thread, learner, "하나")
    second = say(thread, learner, "둘")
    paths = dict(Comment.objects.values_list("pk", "path"))
    say(thread, learner, "답", parent=first)
    say(thread, learner, "답 2", parent=second)
    assert all(Comment.objects.get(pk=pk).path == path for pk, path in paths.items())


def test_the_same_form_posts_once(thread, learner, say):
    token = str(uuid.uuid4())
    first = say(thread, learner, "하나", token=token)
    assert say(thread, learner, "하나", token=token).pk == first.pk
    thread.refresh_from_db()
    assert thread.comment_count == 1


def test_whoever_posts_follows_but_a_mute_stays(thread, learner, other_learner, say):
    Follow.objects.create(thread=thread, learner=other_learner, state="muted")
    say(thread, learner)
    say(thread, other_learner, "다른 글")
    assert dict(Follow.objects.values_list("learner", "state")) == {
        learner.pk: "following",
        other_learner.pk: "muted",
    }


@pytest.mark.parametrize("body", ["", "   ", "\u200b\u200d", "\u3164", "x" * 4001, ">" * 200])
def test_what_shows_nothing_or_costs_too_much_is_refused(thread, learner, say, body):
    if body == ">" * 200:
        body = "> " * 200 + "x"
    with pytest.raises(Invalid):
        say(thread, learner, body)
    assert not Comment.objects.exists()


def test_nobody_writes_into_a_locked_thread_but_moderators(thread, learner, moderator, say):
    thread.locked = True
    thread.save()
    with pytest.raises(Refused):
        say(thread, learner)
    assert say(thread, moderator).status == "visible"


def test_a_removed_comment_can_not_be_answered(thread, learner, say):
    first = say(thread, learner)
    editing.delete(comment=first)
    with pytest.raises(Refused):
        say(thread, learner, "답", parent=first)


def test_a_parent_of_another_thread_is_refused(thread, draft_thread, learner, say):
    elsewhere = say(thread, learner)
    with pytest.raises(Refused):
        say(draft_thread, learner, "답", parent=elsewhere)


def test_a_deleted_comment_with_replies_leaves_a_tombstone(thread, learner, other_learner, say):
    first = say(thread, learner, "비밀스러운 말")
    say(thread, other_learner, "답", parent=first)
    editing.delete(comment=first)
    assert bodies(thread) == [(1, ""), (2, "<p>답</p>")]
    thread.refresh_from_db()
    assert thread.comment_count == 1


def test_a_tombstone_goes_with_its_last_reply(thread, learner, other_learner, say):
    first = say(thread, learner, "하나")
    second = say(thread, other_learner, "답", parent=first)
    third = say(thread, learner, "답의 답", parent=second)
    for comment in (first, second, third):
        editing.delete(comment=comment)
    assert bodies(thread) == []
    first.refresh_from_db()
    thread.refresh_from_db()
    assert (first.replies_shown, first.live_replies, thread.comment_count) == (0, 0, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_counts_and_numbers_are_exact_when_eight_post_at_once(thread, say):
    people = [make_settled(f"p{number}") for number in range(8)]
    root = say(thread, people[0], "처음")

    def work(author):
        try:
            for turn in range(3):
                say(thread, author, f"{author.handle} {turn}", parent=root)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, people))
    thread.refresh_from_db()
    root.refresh_from_db()
    visible = Comment.objects.filter(status="visible").count()
    assert Comment.objects.count() == 25
    assert (thread.comment_count, root.replies_shown) == (visible, visible - 1)
    assert sorted(Comment.objects.values_list("number", flat=True)) == list(range(1, 26))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_comment(thread, learner):
    token = str(uuid.uuid4())

    def work(_turn):
        try:
            return posting.post(
                thread=thread, author=learner, body="한 번", language="ko", token=token
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(work, range(8)))
    assert len(found) == 1
    assert Thread.objects.get().comment_count == 1


def test_posting_costs_the_same_in_a_long_thread(
    thread, learner, other_learner, say, django_assert_max_num_queries
):
    root = say(thread, other_learner)
    for number in range(30):
        say(thread, make_settled(f"q{number}"), f"글 {number}", parent=root)
    with django_assert_max_num_queries(30):
        say(thread, learner, "@jun 여기요", parent=root)
