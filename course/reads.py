"""How often lessons are read: a number a day, and nothing about who read."""

from django.db.models import F
from django.utils import timezone

from course.models import Lesson, LessonReads


def count_read(*, uid: str) -> bool:
    """Add one to today's (UTC) count of a public lesson; False for a lesson that is not public."""
    lesson = Lesson.objects.published().filter(uid=uid).only("pk").first()
    if lesson is None:
        return False
    today = timezone.now().date()
    row = LessonReads(lesson=lesson, day=today, count=0)
    LessonReads.objects.bulk_create([row], ignore_conflicts=True)
    LessonReads.objects.filter(lesson=lesson, day=today).update(count=F("count") + 1)
    return True
