"""Pages of a thread: order, paging, cost, permalinks."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ANYBODY
from comments.conversation import editing, marking
from comments.conversation.pages import REPLIES, first_page, root_page
from comments.conversation.permalinks import url_of
from comments.models import Comment
from course.models import Lesson
from gamification.models import Granted
from gamification.providers import facts_of_one
from pagecache.changes import memory
from tests.course.conftest import quest, quest_folder  # noqa: F401
from tests.factories import fill_thread, list_device, make_settled


def numbers(page):
    return [node.comment.number for node in page.nodes if node.comment.depth == 1]


def walk(thread, viewer, sort):
    """The root numbers of every page, following the cursors."""
    found, after = [], ""
    while True:
        page = first_page(thread=thread, viewer=viewer, language="ko", sort=sort, after=after)
        found.append(numbers(page))
        if not page.more_url:
            return found
        after = page.more_url.rpartition("after=")[2]


@pytest.mark.parametrize("sort", ["oldest", "newest", "helpful"])
def test_every_root_is_on_exactly_one_page(thread, learner, sort):
    fill_thread(thread, learner, 45)
    Comment.objects.filter(number__in=[7, 30, 31]).update(helpful_count=2)
    pages = walk(thread, ANYBODY, sort)
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sorted(number for page in pages for number in page) == list(range(1, 46))


def test_the_orders(thread, learner):
    fill_thread(thread, learner, 4)
    Comment.objects.filter(number=3).update(helpful_count=2)
    Comment.objects.filter(number=4).update(helpful_count=1)
    orders = {sort: walk(thread, ANYBODY, sort)[0] for sort in ("oldest", "newest", "helpful")}
    assert orders == {
        "oldest": [1, 2, 3, 4],
        "newest": [4, 3, 2, 1],
        "helpful": [3, 4, 1, 2],
    }


@pytest.mark.parametrize("after", ["x", "1-2-3", "9" * 40, "-", "²"])
def test_a_broken_cursor_shows_the_first_page(thread, learner, client, after):
    fill_thread(thread, learner, 2)
    answer = client.get(reverse("thread", args=[thread.pk]), {"after": after, "sort": after})
    assert answer.status_code == 200


@pytest.mark.parametrize("count", [0, 50, 5000])
def test_a_page_is_one_query_however_long_the_thread(
    thread, learner, count, django_assert_num_queries
):
    fill_thread(thread, learner, count // 5, replies=4)
    with django_assert_num_queries(1):
        page = first_page(thread=thread, viewer=AnonymousUser(), language="ko")
    assert len(page.nodes) == min(count, 100)


@pytest.mark.parametrize("count", [0, 50, 5000])
def test_a_member_s_page_is_two_queries(thread, learner, count, django_assert_num_queries):
    fill_thread(thread, learner, count)
    with django_assert_num_queries(2):
        first_page(thread=thread, viewer=learner, language="ko")


@pytest.mark.parametrize("count", [0, 50, 5000])
def test_the_whole_thread_page_costs_the_same_for_any_length(
    thread, learner, client, count, django_assert_max_num_queries
):
    fill_thread(thread, learner, count)
    client.force_login(learner)
    client.get(reverse("thread", args=[thread.pk]))
    with django_assert_max_num_queries(8):
        assert client.get(reverse("thread", args=[thread.pk])).status_code == 200


def test_the_comments_of_the_first_page_are_read_once_for_all_members(
    thread, learner, other_learner, client, say, django_capture_on_commit_callbacks
):
    fill_thread(thread, learner, 9)
    url = reverse("thread", args=[thread.pk])
    client.force_login(other_learner)
    client.get(url)

    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert not [each for each in queries if "reply_number" in each["sql"]]

    with django_capture_on_commit_callbacks(execute=True):
        say(thread, other_learner, "방금 쓴 글")
    assert "방금 쓴 글" in client.get(url, {"sort": "oldest"}).content.decode()


def queries_of(client, url, key) -> list[int]:
    """How many queries a page costs its first reader after a change, and the next one."""
    memory.forget({key})
    found = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        found.append(len(queries))
    return found


@pytest.mark.parametrize("role", ["anonymous", "learner", "author", "moderator"])
def test_a_lesson_costs_the_same_queries_with_0_50_and_5000_comments(
    quest,  # noqa: F811
    role,
    other_learner,
    learner,
    moderator,
    settings,
):
    settings.PAGECACHE_POLL_SECONDS = 3600  # the look for changes is not the thread's cost
    client = Client()
    if role != "anonymous":
        people = {"learner": other_learner, "author": learner, "moderator": moderator}
        client.force_login(people[role])
        list_device(people[role], client.session.session_key)
    thread = Lesson.objects.select_related("thread").get(uid="demo-lesson-1").thread
    client.get(thread.url)  # the first page of all loads templates and permissions
    costs = []
    for more in (0, 50, 4950):
        fill_thread(thread, learner, more)
        costs.append(queries_of(client, thread.url, f"thread:{thread.pk}"))
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 12


def test_a_root_with_many_replies_shows_the_first_and_the_number_of_the_others(thread, learner):
    fill_thread(thread, learner, 2, replies=30)
    page = first_page(thread=thread, viewer=ANYBODY, language="ko")
    assert len(page.nodes) == 2 * (1 + REPLIES)
    assert [node.more_replies for node in page.nodes if node.more_replies] == [30 - REPLIES] * 2


def test_the_page_of_one_root_goes_through_all_replies(thread, learner):
    fill_thread(thread, learner, 1, replies=150)
    first = root_page(thread=thread, viewer=ANYBODY, language="ko", root=1)
    second = root_page(thread=thread, viewer=ANYBODY, language="ko", root=1, behind=100)
    assert (len(first.nodes), len(second.nodes)) == (101, 51)
    assert first.more_url.endswith("behind=100")
    assert second.more_url == ""


def test_a_permalink_opens_the_page_that_shows_the_comment(thread, learner, client):
    fill_thread(thread, learner, 45, replies=20)
    for number in (1, 2, 20 * 21 + 1, 21 * 44 + 1, 21 * 44 + 19):
        comment = Comment.objects.get(number=number)
        url, _, anchor = url_of(comment, ANYBODY).partition("#")
        if url == thread.url:
            page = first_page(thread=thread, viewer=ANYBODY, language="ko")
            assert any(node.comment.pk == comment.pk for node in page.nodes)
        else:
            assert f'id="{anchor}"' in client.get(url).content.decode()


def test_a_permalink_follows_the_order_that_the_viewer_sees(thread, learner, client, say):
    posted = [say(thread, make_settled(f"a{n}"), f"글 {n}") for n in range(25)]
    for comment in posted[:10]:
        editing.delete(comment=comment)
    answer = client.get(reverse("comment", args=[posted[24].pk]))
    assert answer.url == f"{thread.url}#comment-{posted[24].pk}"


def test_the_list_alone_for_scripts(thread, learner, client):
    fill_thread(thread, learner, 1)
    url = reverse("thread", args=[thread.pk])
    part = client.get(url, headers={"X-Requested-With": "fetch"}).content.decode()
    assert "<html" not in part
    assert "글 1" in part


def test_the_anonymous_page_has_nothing_personal(thread, learner, client):
    fill_thread(thread, learner, 2)
    page = client.get(reverse("thread", args=[thread.pk])).content.decode()
    assert "csrf" not in page
    assert "<form" not in page.replace('<form class="search', "")


def test_a_helpful_mark_counts_once_and_can_be_taken_back(thread, learner, other_learner, say):
    comment = say(thread, learner)
    for _ in range(2):
        marking.mark_helpful(comment=comment, learner=other_learner, helpful=True)
    comment.refresh_from_db()
    assert comment.helpful_count == 1
    page = first_page(thread=thread, viewer=other_learner, language="ko")
    assert page.nodes[0].marked
    for _ in range(2):
        marking.mark_helpful(comment=comment, learner=other_learner, helpful=False)
    comment.refresh_from_db()
    assert comment.helpful_count == 0


def test_three_helpful_comments_make_a_helping_hand(thread, learner, other_learner, say):
    call_command("load_rules", verbosity=0)
    for number in range(3):
        assert not Granted.objects.filter(achievement__slug="helping-hand").exists()
        comment = say(thread, learner, f"도움이 되는 글 {number}")
        marking.mark_helpful(comment=comment, learner=other_learner, helpful=True)
    assert Granted.objects.filter(learner=learner, achievement__slug="helping-hand").exists()
    assert facts_of_one(learner.pk).counts["helpful"] == 3


def test_the_feed_has_what_everybody_may_read(thread, draft_thread, learner, staff, client, say):
    say(thread, learner, "보이는 글")
    editing.delete(comment=say(thread, learner, "지운 글"))
    feed = client.get(reverse("thread-feed", args=[thread.pk])).content.decode()
    assert "보이는 글" in feed
    assert "지운 글" not in feed
    client.force_login(staff)
    assert client.get(reverse("thread-feed", args=[draft_thread.pk])).status_code == 404


def test_a_character_that_xml_can_not_hold_does_not_break_the_feed(thread, learner, client, say):
    say(thread, learner, "bell &#8; here")
    assert client.get(reverse("thread-feed", args=[thread.pk])).status_code == 200


def test_replies_behind_removed_ones_can_be_reached(thread, learner):
    fill_thread(thread, learner, 1, replies=150)
    Comment.objects.filter(reply_number__range=(3, 100)).update(status="hidden", shown=False)
    Comment.objects.filter(depth=1).update(replies_shown=52)
    first = root_page(thread=thread, viewer=ANYBODY, language="ko", root=1)
    assert [node.comment.reply_number for node in first.nodes] == [0, 1, 2, *range(101, 151)]
    assert first.more_url == ""


def test_own_held_replies_are_not_counted_among_the_others(thread, learner, other_learner):
    fill_thread(thread, other_learner, 1, replies=14)
    Comment.objects.filter(reply_number=2).update(status="held", shown=False, author=learner)
    Comment.objects.filter(depth=1).update(replies_shown=13)
    for viewer, number in ((ANYBODY, 11), (learner, 12)):
        page = first_page(thread=thread, viewer=viewer, language="ko")
        assert len(page.nodes) == 1 + number
        assert page.nodes[-1].more_replies == 2
