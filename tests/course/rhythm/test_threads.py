"""Several workers at the same moment do everything once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from course.models import Rhythm
from course.rhythm.choosing import Chosen, choose
from course.rhythm.reminding import remind_due
from tests.factories import make_person, make_quest

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
