"""Retire a lesson in favour of another: its address leads there, its completions count there."""

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from course.authoring.saving import refresh_derived
from course.authoring.schedule import NotReady
from course.models import Lesson, Quest, Status

MOST_FOUND = 20


def retire_into(*, lesson: Lesson, target: Lesson) -> None:
    """Retire the lesson in favour of `target`, and those that were merged into it before.

    Raises NotReady for a target that readers can't see or that leads elsewhere itself.
    """
    with transaction.atomic():
        # Both quests, always in the same order: two authors may merge in opposite directions.
        keys = sorted({lesson.quest_id, target.quest_id})
        list(Quest.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        rows = Lesson.objects.select_related("quest", "thread")
        stored, into = rows.get(pk=lesson.pk), rows.get(pk=target.pk)
        check_target(stored, into)
        stored.status, stored.publish_at, stored.merged_into = Status.RETIRED, None, into
        stored.save(update_fields=["status", "publish_at", "merged_into"])
        Lesson.objects.filter(merged_into=stored).update(merged_into=into)
        refresh_derived(stored, stored.quest)


def check_target(lesson: Lesson, target: Lesson) -> None:
    """Raise NotReady when the lesson can't be retired in favour of `target`."""
    if lesson.pk == target.pk or target.merged_into_id:
        raise NotReady(_("Please choose another lesson, one that leads nowhere else."))
    if target.status != Status.PUBLISHED or not target.is_public:
        raise NotReady(_("Readers can't see that lesson: publish it first."))


def targets(lesson: Lesson, words: str) -> QuerySet[Lesson]:
    """Return published lessons that have all words in title, address or uid; own quest first."""
    found = Lesson.objects.published().filter(merged_into=None).exclude(pk=lesson.pk)
    for word in words.split()[:8]:
        where = Q(slug__icontains=word) | Q(uid__icontains=word) | Q(texts__title__icontains=word)
        found = found.filter(pk__in=Lesson.objects.filter(where).values("pk"))
    own = Case(When(quest=lesson.quest_id, then=0), default=1)
    order = (own, "quest__position", "chapter__position", "position", "pk")
    return found.select_related("quest").order_by(*order)[:MOST_FOUND]
