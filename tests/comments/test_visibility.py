"""Every outlet × role × status: nobody reads what is not for them, ids of others answer 404."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from comments import registrations, telling
from comments.models import BugReport, Comment, Sanction
from comments.pages import first_page
from comments.reports import Fault, file
from tests.comments.conftest import person

SECRET = "은밀한문장"
STATUSES = ("visible", "held", "hidden", "deleted", "draft")
ROLES = ("anonymous", "learner", "author", "banned", "moderator", "staff")
EVERYBODY = set(ROLES)
WHO_READS = {
    "visible": EVERYBODY,
    "held": {"author", "moderator", "staff"},
    "hidden": {"author", "moderator", "staff"},
    "deleted": {"moderator", "staff"},
    "draft": {"moderator", "staff"},
}


@pytest.fixture
def people(learner, other_learner, moderator, staff):
    banned = person("gone")
    Sanction.objects.create(
        learner=banned, kind="banned", reason="x", until=timezone.now() + timedelta(days=1)
    )
    return {
        "anonymous": AnonymousUser(),
        "learner": other_learner,
        "author": learner,
        "banned": banned,
        "moderator": moderator,
        "staff": staff,  # a superuser has every permission, the desk's included
    }


@pytest.fixture
def secret(thread, learner, say):
    """Makes the comment of a status, with a reply below so that its place stays."""

    def make(status):
        comment = say(thread, learner, SECRET)
        say(thread, person("answerer"), "답", parent=comment)
        if status == "draft":
            thread.public = False
            thread.save()
        else:
            Comment.objects.filter(pk=comment.pk).update(status=status)
        return Comment.objects.get(pk=comment.pk)

    return make


def sign_in(client, viewer):
    if viewer.is_authenticated:
        client.force_login(viewer)


def on_page(client, viewer, comment):
    return client.get(reverse("thread", args=[comment.thread_id]))


def on_fragment(client, viewer, comment):
    url = reverse("thread", args=[comment.thread_id])
    return client.get(url, headers={"X-Requested-With": "fetch"})


def on_root_page(client, viewer, comment):
    return client.get(reverse("thread", args=[comment.thread_id]), {"root": comment.root})


def on_feed(client, viewer, comment):
    return client.get(reverse("thread-feed", args=[comment.thread_id]))


def on_reply_form(client, viewer, comment):
    return client.get(reverse("comment-reply", args=[comment.pk]), {"quote": 1})


def on_flag_form(client, viewer, comment):
    return client.get(reverse("comment-flag", args=[comment.pk]))


def on_edit_form(client, viewer, comment):
    return client.get(reverse("comment-edit", args=[comment.pk]))


def on_admin_row(client, viewer, comment):
    return client.get(reverse("admin:comments_comment_change", args=[comment.pk]))


def on_admin_list(client, viewer, comment):
    return client.get(reverse("admin:comments_comment_changelist"), {"queue": "all"})


PAGES = [on_page, on_fragment, on_root_page, on_feed, on_reply_form, on_flag_form, on_edit_form]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ROLES)
def test_the_queryset_lets_through_exactly_whom_it_should(people, secret, role, status):
    comment = secret(status)
    seen = Comment.objects.visible_to(people[role]).filter(pk=comment.pk).exists()
    assert seen == (role in WHO_READS[status])


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("outlet", PAGES)
def test_no_page_leaks(people, secret, client, outlet, role, status):
    comment = secret(status)
    sign_in(client, people[role])
    answer = outlet(client, people[role], comment)
    assert answer.status_code in (200, 302, 404)
    shown = answer.status_code == 200 and SECRET in answer.content.decode()
    assert not shown or role in WHO_READS[status]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("outlet", [on_page, on_fragment, on_root_page])
def test_the_conversation_shows_it_to_whom_it_is_for(people, secret, client, outlet, role, status):
    comment = secret(status)
    sign_in(client, people[role])
    answer = outlet(client, people[role], comment)
    assert (SECRET in answer.content.decode()) == (role in WHO_READS[status])


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "name", ["comment", "comment-reply", "comment-edit", "comment-delete", "comment-flag"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_of_what_one_may_not_read_answer_404(
    people, secret, client, name, role, status, method
):
    if role in WHO_READS[status]:
        return
    comment = secret(status)
    sign_in(client, people[role])
    answer = getattr(client, method)(reverse(name, args=[comment.pk]))
    if role == "anonymous" and name != "comment":
        assert (answer.status_code, "/login/" in answer.url) == (302, True)
    elif name == "comment" and method == "post":
        assert answer.status_code == 405
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("role", ["learner", "banned", "moderator", "staff"])
@pytest.mark.parametrize("name", ["comment-edit", "comment-delete"])
def test_nobody_edits_or_deletes_what_others_wrote(people, secret, client, name, role):
    comment = secret("visible")
    client.force_login(people[role])
    assert client.post(reverse(name, args=[comment.pk]), {"body": "x"}).status_code == 404


@pytest.mark.parametrize("role", ["anonymous", "learner", "author", "banned"])
@pytest.mark.parametrize("outlet", [on_admin_row, on_admin_list])
def test_the_desk_is_closed_to_all_but_its_people(people, secret, client, outlet, role):
    comment = secret("visible")
    sign_in(client, people[role])
    answer = outlet(client, people[role], comment)
    assert answer.status_code in (302, 403, 404)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ["moderator", "staff"])
def test_the_desk_shows_everything_to_its_people(people, secret, client, role, status):
    comment = secret(status)
    client.force_login(people[role])
    for outlet in (on_admin_row, on_admin_list):
        assert SECRET in outlet(client, people[role], comment).content.decode()


def test_staff_without_the_moderators_permission_do_not_get_in(secret, client):
    author = person("writer", is_staff=True)
    comment = secret("held")
    client.force_login(author)
    assert on_admin_row(client, author, comment).status_code == 403
    assert on_admin_list(client, author, comment).status_code == 403
    assert not Comment.objects.visible_to(author).filter(pk=comment.pk).exists()


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("role", ROLES)
def test_the_profile_shows_what_the_viewer_may_read_and_everybody_could(
    people, secret, role, status
):
    comment = secret(status)
    section = registrations.recent(comment.author, people[role])
    listed = bool(section) and any(row.pk == comment.pk for row in section["comments"])
    expected = {"visible": EVERYBODY, "draft": {"moderator", "staff"}}.get(status, set())
    assert listed == (role in expected)


@pytest.mark.parametrize("status", STATUSES)
def test_the_export_has_what_its_owner_may_read(people, secret, status):
    comment = secret(status)
    files = {file.path: file.content for file in registrations.export(comment.author)}
    bodies = [row["body"] for row in json.loads(files["comments/comments.json"])]
    assert (SECRET in bodies) == ("author" in WHO_READS[status])
    others = {file.path: file.content for file in registrations.export(people["learner"])}
    assert SECRET not in "".join(others.values())


@pytest.mark.parametrize("status", STATUSES)
def test_mails_quote_only_what_everybody_may_read(secret, learner, other_learner, status):
    comment = secret(status)
    row = Notification.objects.create(
        learner=other_learner, key=telling.key_of(comment), kind="follow", text="x", url="/"
    )
    assert (telling.recheck([row])[row.pk] is not None) == (status == "visible")


def test_notifications_store_no_comment_text(secret):
    secret("visible")
    rows = Notification.objects.all()
    assert rows
    assert not any(SECRET in row.text + row.body for row in rows)


def test_a_page_does_not_even_load_the_text_of_tombstones(secret, thread):
    comment = secret("deleted")
    page = first_page(thread=thread, viewer=None, language="ko")
    node = next(node for node in page.nodes if node.comment.pk == comment.pk)
    assert (node.html, node.readable) == ("", False)
    assert {"body", "html"} <= node.comment.get_deferred_fields()


REPORT_READERS = {
    "own": {"author", "moderator", "staff"},
    "anonymous": EVERYBODY,  # whoever has the private link
}


@pytest.mark.parametrize("kind", ["own", "anonymous"])
@pytest.mark.parametrize("role", ROLES)
def test_a_report_s_page_is_for_its_reporter_or_the_holder_of_the_link(
    people, thread, client, kind, role
):
    report = file(
        thread=thread,
        reporter=people["author"] if kind == "own" else None,
        fault=Fault(category="typo", body=SECRET),
        form_token=f"t-{kind}",
    )
    sign_in(client, people[role])
    status = client.get(report.get_absolute_url()).status_code
    assert status == (200 if role in REPORT_READERS[kind] else 404)
    seen = BugReport.objects.visible_to(people[role]).filter(pk=report.pk).exists()
    allowed = {"moderator", "staff"} | ({"author"} if kind == "own" else set())
    assert seen == (role in allowed)
    assert client.get(reverse("report", args=["guessed"])).status_code == 404


def test_unreviewed_reports_are_shown_to_no_other_reader(thread, learner, client):
    fault = Fault(category="typo", body=SECRET)
    file(thread=thread, reporter=learner, fault=fault, form_token="t")
    page = client.get(reverse("report-new"), {"thread": thread.pk}).content.decode()
    assert SECRET not in page
    BugReport.objects.update(status="confirmed")
    assert SECRET in client.get(reverse("report-new"), {"thread": thread.pk}).content.decode()
