"""Visibility for every outlet × role × status; forbidden ids give 404.

A test asks one outlet for all roles and statuses, because the people and what they wrote cost
more to set up than the questions; what differs is listed as (role, status).
"""

import json
import uuid
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import ANYBODY, Notification
from comments import registrations
from comments.conversation import notifying
from comments.conversation.pages import first_page
from comments.desk import moderation
from comments.groups import GROUP, ensure_moderators
from comments.models import AuditEntry, BugReport, Comment, Sanction, Thread
from comments.reports import Fault, file
from course.folders.importer import import_quest
from course.models import Lesson
from tests.course.folders import write_quest
from tests.factories import make_comment, make_settled

ROLES = ("anonymous", "learner", "author", "banned", "moderator", "staff")
EVERYBODY = set(ROLES)
WHO_READS = {
    "visible": EVERYBODY,
    "held": {"author", "moderator", "staff"},
    "hidden": {"author", "moderator", "staff"},
    "deleted": {"moderator", "staff"},
    "draft": {"moderator", "staff"},
}
STATUSES = tuple(WHO_READS)
READERS = {(role, status) for status, roles in WHO_READS.items() for role in roles}
OTHERS = {(role, status) for role in ROLES for status in STATUSES} - READERS
DESK = {(role, status) for role in ("moderator", "staff") for status in STATUSES}


class World(NamedTuple):
    """The six roles, signed in where they can be, and a comment of each status."""

    people: dict
    clients: dict
    comments: dict

    def pairs(self):
        """(role, status, client, comment) of the whole matrix."""
        for role, client in self.clients.items():
            for status, comment in self.comments.items():
                yield role, status, client, comment

    def shown(self, outlet) -> set:
        """Return (role, status) of every secret that the outlet shows."""
        found = set()
        for role, status, client, comment in self.pairs():
            answer = outlet(client, comment)
            assert answer.status_code in (200, 302, 403, 404), (role, status)
            text = answer.content.decode()
            found |= {(role, each) for each in STATUSES if secret_of(each) in text}
        return found


def secret_of(status: str) -> str:
    """Return the unique text of the comment with this status."""
    return f"은밀한{status}문장"


def make_people() -> dict[str, Any]:
    """One person for each role."""
    people: dict[str, Any] = {
        "anonymous": AnonymousUser(),
        "learner": make_settled("jun", display_name="준"),
        "author": make_settled("minji", display_name="민지"),
        "banned": make_settled("gone"),
        "moderator": make_settled("haneul", display_name="하늘", is_staff=True),
        # A superuser has every permission, the desk's included.
        "staff": make_settled("sora", is_staff=True, is_superuser=True),
    }
    ensure_moderators(apps)
    people["moderator"].groups.add(Group.objects.get(name=GROUP))
    tomorrow = timezone.now() + timedelta(days=1)
    Sanction.objects.create(learner=people["banned"], kind="banned", reason="x", until=tomorrow)
    return people


def make_world(folder) -> World:
    """A lesson with a comment of every status, and a draft that had one while it was public.

    Each has a reply below, so that its place in the conversation stays.
    """
    import_quest(folder=write_quest(folder))
    people, answerer, comments = make_people(), make_settled("answerer"), {}
    lesson, draft = Lesson.objects.select_related("thread").order_by("position")
    for status in STATUSES:
        thread = draft.thread if status == "draft" else lesson.thread
        comment = make_comment(thread, people["author"], secret_of(status))
        make_comment(thread, answerer, f"답 {status}", parent=comment)
        if status != "draft":
            Comment.objects.filter(pk=comment.pk).update(status=status)
        comments[status] = comment
    Lesson.objects.filter(pk=draft.pk).update(status="draft")
    Thread.objects.filter(pk=draft.thread_id).update(public=False)
    fresh = Comment.objects.select_related("thread", "author").in_bulk(
        [comment.pk for comment in comments.values()]
    )
    return World(
        people,
        {role: client_of(viewer) for role, viewer in people.items()},
        {status: fresh[comment.pk] for status, comment in comments.items()},
    )


@pytest.fixture(scope="module")
def standing_world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world of all tests here; each of them undoes what it does to it."""
    with django_db_blocker.unblock(), translation.override("ko"), transaction.atomic():
        yield make_world(tmp_path_factory.mktemp("quest") / "demo")
        transaction.set_rollback(True)


@pytest.fixture
def world(standing_world, db) -> World:
    """The world, inside a transaction of this test's own."""
    return standing_world


def client_of(viewer) -> Client:
    """A browser in which the viewer is signed in."""
    client = Client()
    if viewer.is_authenticated:
        client.force_login(viewer)
    return client


def on_lesson(client, comment):
    return client.get(comment.thread.url)


def on_page(client, comment):
    return client.get(reverse("thread", args=[comment.thread_id]))


def on_fragment(client, comment):
    url = reverse("thread", args=[comment.thread_id])
    return client.get(url, headers={"X-Requested-With": "fetch"})


def on_root_page(client, comment):
    return client.get(reverse("thread", args=[comment.thread_id]), {"root": comment.root})


def on_feed(client, comment):
    return client.get(reverse("thread-feed", args=[comment.thread_id]))


def on_reply_form(client, comment):
    return client.get(reverse("comment-reply", args=[comment.pk]), {"quote": 1})


def on_flag_form(client, comment):
    return client.get(reverse("comment-flag", args=[comment.pk]))


def on_edit_form(client, comment):
    return client.get(reverse("comment-edit", args=[comment.pk]))


def on_delete_form(client, comment):
    return client.get(reverse("comment-delete", args=[comment.pk]))


def on_search(client, comment):
    return client.get("/search/", {"q": "은밀한"})


def on_report_form(client, comment):
    return client.get(reverse("report-new"), {"thread": comment.thread_id})


def on_notifications(client, comment):
    return client.get("/notifications/")


def on_admin_row(client, comment):
    return client.get(reverse("admin:comments_comment_change", args=[comment.pk]))


def on_admin_list(client, comment):
    return client.get(reverse("admin:comments_comment_changelist"), {"queue": "all"})


def test_the_queryset_lets_through_exactly_whom_it_should(world):
    seen = {
        (role, status)
        for role, status, _client, comment in world.pairs()
        if Comment.objects.visible_to(world.people[role]).filter(pk=comment.pk).exists()
    }
    assert seen == READERS


@pytest.mark.parametrize("outlet", [on_lesson, on_page, on_fragment, on_root_page])
def test_the_conversation_shows_it_to_whom_it_is_for_and_nobody_else(world, outlet):
    assert world.shown(outlet) == READERS
    # What was kept for the first round must not reach others in the second.
    assert world.shown(outlet) == READERS


def test_the_feed_is_the_same_for_everybody(world):
    assert world.shown(on_feed) == {(role, "visible") for role in ROLES}


@pytest.mark.parametrize(
    ("outlet", "expected"),
    [
        (on_reply_form, {(role, status) for role, status in READERS if role != "anonymous"}),
        (on_flag_form, {(role, status) for role, status in READERS if role != "anonymous"}),
        (on_edit_form, {("author", "visible"), ("author", "held")}),
        (on_delete_form, {("author", "visible"), ("author", "held")}),
        (on_search, set()),
        (on_report_form, set()),
        (on_notifications, set()),
        (on_admin_row, DESK),
        (on_admin_list, DESK),
    ],
)
def test_no_other_page_leaks(world, outlet, expected):
    assert world.shown(outlet) == expected


NAMES = ("comment", "comment-reply", "comment-edit", "comment-delete", "comment-flag")


@pytest.mark.parametrize("name", [*NAMES, "comment-helpful"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_of_what_one_may_not_read_answer_404(world, name, method):
    answers = {}
    for role, status, client, comment in world.pairs():
        if (role, status) in OTHERS:
            answer = getattr(client, method)(reverse(name, args=[comment.pk]))
            signs_in = answer.status_code == 302 and "/login/" in answer.url
            answers[role, status] = "login" if signs_in else answer.status_code
    wrong_method = (name, method) in (("comment", "post"), ("comment-helpful", "get"))
    expected = 405 if wrong_method else 404
    asked = "login" if name != "comment" else expected
    assert answers == {
        (role, status): asked if role == "anonymous" else expected for role, status in OTHERS
    }


def test_threads_of_drafts_answer_404_to_all_but_staff(world):
    thread = world.comments["draft"].thread_id
    for role in ("learner", "author", "banned"):
        for name in ("thread-follow", "comment-write"):
            answer = world.clients[role].post(reverse(name, args=[thread]), {"body": "x"})
            assert answer.status_code == 404, (role, name)


def test_nobody_edits_or_deletes_what_others_wrote(world):
    for role in ("learner", "banned", "moderator", "staff"):
        for name in ("comment-edit", "comment-delete"):
            url = reverse(name, args=[world.comments["visible"].pk])
            assert world.clients[role].post(url, {"body": "x"}).status_code == 404


def test_the_desk_is_closed_to_all_but_its_people(world):
    for role in ("anonymous", "learner", "author", "banned"):
        for outlet in (on_admin_row, on_admin_list):
            answer = outlet(world.clients[role], world.comments["visible"])
            assert answer.status_code in (302, 403, 404)


def test_staff_without_the_moderators_permission_do_not_get_in(world):
    writer = make_settled("writer", is_staff=True)
    client = client_of(writer)
    for status in ("held", "hidden", "deleted"):
        comment = world.comments[status]
        assert on_admin_row(client, comment).status_code == 403
        assert on_admin_list(client, comment).status_code == 403
        assert not Comment.objects.visible_to(writer).filter(pk=comment.pk).exists()
        for outlet in (on_lesson, on_page, on_fragment, on_root_page, on_feed):
            assert secret_of(status) not in outlet(client, comment).content.decode()


def test_the_number_of_comments_tells_nothing_of_those_that_are_not_shown(world):
    thread = Thread.objects.get(pk=world.comments["visible"].thread_id)
    before = thread.comment_count
    held = make_comment(thread, make_settled("shy"), "하나 더")
    moderation.hide(comment=held, by=world.people["moderator"], reason="x")
    thread.refresh_from_db()
    assert thread.comment_count == before
    page = on_page(world.clients["anonymous"], world.comments["visible"]).content.decode()
    assert "하나 더" not in page
    assert f'id="comment-{held.pk}"' not in page


def test_the_profile_shows_what_the_viewer_may_read_and_everybody_could(world):
    listed = set()
    for role, status, _client, comment in world.pairs():
        section = registrations.recent(comment.author, world.people[role])
        if section and any(row.pk == comment.pk for row in section["comments"]):
            listed.add((role, status))
    assert listed == {pair for pair in READERS if pair[1] in ("visible", "draft")}


def test_helpful_comments_on_the_profile_are_those_that_everybody_could_read(world):
    Comment.objects.update(helpful_count=2)
    listed = set()
    for role, status, _client, comment in world.pairs():
        section = registrations.helpful(comment.author, world.people[role])
        if section and any(row.pk == comment.pk for row in section["comments"]):
            listed.add((role, status))
    assert listed == {pair for pair in READERS if pair[1] in ("visible", "draft")}
    Comment.objects.update(helpful_count=0)
    assert registrations.helpful(world.people["author"], world.people["author"]) is None


def test_the_export_has_what_its_owner_may_read(world):
    owner = world.people["author"]
    files = {file.path: file.content for file in registrations.export(owner)}
    bodies = {row["body"] for row in json.loads(files["comments/comments.json"])}
    readable = {secret_of(status) for role, status in READERS if role == "author"}
    assert bodies == readable
    others = [file.content for file in registrations.export(world.people["learner"])]
    assert "은밀한" not in "".join(others)


def test_mails_quote_only_what_everybody_may_read(world):
    reader = world.people["learner"]
    Notification.objects.filter(learner=reader).delete()
    told = {
        status: Notification.objects.create(
            learner=reader, key=notifying.key_of(comment), kind="follow", text="x", url="/"
        )
        for status, comment in world.comments.items()
    }
    notices = notifying.recheck(list(told.values()))
    assert {status for status, row in told.items() if notices[row.pk]} == {"visible"}


def test_nothing_that_lasts_stores_the_text_of_a_comment(world):
    comment = Comment.objects.get(pk=world.comments["visible"].pk)
    moderation.hide(comment=comment, by=world.people["moderator"], reason="x")
    notices = [row.text + row.body for row in Notification.objects.all()]
    trail = [f"{row} {row.before} {row.after}" for row in AuditEntry.objects.all()]
    assert notices
    assert trail
    assert not any("은밀한" in text for text in notices + trail)


def test_a_page_does_not_even_load_the_text_of_tombstones(world):
    comment = world.comments["deleted"]
    page = first_page(thread=comment.thread, viewer=ANYBODY, language="ko")
    node = next(node for node in page.nodes if node.comment.pk == comment.pk)
    assert (node.html, node.readable) == ("", False)
    assert {"body", "html"} <= node.comment.get_deferred_fields()


REPORT_READERS = {
    "own": {"author", "moderator", "staff"},
    "anonymous": EVERYBODY,  # whoever has the private link
}


@pytest.mark.parametrize("kind", ["own", "anonymous"])
def test_a_report_s_page_is_for_its_reporter_or_the_holder_of_the_link(world, thread, kind):
    people = world.people
    report = file(
        thread=thread,
        reporter=people["author"] if kind == "own" else None,
        fault=Fault(category="typo", body=secret_of("report")),
        form_token=f"t-{kind}",
    )
    url = report.get_absolute_url()
    opened = {role: client.get(url).status_code for role, client in world.clients.items()}
    assert opened == {role: 200 if role in REPORT_READERS[kind] else 404 for role in ROLES}
    seen = {
        role
        for role, viewer in people.items()
        if BugReport.objects.visible_to(viewer).filter(pk=report.pk).exists()
    }
    assert seen == {"moderator", "staff"} | ({"author"} if kind == "own" else set())
    for client in world.clients.values():
        assert client.get(reverse("report", args=["guessed"])).status_code == 404


def test_unreviewed_reports_are_shown_to_no_other_reader(world, thread):
    secret, author = secret_of("report"), world.people["author"]
    fault = Fault(category="typo", body=f"{secret} 오타가 있어요", quote=secret)
    file(thread=thread, reporter=author, fault=fault, form_token="t")
    form = {
        "thread": thread.pk,
        "category": "typo",
        "body": "문장 오타가 있어요",
        "language": "ko",
        "token": str(uuid.uuid4()),
    }

    def readers() -> tuple[set, set]:
        """The roles that the form shows it to, before and after they wrote the like."""
        asked, sent = set(), set()
        for role, client in world.clients.items():
            page = client.get(reverse("report-new"), {"thread": thread.pk}).content.decode()
            asked |= {role} if secret in page else set()
            answer = client.post(reverse("report-new"), form)
            sent |= {role} if secret in answer.content.decode() else set()
        return asked, sent

    assert readers() == (set(), {"author", "moderator", "staff"})
    assert BugReport.objects.count() == 2  # who may not read it is not told of it, but heard
    BugReport.objects.update(status="confirmed")
    assert readers() == (EVERYBODY, EVERYBODY)
