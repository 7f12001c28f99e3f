"""Count reads of lessons per day, without identities."""

from django.db.models import F
from django.utils import timezone

from accounts.ratelimit import RateLimited, hit
from course.models import Lesson, LessonReads

MOST_OF_A_NETWORK = 30  # reads of one lesson in ten minutes; a class shares a network


def count_read(*, uid: str, network: str) -> bool:
    """Add one to today's (UTC) count of a public lesson. Returns False if it isn't public.

    A network that reads the same lesson again and again is counted no more.
    """
    lesson = Lesson.objects.published().filter(uid=uid).only("pk").first()
    if lesson is None:
        return False
    try:
        hit("read", f"{network}:{lesson.pk}", most=MOST_OF_A_NETWORK, seconds=600)
    except RateLimited:
        return True
    today = timezone.now().date()
    row = LessonReads(lesson=lesson, day=today, count=0)
    LessonReads.objects.bulk_create([row], ignore_conflicts=True)
    LessonReads.objects.filter(lesson=lesson, day=today).update(count=F("count") + 1)
    return True
