import random
import threading

import pytest
from django.db import connection, transaction
from django.db.models import Count, Sum

from accounts.models import Notification
from gamification.facts import Facts
from gamification.models import Granted, Standing, XPEntry
from gamification.rules import current_rules
from gamification.xp import award
from tests.factories import TODAY, lesson_grants, make_achievement, make_levels

THREADS = 64


def facts_of(learner) -> Facts:
    done = XPEntry.objects.filter(learner=learner, reason="lesson").count()
    return Facts({"lessons": done}, {"lessons": 200}, frozenset({TODAY}), TODAY)


def complete_all(learner, seed, failures):
    """What a device does that sends the same 200 lessons, in its own order and pieces."""
    grants = lesson_grants(200)
    random.Random(seed).shuffle(grants)
    size = random.Random(seed).choice([7, 40, 200])
    try:
        for start in range(0, 200, size):
            with transaction.atomic():
                award(
                    learner=learner,
                    grants=grants[start : start + size],
                    facts=lambda: facts_of(learner),
                )
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_64_threads_with_the_same_200_lessons_count_each_once(learner):
    make_levels(0, 100, 500, 2000, 4000, 4100)
    for number in (1, 10, 50, 100, 200):
        make_achievement(f"n{number}", "lessons", n=number, xp=number)
    make_achievement("rich", "xp", n=4300, xp=5)
    current_rules()
    failures = []
    threads = [
        threading.Thread(target=complete_all, args=(learner, seed, failures))
        for seed in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    assert XPEntry.objects.filter(reason="lesson").count() == 200
    total = XPEntry.objects.aggregate(sum=Sum("points"))["sum"]
    standing = Standing.objects.get(learner=learner)
    assert standing.xp == total == 200 * 20 + 361 + 5
    assert standing.level == 5
    assert Granted.objects.count() == 6
    told = Notification.objects.filter(kind="achievement").values("key")
    assert list(told.annotate(times=Count("id")).values_list("times", flat=True)) == [1] * 6
