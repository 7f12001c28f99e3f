"""Notifications of comments: once, for the strongest reason, respecting preferences."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import FormerHandle, Notification
from comments.conversation import editing, notifying, threads
from comments.desk import moderation
from comments.models import Comment
from tests.factories import make_settled


def told(who):
    """Return (kind, comment id) of a user's notifications."""
    rows = Notification.objects.filter(learner=who).order_by("pk")
    return [(row.kind, int(row.key.partition(":")[2])) for row in rows]


def test_a_reply_tells_whoever_is_answered(thread, learner, other_learner, say):
    first = say(thread, learner)
    answer = say(thread, other_learner, "답", parent=first)
    assert told(learner) == [("reply", answer.pk)]
    assert told(other_learner) == []


def test_a_comment_tells_everyone_who_follows(thread, learner, other_learner, say):
    say(thread, learner)
    second = say(thread, other_learner, "새 글")
    assert told(learner) == [("follow", second.pk)]


def test_a_mention_tells_whoever_is_mentioned_even_with_a_particle(thread, learner, say):
    make_settled("jun-ho")
    reader = make_settled("sumin")
    comment = say(thread, learner, "@sumin에게 물어보세요")
    assert told(reader) == [("mention", comment.pk)]


def test_reply_beats_mention_beats_follow(thread, learner, other_learner, say):
    third = make_settled("third")
    first = say(thread, learner)
    say(thread, third, "저도")
    Notification.objects.all().delete()
    answer = say(thread, other_learner, "@minji @third 보세요", parent=first)
    assert told(learner) == [("reply", answer.pk)]
    assert told(third) == [("mention", answer.pk)]


def test_nobody_is_told_of_their_own_words(thread, learner, say):
    first = say(thread, learner)
    say(thread, learner, "@minji 혼잣말", parent=first)
    assert told(learner) == []


def test_whoever_muted_hears_nothing_not_even_replies(thread, learner, other_learner, say):
    first = say(thread, learner)
    threads.choose(thread=thread, learner=learner, state="muted")
    say(thread, other_learner, "@minji 답", parent=first)
    assert told(learner) == []


def test_an_unverified_address_is_told_nothing(thread, learner, other_learner, say):
    first = say(thread, learner)
    EmailAddress.objects.filter(user=learner).update(verified=False)
    say(thread, other_learner, "답", parent=first)
    assert told(learner) == []


def test_a_held_comment_is_told_of_when_a_moderator_shows_it(thread, learner, moderator, say):
    newcomer = make_settled("newbie")
    newcomer.date_joined = newcomer.date_joined.now(newcomer.date_joined.tzinfo)
    newcomer.save()
    first = say(thread, learner)
    held = say(thread, newcomer, "https://example.com 보세요", parent=first)
    assert (held.status, told(learner)) == ("held", [])
    moderation.restore(comment=held, by=moderator)
    assert told(learner) == [("reply", held.pk)]


def test_showing_a_held_comment_tells_only_who_is_really_mentioned(
    thread, learner, other_learner, moderator, say
):
    body = f"`@{other_learner.handle}` 는 코드예요. me@{other_learner.handle}.com 은 주소예요."
    comment = say(thread, learner, body)
    moderation.hide(comment=comment, by=moderator, reason="?")

    moderation.restore(comment=comment, by=moderator)

    assert not Notification.objects.filter(learner=other_learner).exists()


def test_what_is_hidden_is_taken_back_and_told_once_when_restored(
    thread, learner, other_learner, moderator, say
):
    first = say(thread, learner)
    answer = say(thread, other_learner, "답", parent=first)
    moderation.hide(comment=answer, by=moderator, reason="광고")
    assert told(learner) == []
    moderation.restore(comment=answer, by=moderator)
    assert told(learner) == [("reply", answer.pk)]


def test_only_staff_hear_of_comments_on_drafts(draft_thread, learner, staff, say):
    threads.choose(thread=draft_thread, learner=learner, state="following")
    say(draft_thread, staff, "@minji 초안이에요")
    assert told(learner) == []


def test_an_edit_tells_only_those_newly_mentioned(thread, learner, other_learner, say):
    comment = say(thread, learner, "처음")
    for body in ("@jun 여기", "@jun 여기요"):
        editing.edit(comment=comment, editor=learner, body=body, seen_version=comment.version)
        comment.refresh_from_db()
    assert told(other_learner) == [("mention", comment.pk)]


def test_the_text_is_in_the_reader_s_language(thread, learner, other_learner, say):
    other_learner.language = "en"
    other_learner.save()
    first = say(thread, other_learner)
    say(thread, learner, "답", parent=first)
    row = Notification.objects.get(learner=other_learner)
    assert row.text == "민지 (@minji) replied to you in “배열”"
    assert row.url.startswith("/en/comments/")


def latest(who):
    """Return the current text for the mail, or None."""
    row = Notification.objects.select_related("learner").get(learner=who)
    return notifying.recheck([row])[row.pk]


def test_the_mail_has_the_latest_text_as_plain_text_and_the_mute_link(
    thread, learner, other_learner, say, client
):
    first = say(thread, learner)
    answer = say(thread, other_learner, "옛 글", parent=first)
    editing.edit(comment=answer, editor=other_learner, body="**새** <b>글</b>", seen_version=1)
    body = latest(learner).body
    assert body.startswith("새 <b>글</b>")
    assert "옛" not in body
    aside = latest(learner).aside
    path = aside[aside.index("/threads/mute/") :]
    assert "mute" not in body
    assert client.get(path).status_code == 200
    assert latest(learner) is not None  # looking mutes nothing
    assert client.post(path).status_code == 200
    assert latest(learner) is None


@pytest.mark.parametrize("away", ["hidden", "deleted", "held"])
def test_no_mail_for_what_is_no_longer_shown(thread, learner, other_learner, say, away):
    first = say(thread, learner)
    answer = say(thread, other_learner, "답", parent=first)
    Comment.objects.filter(pk=answer.pk).update(status=away)
    assert latest(learner) is None


def test_no_mail_when_the_page_is_withdrawn(thread, learner, other_learner, say):
    first = say(thread, learner)
    say(thread, other_learner, "답", parent=first)
    thread.public = False
    thread.save()
    assert latest(learner) is None


@pytest.mark.parametrize("token", ["x", "W1,2", "WzEsMl0:abc:def"])
def test_a_forged_mute_link_does_nothing(client, db, token):
    assert client.post(reverse("thread-mute", args=[token])).status_code == 404


def test_telling_many_costs_no_more_queries(thread, learner, say, django_assert_max_num_queries):
    for number in range(40):
        threads.choose(thread=thread, learner=make_settled(f"f{number}"), state="following")
    with django_assert_max_num_queries(25):
        comment = say(thread, learner)
    assert Notification.objects.filter(key=f"comment:{comment.pk}").count() == 40


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_replies_at_once_tell_each_follower_of_each_once(thread, learner, say):
    root = say(thread, learner)
    people = [make_settled(f"p{number}") for number in range(8)]
    for each in people:
        threads.choose(thread=thread, learner=each, state="following")

    def work(author):
        try:
            return say(thread, author, f"@minji {author.handle}", parent=root).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(work, people))
    assert sorted(told(learner)) == sorted(("reply", pk) for pk in posted)
    for author, own in zip(people, posted, strict=True):
        assert sorted(told(author)) == sorted(("follow", pk) for pk in posted if pk != own)


def test_an_edit_tells_nobody_who_followed_later(thread, learner, other_learner, say):
    comment = say(thread, learner)
    threads.choose(thread=thread, learner=other_learner, state="following")
    reader = make_settled("sumin")
    threads.choose(thread=thread, learner=reader, state="muted")
    editing.edit(comment=comment, editor=learner, body="@sumin 고쳤어요", seen_version=1)
    assert told(other_learner) == told(reader) == []


def test_a_mention_added_to_a_reply_tells_once(thread, learner, other_learner, say):
    answer = say(thread, other_learner, "답", parent=say(thread, learner))
    editing.edit(comment=answer, editor=other_learner, body="@minji 답", seen_version=1)
    assert told(learner) == [("reply", answer.pk)]


def test_a_look_at_a_visible_comment_tells_nobody(thread, learner, other_learner, moderator, say):
    comment = say(thread, learner)
    threads.choose(thread=thread, learner=other_learner, state="following")
    moderation.restore(comment=comment, by=moderator, reason="in Ordnung")
    assert told(other_learner) == []


def test_what_was_mailed_is_not_mailed_again_when_restored(
    thread, learner, other_learner, moderator, say
):
    answer = say(thread, other_learner, "답", parent=say(thread, learner))
    Notification.objects.update(emailed_at=timezone.now(), mail_at=None)
    moderation.hide(comment=answer, by=moderator, reason="x")
    row = Notification.objects.get(learner=learner)
    assert row.read_at is not None  # no bell rings for it
    moderation.restore(comment=answer, by=moderator)
    row = Notification.objects.get(learner=learner)
    assert (row.mail_at, row.emailed_at is None) == (None, False)


def test_a_mention_of_a_former_handle_goes_to_its_owner(thread, learner, other_learner, say):
    FormerHandle.objects.create(user=other_learner, handle="jun-before")
    comment = say(thread, learner, "@jun-before 안녕하세요")
    assert told(other_learner) == [("mention", comment.pk)]
    assert f"/u/{other_learner.handle}/" in comment.html


def test_a_corrected_typo_tells_nobody_who_took_the_handle_since(thread, learner, say):
    comment = say(thread, learner, "@later 고마워욥")
    stranger = make_settled("later")
    editing.edit(
        comment=comment, editor=learner, body="@later 고마워요", seen_version=comment.version
    )
    assert told(stranger) == []
