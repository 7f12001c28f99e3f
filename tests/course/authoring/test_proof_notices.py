"""Authors are told of what they read for each other."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.mailing.delivery import deliver_due
from accounts.models import MailPreference, Notification
from course.authoring import proof_notices
from course.authoring.proofs import NotNow, approve, ask, close, remark, resolve
from course.models import Proof
from tests.factories import make_person, verify


@pytest.fixture(autouse=True)
def _on(settings):
    settings.PROOFREADING = True


def make_author(handle: str, **fields):
    """Somebody who may change lessons, without being allowed everything."""
    person = make_person(handle, is_staff=True, **fields)
    person.user_permissions.add(Permission.objects.get(codename="change_lesson"))
    verify(person)
    return person


@pytest.fixture
def reader(db):
    return make_author("reader", language="en", display_name="Reader")


def told(person) -> list[str]:
    """The lines that a person was told of proofs, oldest first."""
    rows = Notification.objects.filter(learner=person, kind=proof_notices.KIND)
    return list(rows.order_by("pk").values_list("text", flat=True))


def test_who_is_asked_is_told_in_their_language_and_nobody_else(author, reader, lesson):
    other = make_author("other")
    ask(lesson=lesson, author=author, asked=reader.pk, note="수식을 봐 주세요")
    assert told(reader) == [f"{author} asks you to read “Lesson 1: en”"]
    assert (told(other), told(author)) == ([], [])
    assert (
        Notification.objects.get(learner=reader).url
        == f"/en/admin/course/lesson/{lesson.pk}/proof/"
    )


def test_without_a_name_all_other_authors_are_asked(author, reader, lesson, learner):
    korean = make_author("korean")
    make_person("moderator", is_staff=True)
    make_author("gone", is_active=False)
    ask(lesson=lesson, author=author)
    assert told(korean) == [f"{author}님이 “Lesson 1: ko” 레슨을 읽어 달라고 했어요"]
    people = Notification.objects.filter(kind=proof_notices.KIND).values_list("learner", flat=True)
    assert set(people) == {reader.pk, korean.pk}


@pytest.mark.parametrize("who", ["learner", "oneself", "nobody", "odd"])
def test_somebody_who_does_not_write_is_not_asked(client, author, lesson, learner, who):
    whom = {"learner": learner.pk, "oneself": author.pk, "nobody": 99_999_999, "odd": "x"}[who]
    url = reverse("admin:lesson-proof-act", args=[lesson.pk, "ask"])
    assert 'class="error"' in client.post(url, {"whom": whom}, follow=True).text
    assert not Proof.objects.exists()
    assert not Notification.objects.filter(kind=proof_notices.KIND).exists()


def test_a_remark_and_the_approval_tell_who_wrote(author, reader, lesson):
    proof = ask(lesson=lesson, author=author, asked=reader.pk)
    remark(proof=proof, author=reader, language="ko", number=1, text="더 짧게 써요")
    approve(proof=proof, by=reader, version=lesson.version)
    approve(proof=proof, by=reader, version=lesson.version)  # a second click
    assert told(author) == [
        "Reader님이 “Lesson 1: ko” 레슨에 의견을 남겼어요",
        "Reader님이 “Lesson 1: ko” 레슨을 승인했어요",
    ]


def test_an_answer_tells_everybody_who_takes_part(author, reader, lesson):
    third = make_author("third", language="en")
    proof = ask(lesson=lesson, author=author)
    remark(proof=proof, author=reader, language="ko", number=1, text="?")
    remark(proof=proof, author=author, language="ko", number=1, text="!")
    assert told(reader)[1:] == [f"{author} remarked on “Lesson 1: en”"]
    assert len(told(third)) == 1, "only that they were asked"


def test_the_link_leads_to_the_remark(client, author, reader, lesson):
    proof = ask(lesson=lesson, author=author)
    comment = remark(proof=proof, author=reader, language="ko", number=1, text="x")
    row = Notification.objects.get(learner=author)
    answer = client.get(reverse("notification", args=[row.pk]))
    assert answer.url == f"/admin/course/lesson/{lesson.pk}/proof/#remark-{comment.pk}"
    assert f'id="remark-{comment.pk}"' in client.get(answer.url).text


def test_the_list_shows_the_words_in_the_language_of_the_page(client, author, reader, lesson):
    proof = ask(lesson=lesson, author=author)
    remark(proof=proof, author=reader, language="ko", number=1, text="더 짧게 <b>써요</b>")
    page = client.get("/en/notifications/").text
    assert "Reader remarked on “Lesson 1: en”" in page
    assert "더 짧게 &lt;b&gt;써요" in page


def test_who_writes_no_more_sees_no_words_and_gets_no_mail(client, author, reader, lesson):
    ask(lesson=lesson, author=author, asked=reader.pk, note="비밀이에요")
    reader.is_staff = False
    reader.save()
    client.force_login(reader)
    assert "비밀이에요" not in client.get("/notifications/").text
    assert mails() == []


def mails() -> list[str]:
    """The bodies of the mails that go out now, by their addressees."""
    Notification.objects.filter(mail_at__isnull=False).update(mail_at="2026-01-01T00:00Z")
    deliver_due()
    return [str(each.body) for each in sorted(mail.outbox, key=lambda each: each.to)]


def test_one_mail_brings_what_was_said_at_the_same_time(author, reader, lesson):
    verify(author)
    proof = ask(lesson=lesson, author=author, asked=reader.pk, note="수식을 봐 주세요")
    for text in ("첫째", "둘째"):
        remark(proof=proof, author=reader, language="ko", number=1, text=text)
    to_reader, to_author = mails()  # reader@ comes before sora@
    assert "수식을 봐 주세요" in to_reader
    assert "첫째" in to_author
    assert "둘째" in to_author


@pytest.mark.parametrize("how", ["closed", "done", "approved", "off"])
def test_what_needs_nobody_any_more_is_not_mailed(author, reader, lesson, how, settings):
    verify(author)
    proof = ask(lesson=lesson, author=author, asked=reader.pk)
    if how == "done":
        resolve(comment=remark(proof=proof, author=reader, language="ko", number=1, text="x"))
    if how == "approved":
        approve(proof=proof, by=reader, version=lesson.version)
    if how == "closed":
        remark(proof=proof, author=reader, language="ko", number=1, text="x")
        close(proof=proof)
    settings.PROOFREADING = how != "off"
    sent = mails()
    assert len(sent) == {"done": 1, "approved": 1, "closed": 0, "off": 0}[how]
    assert not any("asks you" in body for body in sent) or how == "done"


def test_only_authors_choose_how_they_are_told(client, author, learner):
    assert "레슨 검토" in client.get("/settings/mail/").text
    client.post("/settings/mail/", dict.fromkeys(fields(client), "none"))
    assert MailPreference.objects.get(learner=author, kind="proof").choice == "none"
    client.force_login(learner)
    assert "레슨 검토" not in client.get("/settings/mail/").text


def fields(client) -> list[str]:
    return list(client.get("/settings/mail/").context["form"].fields)


def test_without_the_setting_authors_are_not_asked_either(client, author, settings):
    settings.PROOFREADING = False
    assert "proof" not in fields(client)


def test_more_authors_cost_as_many_queries(author, lesson):
    def cost(people: int) -> int:
        for number in range(people):
            make_author(f"author-{people}-{number}")
        Proof.objects.all().delete()
        with CaptureQueriesContext(connection) as caught:
            ask(lesson=lesson, author=author)
        return len(caught)

    assert cost(2) == cost(4)


def test_more_notices_cost_as_many_queries(client, author, reader, lesson):
    proof = ask(lesson=lesson, author=author)

    def cost(remarks: int) -> int:
        for number in range(remarks):
            remark(proof=proof, author=reader, language="ko", number=1, text=str(number))
        client.get("/notifications/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/notifications/")
        return len(caught)

    assert cost(2) == cost(2)


def test_a_refused_ask_tells_nobody(author, reader, lesson):
    ask(lesson=lesson, author=author, asked=reader.pk)
    with pytest.raises(NotNow):
        ask(lesson=lesson, author=author, asked=reader.pk)
    assert len(told(reader)) == 1
