"""Tell learners who finished a lesson that its author asks them to do it again."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import Notification, User
from accounts.notifications import Notice, notify_many
from course.models import Completion, Lesson, LessonText, Part
from course.models.languages import in_language
from course.progress.catalogue import Catalogue, Page, catalogue, catalogue_with
from course.progress.reading import progress_of

log = logging.getLogger(__name__)
KIND = "redo"
BATCH = 500


def tell_redo() -> int:
    """Tell of every "must redo" that nobody was told of yet. Returns the number of lessons."""
    later = Q(redo_at__gt=F("lesson__redo_told_at")) | Q(lesson__redo_told_at=None)
    texts = LessonText.objects.filter(later, redo_at__isnull=False)
    fresh = Lesson.objects.published().filter(pk__in=texts.values("lesson"), merged_into=None)
    return sum(told_or_logged(lesson) for lesson in fresh.in_order())


def told_or_logged(lesson: Lesson) -> bool:
    """Tell of one lesson and log an error, so that the others are still told of."""
    try:
        return tell_of(lesson)
    except Exception:
        log.exception("Lesson %s is to be redone; telling of it will be tried again", lesson.uid)
        return False


@transaction.atomic
def tell_of(lesson: Lesson) -> bool:
    """Tell everybody who finished the lesson before. Returns False if somebody else did.

    The number of queries grows with the learners, three for every BATCH.
    """
    asked = LessonText.objects.filter(lesson=lesson, redo_at__isnull=False)
    latest = max(filter(None, asked.values_list("redo_at", flat=True)))
    # The condition is the lock: a second worker waits for this UPDATE, and then finds the lesson
    # told of. When telling fails, all is rolled back and tried again.
    untold = Q(redo_told_at=None) | Q(redo_told_at__lt=latest)
    if not Lesson.objects.filter(untold, pk=lesson.pk).update(redo_told_at=latest):
        return False
    known = catalogue_with([lesson.pk])
    page = known.by_id[lesson.pk]
    for batch in finishers(page, known, latest):
        asked_again = (
            (learner, at) for learner, at in batch if is_to_redo(page, at, learner.language)
        )
        notify_many([notice_of(page, learner, at) for learner, at in asked_again])
    return True


def is_to_redo(page: Page, since: datetime, language: str) -> bool:
    """Return whether the lesson, as a reader of the language gets it, is to be done again."""
    change = page.changed_since(since, language)
    return change is not None and change.must_redo


def finishers(
    page: Page, known: Catalogue, before: datetime
) -> Iterator[list[tuple[User, datetime]]]:
    """Yield in batches who finished the lesson, under any of its names, and when."""
    names = [known.by_uid[uid].id for uid in known.group(page.uid)]
    done = Completion.objects.done().filter(lesson__in=names, part=Part.LESSON.value)
    last = 0
    while True:
        people = User.objects.filter(
            pk__in=done.filter(last_at__lt=before).values("learner"), pk__gt=last, is_active=True
        )
        batch = {each.pk: each for each in people.filter(delete_at=None).order_by("pk")[:BATCH]}
        if not batch:
            return
        last = max(batch)
        ends: dict[int, datetime] = {}
        for pk, at in done.filter(learner__in=batch).values_list("learner_id", "last_at"):
            if at:
                ends[pk] = max(at, ends.get(pk, at))
        yield [(learner, ends[pk]) for pk, learner in batch.items()]


def notice_of(page: Page, learner: User, finished_at: datetime, key: str = "") -> Notice:
    """Return the notice in the learner's language; one for each time the lesson was finished."""
    with override(learner.language):
        return Notice(
            learner=learner,
            key=key or f"{KIND}:{page.uid}:{finished_at:%Y%m%d%H%M%S%f}",
            kind=KIND,
            text=text_of(page, learner.language),
            url=reverse("lesson", args=[page.quest_slug, page.slug]),
        )


def text_of(page: Page, language: str) -> str:
    """Return the words in the active language; the title in that one, or else in another."""
    title = in_language(page.titles, language, page.slug)
    return _("“%(title)s” changed so much that it is worth doing again.") % {"title": title}


def present(notifications: Sequence[Notification]) -> Mapping[int, Notice]:
    """Return what the list shows of open lessons, in the active language; no query."""
    pages = pages_of(notifications)
    language = get_language() or ""
    return {
        row.pk: Notice(
            learner=row.learner,
            key=row.key,
            kind=row.kind,
            text=text_of(pages[row.pk], language),
            url=reverse("lesson", args=[pages[row.pk].quest_slug, pages[row.pk].slug]),
        )
        for row in notifications
        if row.pk in pages
    }


def pages_of(notifications: Sequence[Notification]) -> dict[int, Page]:
    """Return the lessons that notifications are about, as far as they count, by id."""
    known = catalogue()
    found = {row.pk: known.by_uid.get(row.key.split(":")[1]) for row in notifications}
    return {pk: page for pk, page in found.items() if page and page.counts}


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before sending: None for lessons that are closed, done again, or whose change was seen."""
    pages = pages_of(notifications)
    found: dict[int, Notice | None] = {}
    for row in notifications:
        page, learner = pages.get(row.pk), row.learner
        since = progress_of(learner).known_until(page.uid) if page else None
        waits = page and since and is_to_redo(page, since, learner.language)
        found[row.pk] = (
            notice_of(page, learner, since, row.key) if page and since and waits else None
        )
    return found
