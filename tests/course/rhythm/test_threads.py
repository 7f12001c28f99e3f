"""Several workers at the same moment do everything once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notification, OutgoingMail
from course.models import Chapter, LessonReminder, Rhythm
from course.progress.marking import complete
from course.rhythm import finishing, following, letters
from course.rhythm.choosing import Chosen, choose
from course.rhythm.reminding import remind_due
from tests.factories import make_person, make_quest, verify

WORKERS = 16
PEOPLE = 20


def at_once(job) -> list:
    """Run the job in many threads that begin together; returns what each returned."""
    start, found = threading.Barrier(WORKERS), []

    def work():
        try:
            start.wait(timeout=30)
            found.append(job())
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_everybody_is_reminded_once():
    make_quest(lessons=1)
    now = timezone.now().replace(hour=6, minute=0)  # 15:00 in Seoul
    for number in range(PEOPLE):
        choose(learner=make_person(f"p{number}"), chosen=Chosen("lessons", 1, remind_hour=15))
    Rhythm.objects.update(remind_at=now)
    counts = at_once(lambda: remind_due(now + timedelta(seconds=5)))
    assert sum(counts) == PEOPLE
    assert Notification.objects.filter(kind="reminder").count() == PEOPLE


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_followers_are_told_once_of_a_chapter():
    quest, _lessons = make_quest(lessons=1)
    for number in range(PEOPLE):
        following.follow(learner=make_person(f"p{number}"), quest=quest)
    assert sum(at_once(following.tell_opened)) == 1
    assert Notification.objects.filter(kind="chapter").count() == PEOPLE
    assert Chapter.objects.get().opened_at


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_everybody_is_reminded_of_a_lesson_once():
    _quest, [lesson] = make_quest(lessons=1)
    now = timezone.now().replace(hour=6, minute=0)
    for number in range(PEOPLE):
        finishing.remind_later(learner=make_person(f"p{number}"), lesson=lesson, days=1)
    LessonReminder.objects.update(at=now)
    assert sum(at_once(lambda: finishing.tell_due(now))) == PEOPLE
    assert Notification.objects.filter(kind="finish").count() == PEOPLE
    assert not LessonReminder.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_everybody_gets_one_letter():
    _quest, [lesson] = make_quest(lessons=1)
    now = timezone.now()
    for number in range(PEOPLE):
        person = verify(make_person(f"p{number}"))
        choose(learner=person, chosen=Chosen(letter=True))
        complete(learner=person, lesson=lesson)
    Rhythm.objects.update(letter_at=now + timedelta(days=1))
    assert sum(at_once(lambda: letters.send_due(now + timedelta(days=1)))) == PEOPLE
    assert OutgoingMail.objects.count() == PEOPLE
