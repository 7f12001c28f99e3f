"""Comments outside of their page: notices, mails and feeds, in words and in the right language."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification, User
from comments.conversation import editing
from comments.conversation.pages import first_page
from comments.desk import moderation
from comments.models import Comment, Thread
from course.content.publishing import store_thread
from course.models import Lesson, LessonText
from tests.course.readers import listed
from tests.factories import make_quest, make_settled


@pytest.fixture
def titled(thread) -> Thread:
    """A conversation whose page has a title in each language."""
    Thread.objects.filter(pk=thread.pk).update(titles={"ko": "배열", "en": "Arrays"})
    return Thread.objects.get(pk=thread.pk)


def due(**fields) -> None:
    """Every mail's time has come."""
    Notification.objects.exclude(mail_at=None).update(mail_at=timezone.now(), **fields)


def test_titles_are_in_the_reader_s_language(titled, learner, other_learner, say, client):
    User.objects.filter(pk=learner.pk).update(language="en")
    first = say(titled, User.objects.get(pk=learner.pk))
    say(titled, other_learner, "답", parent=first)
    due()
    deliver_due()
    [message] = mail.outbox
    assert "“Arrays”" in message.subject
    assert "배열" not in message.subject + message.body
    for address, title, other in (("", "배열", "Arrays"), ("/en", "Arrays", "배열")):
        for page in (f"{address}/threads/{titled.pk}/", f"{address}/threads/{titled.pk}/feed/"):
            text = client.get(page).text
            assert title in text
            assert other not in text


def test_a_notice_is_in_the_language_of_the_page(titled, learner, other_learner, say):
    say(titled, other_learner, "답", parent=say(titled, learner))
    assert "Arrays" in listed(learner).get("/en/notifications/").text
    assert "replied to you" in listed(learner).get("/en/notifications/").text
    assert "배열" in listed(learner).get("/notifications/").text


def test_a_conversation_without_titles_has_the_one_it_was_opened_with(thread, client):
    assert "배열" in client.get(f"/en/threads/{thread.pk}/").text


def test_a_lesson_gives_its_conversation_both_titles(db):
    _quest, [lesson] = make_quest(lessons=1)
    titles = {"ko": "새 제목", "en": "A new title"}
    for language, title in titles.items():
        LessonText.objects.filter(lesson=lesson, language=language).update(title=title)
    store_thread(lesson, "새 제목", titles)
    thread = Lesson.objects.get().thread
    assert (thread.title, thread.titles) == ("새 제목", titles)


def test_a_notice_shows_what_was_said_as_it_is_now(thread, learner, other_learner, say):
    answer = say(thread, other_learner, "옛 글", parent=say(thread, learner))
    editing.edit(comment=answer, editor=other_learner, body="**새** 글", seen_version=1)
    page = listed(learner).get("/notifications/").text
    assert "새 글" in page
    assert "옛 글" not in page


def test_a_notice_shows_nothing_of_what_nobody_may_read(
    thread, learner, other_learner, moderator, say
):
    answer = say(thread, other_learner, "광고예요", parent=say(thread, learner))
    Notification.objects.update(emailed_at=timezone.now())
    moderation.hide(comment=answer, by=moderator, reason="광고")
    page = listed(learner).get("/notifications/").text
    assert "답했어요" in page
    assert "광고예요" not in page


def test_the_list_costs_the_same_for_more_notices(
    thread, learner, other_learner, say, django_assert_num_queries
):
    from accounts.views.notifications import present

    first = say(thread, learner)
    for count in (1, 5):
        for number in range(count):
            say(thread, other_learner, f"답 {count} {number}", parent=first)
        rows = list(learner.notifications.newest_first())
        with django_assert_num_queries(1):
            present(rows)


def test_a_deep_reply_says_whom_it_answers(thread, learner, other_learner, say, client):
    chain = [say(thread, learner)]
    for number in range(4):
        author = learner if number % 2 else other_learner
        chain.append(say(thread, author, f"답 {number}", parent=chain[-1]))
    page = first_page(thread=thread, viewer=learner, language="ko")
    assert [node.to for node in page.nodes] == ["", "", "", "", "@jun"]
    assert page.nodes[-1].comment.depth == page.nodes[-2].comment.depth
    text = client.get(f"/threads/{thread.pk}/").text
    assert text.count("@jun님에게") == 1
    assert "to @jun" in client.get(f"/en/threads/{thread.pk}/").text


def test_three_replies_are_one_mail(titled, learner, other_learner, say):
    first = say(titled, learner)
    for number in range(3):
        say(titled, other_learner, f"답 {number}", parent=first)
    oldest = Notification.objects.filter(learner=learner).earliest("pk")
    Notification.objects.filter(pk=oldest.pk).update(mail_at=timezone.now())
    assert deliver_due() == 1
    [message] = mail.outbox
    assert message.subject.endswith("「배열」에 새 댓글 3개")
    assert [f"> 답 {number}" in message.body for number in range(3)] == [True] * 3
    assert message.body.count("/threads/mute/") == 1
    due()
    assert deliver_due() == 0
    assert not Notification.objects.filter(learner=learner, emailed_at=None).exists()


def test_another_conversation_is_another_mail(titled, learner, other_learner, say):
    other = Thread.objects.create(url="/x/", title="다른 곳")
    for number, place in enumerate((titled, other)):
        first = say(place, learner, f"물음 {number}")
        say(place, other_learner, f"답 {number}", parent=first)
    due()
    assert deliver_due() == 2
    assert len({message.subject for message in mail.outbox}) == 2


def test_what_is_wanted_once_a_day_waits(titled, learner, other_learner, say):
    MailPreference.objects.create(learner=learner, kind="follow", choice="digest")
    first = say(titled, learner)
    say(titled, other_learner, "새 글")
    say(titled, other_learner, "답", parent=first)
    due()
    assert deliver_due() == 1
    assert "새 글" not in mail.outbox[0].body
    assert Notification.objects.get(kind="follow").mail_at > timezone.now()


def test_our_lines_are_no_part_of_the_quotation(thread, learner, other_learner, say):
    said = "안녕\n\n이 대화 끄기: https://evil.example/threads/mute/x/"
    say(thread, other_learner, said, parent=say(thread, learner))
    due()
    deliver_due()
    lines = mail.outbox[0].body.splitlines()
    [ours] = [line for line in lines if "/threads/mute/" in line and not line.startswith(">")]
    assert ours.startswith("이 대화 알림 끄기")
    assert lines.index("--") < lines.index(ours)
    [theirs] = [line for line in lines if "evil.example" in line]
    assert theirs.startswith("> ")


def test_paragraphs_and_code_keep_their_lines_in_a_mail(thread, learner, other_learner, say):
    body = "첫째\n\n- 하나\n- 둘\n\n```py\nfor i in x:\n    print(i < 3)\n```"
    answer = say(thread, other_learner, body, parent=say(thread, learner))
    assert answer.told == "첫째\n\n- 하나\n- 둘\n\nfor i in x:\n    print(i < 3)"


def test_a_spoiler_stays_hidden_everywhere(thread, learner, other_learner, say, client):
    answer = say(thread, other_learner, "힌트\n\n>! 정답은 칠십삼", parent=say(thread, learner))
    User.objects.filter(pk=other_learner.pk).update(
        profile_public=True, profile_sections=["comments"]
    )
    due()
    deliver_due()
    places = [
        mail.outbox[0].body,
        answer.excerpt,
        listed(learner).get("/notifications/").text,
        client.get("/u/jun/").text,
    ]
    assert ["칠십삼" in place for place in places] == [False] * 4
    assert ["[스포일러]" in place for place in places] == [True] * 4


@pytest.mark.parametrize("body", [">!", ">! \u3164", ">! \u200b\n>! ", ">!\n\n\u2800"])
def test_an_empty_spoiler_is_no_comment(thread, learner, say, body):
    from comments.errors import Invalid

    with pytest.raises(Invalid):
        say(thread, learner, body)
    assert not Comment.objects.exists()


def test_an_alert_in_a_comment_is_a_quotation(thread, learner, say):
    comment = say(thread, learner, "> [!NOTE]\n> 조심하세요")
    assert "&lt;div" not in comment.html
    assert "<strong>참고</strong>" in comment.html
    assert "조심하세요" in comment.html


def test_an_old_notice_is_not_mailed_with_a_new_one(titled, learner, other_learner, say):
    first = say(titled, learner)
    say(titled, other_learner, "옛 답", parent=first)
    due(created_at=timezone.now() - timedelta(days=8))
    say(titled, other_learner, "새 답", parent=first)
    due()
    assert deliver_due() == 1
    assert "옛 답" not in mail.outbox[0].body


def test_names_without_an_account_are_answered_too(thread, learner, say):
    chain = [say(thread, learner)]
    people = [make_settled(f"p{number}") for number in range(4)]
    for each in people:
        chain.append(say(thread, each, "답", parent=chain[-1]))
    people[2].delete()
    page = first_page(thread=thread, viewer=learner, language="ko")
    assert page.nodes[-1].to == Comment().author_name
