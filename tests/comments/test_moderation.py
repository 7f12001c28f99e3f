"""Holding, flags, sanctions, limits, the desk, its trail and its undo."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from comments.conversation import editing, marking
from comments.desk import moderation, undoing
from comments.errors import Invalid, Refused, TooMany
from comments.groups import PERMISSIONS
from comments.models import AuditEntry, BlockedWord, Comment, Flag, Note, Sanction
from comments.networks import count_attempt, network_prefix
from comments.reports import Fault, file
from pagecache.changes import memory
from tests.factories import make_settled


@pytest.fixture
def newcomer(db) -> User:
    """An account of today."""
    new = make_settled("newbie")
    new.date_joined = timezone.now()
    new.save()
    return new


@pytest.mark.parametrize("body", ["https://a.example", "[여기](https://a.example)"])
def test_links_by_new_accounts_wait(thread, newcomer, say, body):
    comment = say(thread, newcomer, body)
    assert (comment.status, comment.held_for) == ("held", "links")


def test_mentions_by_new_accounts_are_no_links(thread, newcomer, learner, say):
    assert say(thread, newcomer, "@minji 안녕하세요").status == "visible"


def test_links_by_settled_accounts_are_shown(thread, learner, say):
    assert say(thread, learner, "https://a.example").status == "visible"


def test_a_burst_by_a_new_account_waits(thread, newcomer, say):
    found = [say(thread, newcomer, f"글 {number}").status for number in range(5)]
    assert found == ["visible"] * 3 + ["held"] * 2


def test_a_bigger_burst_by_anybody_waits_and_a_flood_is_refused(thread, learner, say):
    found = [say(thread, learner, f"글 {number}").status for number in range(20)]
    assert found == ["visible"] * 8 + ["held"] * 12
    with pytest.raises(TooMany):
        say(thread, learner, "글 20")


def test_the_same_text_again_is_refused(thread, learner, say):
    say(thread, learner, "똑같은 글")
    with pytest.raises(Invalid):
        say(thread, learner, " 똑같은 글 ")


def test_the_word_list_holds_or_refuses(thread, learner, say):
    BlockedWord.objects.create(word="Casino", effect="hold")
    BlockedWord.objects.create(word="viagra", effect="refuse")
    memory.clear()
    assert say(thread, learner, "best CASINO ever").held_for == "words"
    with pytest.raises(Invalid):
        say(thread, learner, "buy ViAgRa")


def test_three_settled_flags_hold_a_comment(thread, learner, newcomer, say):
    comment = say(thread, learner)
    marking.flag(comment=comment, learner=newcomer, reason="spam")
    for number in range(3):
        who = make_settled(f"f{number}")
        for _again in range(2):
            marking.flag(comment=comment, learner=who, reason="spam")
        comment.refresh_from_db()
        assert comment.status == ("held" if number == 2 else "visible")
    assert (comment.held_for, comment.flag_count) == ("flags", 4)
    thread.refresh_from_db()
    assert thread.comment_count == 0


def test_flags_that_a_moderator_closed_count_no_more(thread, learner, moderator, say):
    comment = say(thread, learner)
    for number in range(3):
        marking.flag(comment=comment, learner=make_settled(f"f{number}"), reason="rude")
    moderation.restore(comment=comment, by=moderator, reason="in Ordnung")
    marking.flag(comment=comment, learner=make_settled("f9"), reason="rude")
    comment.refresh_from_db()
    assert (comment.status, comment.flag_count) == ("visible", 1)


def test_nobody_flags_or_marks_their_own(thread, learner, say):
    comment = say(thread, learner)
    with pytest.raises(Refused):
        marking.flag(comment=comment, learner=learner, reason="spam")
    with pytest.raises(Refused):
        marking.mark_helpful(comment=comment, learner=learner, helpful=True)


@pytest.mark.parametrize("kind", ["silenced", "banned"])
def test_silenced_people_see_why_and_until_when_and_keep_their_text(
    thread, learner, moderator, client, kind
):
    moderation.sanction(learner=learner, by=moderator, kind=kind, days=3, reason="욕설")
    client.force_login(learner)
    url = reverse("comment-write", args=[thread.pk])
    token = "8d0ff0ba-0a4b-4a8e-9f61-97e0b7a8f3a1"
    answer = client.post(url, {"body": "내 글이에요", "token": token})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "욕설" in text
    assert "내 글이에요" in text
    assert not Comment.objects.exists()


def test_the_silenced_may_mark_but_the_banned_may_not(
    thread, learner, other_learner, moderator, say
):
    comment = say(thread, learner)
    sanction = {"learner": other_learner, "by": moderator, "days": 1, "reason": "x"}
    moderation.sanction(kind="silenced", **sanction)
    marking.mark_helpful(comment=comment, learner=other_learner, helpful=True)
    moderation.sanction(kind="banned", **sanction)
    with pytest.raises(Refused):
        marking.flag(comment=comment, learner=other_learner, reason="spam")
    fault = Fault(category="typo", body="x")
    with pytest.raises(Refused):
        file(thread=thread, reporter=other_learner, fault=fault, form_token="t")


def test_a_sanction_ends_by_itself_or_is_lifted(thread, learner, moderator, say):
    moderation.sanction(learner=learner, by=moderator, kind="banned", days=1, reason="x")
    Sanction.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert say(thread, learner).status == "visible"
    moderation.sanction(learner=learner, by=moderator, kind="banned", days=1, reason="x")
    moderation.lift(learner=learner, by=moderator)
    assert say(thread, learner, "wieder da").status == "visible"


def test_staff_can_not_be_sanctioned(staff, moderator):
    with pytest.raises(Invalid):
        moderation.sanction(learner=staff, by=moderator, kind="banned", days=1, reason="x")


def test_the_hidden_field_turns_programs_away(thread, learner, client):
    client.force_login(learner)
    form = {"body": "x", "token": "8d0ff0ba-0a4b-4a8e-9f61-97e0b7a8f3a1", "website": "http://x"}
    answer = client.post(reverse("comment-write", args=[thread.pk]), form)
    assert answer.status_code == 400
    assert not Comment.objects.exists()


def test_networks_are_limited_and_known_by_prefix_only(db):
    assert network_prefix("192.0.2.77") == "192.0.2.0/24"
    assert network_prefix("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert network_prefix("nonsense") == ""
    for _ in range(3):
        count_attempt("post", "n", 3)
    with pytest.raises(TooMany):
        count_attempt("post", "n", 3)
    count_attempt("post", "other", 3)


def test_a_network_that_goes_on_slowly_is_never_locked_out(db, monkeypatch):
    now = 1_800_000_000.0
    for _ in range(12):
        monkeypatch.setattr("accounts.ratelimit.time", lambda at=now: at)
        count_attempt("post", "n", 3)
        now += 4 * 60


def test_adding_to_the_trail_by_hand_is_forbidden(client, moderator):
    client.force_login(moderator)
    assert client.get("/admin/comments/auditentry/add/").status_code == 403


def test_the_trail_says_who_did_what_and_why(thread, learner, moderator, say):
    entry = moderation.hide(comment=say(thread, learner), by=moderator, reason="광고")
    assert (entry.actor_name, entry.action, entry.reason) == ("하늘", "hide", "광고")
    assert (entry.before["status"], entry.after["status"]) == ("visible", "hidden")


def test_the_trail_can_only_grow(thread, learner, moderator, say):
    entry = moderation.hide(comment=say(thread, learner), by=moderator, reason="x")
    entry.reason = "y"
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="y"),
    ):
        with pytest.raises(TypeError):
            change()


def test_the_trail_outlives_the_account(thread, learner, moderator, say):
    moderation.hide(comment=say(thread, learner), by=moderator, reason="x")
    moderator.delete()
    assert AuditEntry.objects.get().actor_name == "하늘"


def test_undo_goes_back_once_and_only_when_nothing_happened_since(thread, learner, moderator, say):
    comment = say(thread, learner)
    first = moderation.hide(comment=comment, by=moderator, reason="x")
    second = moderation.restore(comment=comment, by=moderator)
    with pytest.raises(Invalid):
        undoing.undo(entry=first, by=moderator)
    undoing.undo(entry=second, by=moderator, reason="doch")
    comment.refresh_from_db()
    assert comment.status == "hidden"
    with pytest.raises(Invalid):
        undoing.undo(entry=AuditEntry.objects.get(pk=second.pk), by=moderator)


def test_undo_of_a_lock_and_of_a_ban(thread, learner, moderator, say):
    lock = moderation.lock(thread=thread, by=moderator, locked=True)
    ban = moderation.sanction(learner=learner, by=moderator, kind="banned", days=1, reason="x")
    undoing.undo(entry=lock, by=moderator)
    undoing.undo(entry=ban, by=moderator)
    assert say(thread, learner).status == "visible"


def test_a_comment_its_author_deleted_stays_deleted(thread, learner, moderator, say, client):
    client.force_login(learner)
    comment = say(thread, learner)
    client.post(reverse("comment-delete", args=[comment.pk]))
    comment.refresh_from_db()
    with pytest.raises(Invalid):
        moderation.restore(comment=comment, by=moderator)


def desk(client, model, act, ids, **data):
    """Use an act of the desk."""
    url = reverse(f"admin:comments_{model}_act", args=[act])
    return client.post(f"{url}?ids={','.join(str(pk) for pk in ids)}", data)


def test_a_moderator_works_through_the_desk(thread, learner, moderator, say, client):
    client.force_login(moderator)
    one, two = say(thread, learner), say(thread, learner, "zwei")
    answer = desk(client, "comment", "hide", [one.pk, two.pk], reason="광고")
    assert answer.status_code == 302
    assert set(Comment.objects.values_list("status", flat=True)) == {"hidden"}
    desk(client, "comment", "restore", [one.pk], reason="")
    desk(client, "comment", "note", [one.pk], text="beobachten")
    desk(client, "comment", "take", [one.pk])
    desk(client, "comment", "silence", [one.pk], days=3, reason="욕설")
    one.refresh_from_db()
    assert (one.status, one.assigned_to) == ("visible", moderator)
    assert Note.objects.get().text == "beobachten"
    assert Sanction.objects.in_force().get().kind == "silenced"
    page = client.get(reverse("admin:comments_comment_change", args=[one.pk])).content.decode()
    assert "beobachten" in page
    undo = desk(
        client, "auditentry", "undo", [AuditEntry.objects.get(action="hide", target_id=two.pk).pk]
    )
    assert undo.status_code == 302
    two.refresh_from_db()
    assert two.status == "visible"


def test_reports_are_triaged_at_the_desk(thread, learner, moderator, client):
    client.force_login(moderator)
    fault = Fault(category="typo", body="오타")
    report = file(thread=thread, reporter=learner, fault=fault, form_token="t")
    desk(client, "bugreport", "confirm", [report.pk], reply="네")
    desk(client, "bugreport", "fix", [report.pk], reply="수정됨", fixed_in=9)
    report.refresh_from_db()
    assert (report.status, report.fixed_in) == ("fixed", 9)
    entry = AuditEntry.objects.get(action="fixed")
    desk(client, "auditentry", "undo", [entry.pk], reason="zu früh")
    report.refresh_from_db()
    assert report.status == "confirmed"


def test_an_act_without_its_reason_asks_again(thread, learner, moderator, say, client):
    client.force_login(moderator)
    comment = say(thread, learner)
    assert desk(client, "comment", "hide", [comment.pk], reason="").status_code == 400
    comment.refresh_from_db()
    assert comment.status == "visible"


@pytest.mark.parametrize("ids", ["", "x", "0", "9" * 40])
def test_acts_on_nothing_answer_404(moderator, client, ids):
    client.force_login(moderator)
    url = reverse("admin:comments_comment_act", args=["hide"])
    assert client.get(f"{url}?ids={ids}").status_code == 404


def test_acts_are_for_moderators_only(thread, learner, say, client):
    comment = say(thread, learner)
    client.force_login(make_settled("writer", is_staff=True))
    assert desk(client, "comment", "hide", [comment.pk], reason="x").status_code == 403


def test_moderators_have_just_the_permissions_of_the_desk(moderator):
    group = Group.objects.get(name="Moderator")
    found = {(p.content_type.model, p.codename.split("_")[0]) for p in group.permissions.all()}
    assert found == {(model, verb) for model, verbs in PERMISSIONS.items() for verb in verbs}


def test_the_front_page_counts_what_waits_by_age(thread, learner, moderator, say, client):
    comment = say(thread, learner)
    old = say(thread, learner, "alt")
    marking.flag(comment=comment, learner=make_settled("f"), reason="spam")
    Comment.objects.filter(pk=old.pk).update(
        status="held", created_at=timezone.now() - timedelta(days=9)
    )
    client.force_login(moderator)
    page = client.get(reverse("admin:index")).content.decode()
    assert "queue=held" in page
    assert "state=new" in page


@pytest.mark.parametrize("model", ["comment", "bugreport", "auditentry", "thread", "sanction"])
def test_every_queue_costs_the_same_for_twice_the_rows(
    thread, learner, moderator, say, client, django_assert_max_num_queries, model
):
    client.force_login(moderator)
    for number in range(6):
        who = make_settled(f"w{number}")
        comment = say(thread, who, f"글 {number}")
        marking.flag(comment=comment, learner=learner, reason="spam")
        moderation.lock(thread=thread, by=moderator, locked=False)
        moderation.sanction(learner=who, by=moderator, kind="silenced", days=1, reason="x")
        fault = Fault(category="typo", body=f"오타 {number}")
        file(thread=thread, reporter=learner, fault=fault, form_token=f"t{number}")
    url = reverse(f"admin:comments_{model}_changelist")
    client.get(url)
    with django_assert_max_num_queries(14):
        assert client.get(url).status_code == 200


def test_flags_say_why(thread, learner, other_learner, say, client):
    comment = say(thread, learner)
    client.force_login(other_learner)
    url = reverse("comment-flag", args=[comment.pk])
    assert client.post(url, {}).status_code == 400
    assert client.post(url, {"reason": "spam", "note": "광고"}).status_code == 302
    assert Flag.objects.get().note == "광고"


def test_hiding_or_undoing_never_brings_back_what_its_author_deleted(
    thread, learner, moderator, say
):
    comment = say(thread, learner)
    stale = Comment.objects.get(pk=comment.pk)
    entry = moderation.hide(comment=comment, by=moderator, reason="x")
    editing.delete(comment=comment)
    for act in (
        lambda: moderation.restore(comment=stale, by=moderator),
        lambda: moderation.hide(comment=stale, by=moderator, reason="x"),
        lambda: undoing.undo(entry=entry, by=moderator),
    ):
        with pytest.raises(Invalid):
            act()
    comment.refresh_from_db()
    assert comment.status == "deleted"


def test_a_second_click_leaves_one_line_in_the_trail(thread, learner, moderator, say):
    comment = say(thread, learner)
    sanction = {"learner": learner, "by": moderator, "kind": "banned", "days": 3, "reason": "x"}
    acts = (
        lambda: moderation.hide(comment=comment, by=moderator, reason="x"),
        lambda: moderation.sanction(**sanction),
    )
    for act in acts:
        act()
        with pytest.raises(Invalid):
            act()
    moderation.sanction(**{**sanction, "days": 30})
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "hide",
        "banned",
        "banned",
    ]


def test_an_undone_silence_leaves_the_ban(thread, learner, moderator):
    silence = moderation.sanction(
        learner=learner, by=moderator, kind="silenced", days=1, reason="x"
    )
    moderation.sanction(learner=learner, by=moderator, kind="banned", days=1, reason="y")
    undoing.undo(entry=silence, by=moderator)
    assert Sanction.objects.in_force().get().kind == "banned"
    with pytest.raises(Invalid):
        undoing.undo(entry=silence, by=moderator)


def test_an_undo_for_a_deleted_account_is_refused(learner, moderator):
    ban = moderation.sanction(learner=learner, by=moderator, kind="banned", days=1, reason="x")
    learner.delete()
    with pytest.raises(Invalid):
        undoing.undo(entry=ban, by=moderator)


def test_nobody_flags_everything(thread, learner, other_learner, say, monkeypatch):
    monkeypatch.setattr(marking, "MOST_FLAGS_AN_HOUR", 2)
    posted = [say(thread, learner, f"글 {number}") for number in range(3)]
    for comment in posted[:2]:
        marking.flag(comment=comment, learner=other_learner, reason="spam")
    with pytest.raises(TooMany):
        marking.flag(comment=posted[2], learner=other_learner, reason="spam")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_moderators_who_undo_at_once_undo_once(thread, learner, moderator, say):
    entries = [
        moderation.hide(comment=say(thread, learner), by=moderator, reason="x"),
        moderation.lock(thread=thread, by=moderator, locked=True),
    ]

    def work(entry):
        try:
            undoing.undo(entry=entry, by=moderator)
        except Invalid:
            return 0
        else:
            return 1
        finally:
            connection.close()

    for entry in entries:
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, [entry] * 4)) == 1
    assert AuditEntry.objects.filter(action="undo").count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_five_flags_at_once_hold_a_comment_once(thread, learner, say):
    comment = say(thread, learner)
    people = [make_settled(f"f{number}") for number in range(5)]

    def work(who):
        try:
            marking.flag(comment=comment, learner=who, reason="spam")
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(work, people))
    comment.refresh_from_db()
    thread.refresh_from_db()
    assert (comment.status, comment.flag_count, thread.comment_count) == ("held", 5, 0)
