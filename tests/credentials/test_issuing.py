from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from course.models import Completion, Lesson
from course.progress.marking import complete, undo
from credentials.issuing import NotFinished, change, issue, revoke
from credentials.models import Certificate
from credentials.numbers import new_number, read_number, shown_number
from pagecache.changes import memory
from tests.credentials.conftest import FIRST, WHOLE, certify, finish
from tests.factories import ask, make_lesson


def test_a_finished_quest_gives_a_certificate_of_what_was_done(finisher, lessons):
    Lesson.objects.update(minutes=15)
    from course.content import outlines

    outlines.rebuild(lessons[0].quest)
    memory.clear()
    made = certify(finisher)
    assert made.titles == {"ko": "jax ko", "en": "jax en"}
    assert [titles["ko"] for titles in made.lessons] == [f"jax-00{n} ko" for n in range(4)]
    assert made.minutes == 60
    assert (made.name, made.kind, made.public) == ("김민지", "quest", True)


def test_an_open_lesson_is_in_the_way(learner, lessons):
    finish(learner, lessons[:3])
    with pytest.raises(NotFinished):
        certify(learner)
    assert not Certificate.objects.exists()


def test_a_lesson_that_was_undone_is_open(finisher, lessons):
    undo(learner=finisher, lesson=lessons[1])
    with pytest.raises(NotFinished):
        certify(finisher)


def test_a_finished_chapter_gives_a_small_one(learner, lessons):
    finish(learner, lessons[:2])
    made = certify(learner, FIRST)
    assert made.kind == "chapter"
    assert made.quest_titles["en"] == "jax en"
    assert len(made.lessons) == 2


@pytest.mark.parametrize("uid", ["nothing", ""])
def test_nothing_is_not_finished(finisher, uid):
    with pytest.raises(NotFinished):
        certify(finisher, type(WHOLE)("quest", uid))


def test_issuing_again_returns_the_same(finisher):
    first = certify(finisher)
    again, new = issue(learner=finisher, scope=WHOLE, name="다른 이름", public=False)
    assert (again.pk, again.name, new) == (first.pk, "김민지", False)


def test_the_database_holds_one_for_each_finish(certificate, finisher):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(learner=finisher, kind="quest", uid="jax")


def test_a_certificate_stays_when_lessons_are_added_or_undone(certificate, finisher, lessons):
    make_lesson(lessons[0].quest, lessons[0].chapter, 9)
    memory.clear()
    undo(learner=finisher, lesson=lessons[0])
    certificate.refresh_from_db()
    assert len(certificate.lessons) == 4
    assert certify(finisher).pk == certificate.pk


def test_questions_are_counted_as_they_are_now(finisher, lessons):
    from course.progress.attempts import attempt

    ask(lessons[0], "one")
    ask(lessons[1], "two")
    attempt(learner=finisher, lesson=lessons[0], name="one", given="a")
    made = certify(finisher)
    assert (made.questions_right, made.questions_total) == (1, 2)


def test_the_date_is_that_of_the_last_lesson_on_the_learners_calendar(finisher):
    at = datetime(2026, 3, 1, 20, tzinfo=UTC)
    Completion.objects.update(first_at=at, last_at=at)
    assert certify(finisher).finished_on == date(2026, 3, 2)


def test_doing_a_lesson_again_later_does_not_move_the_date(finisher, lessons):
    at = datetime(2026, 3, 1, 2, tzinfo=UTC)
    Completion.objects.update(first_at=at)
    undo(learner=finisher, lesson=lessons[0])
    complete(learner=finisher, lesson=lessons[0])
    assert certify(finisher).finished_on == date(2026, 3, 1)


def test_an_erased_account_gets_none(finisher):
    gone = User.objects.get(pk=finisher.pk)
    finisher.delete()
    with pytest.raises(NotFinished):
        certify(gone)
    assert not Certificate.objects.exists()


def test_only_name_and_visibility_can_be_changed(certificate):
    change(certificate=certificate, name="Kim Minji", public=False)
    certificate.refresh_from_db()
    assert (certificate.name, certificate.public) == ("Kim Minji", False)


def test_revoking_is_final_and_says_why(certificate, finisher):
    assert revoke(certificate=certificate, reason="다른 사람이 대신 했어요")
    assert not revoke(certificate=certificate, reason="again")
    certificate.refresh_from_db()
    assert certificate.reason == "다른 사람이 대신 했어요"
    assert certify(finisher).revoked_at == certificate.revoked_at


def test_numbers_are_read_as_people_type_them():
    assert read_number(" 7k3m-9qzx 2htd ") == "7K3M9QZX2HTD"
    assert read_number("OIL0-0000–0000") == "011000000000"
    assert shown_number("7K3M9QZX2HTD") == "7K3M-9QZX-2HTD"
    assert read_number("7K3M-9QZX-2HTU") is None
    assert read_number("") is None
    assert read_number(shown_number(new_number()))
