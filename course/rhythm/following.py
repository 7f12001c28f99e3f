"""Follow a quest: its followers are told once when a chapter gets its first published lesson."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.expressions import JoinedIds
from accounts.models import Notification, User
from accounts.notifications import Notice, notify_many
from course.models import Chapter, ChapterText, Lesson, Quest, QuestFollow, QuestText, Status

log = logging.getLogger(__name__)
KIND = "chapter"
BATCH = 500


def session_version() -> QuerySet:
    """Expression "id,id,…" of the quests an account follows, see accounts.registry."""
    own = QuestFollow.objects.filter(learner=OuterRef("pk")).order_by()
    return own.values_list(JoinedIds("quest_id"))


def follow(*, learner: User, quest: Quest) -> None:
    """Tell the learner of the quest's next chapters; does nothing when they are told already."""
    row = QuestFollow(learner=learner, quest=quest)
    QuestFollow.objects.bulk_create([row], ignore_conflicts=True)


def unfollow(*, learner: User, quest: Quest) -> None:
    """Stop telling the learner."""
    QuestFollow.objects.filter(learner=learner, quest=quest).delete()


def follows(learner: User, quest: Quest) -> bool:
    """Return whether the learner follows the quest; no query when it came with the session."""
    if "follows" in learner.session_versions:
        return str(quest.pk) in (learner.session_versions["follows"] or "").split(",")
    return QuestFollow.objects.filter(learner=learner, quest=quest).exists()


def tell_opened() -> int:
    """Tell of every chapter that has opened meanwhile. Returns their number."""
    shown = Lesson.objects.published().filter(chapter=OuterRef("pk"), merged_into=None)
    fresh = Chapter.objects.filter(Exists(shown), opened_at=None).select_related("quest")
    return sum(opened_or_logged(chapter) for chapter in fresh.order_by("position", "pk"))


def opened_or_logged(chapter: Chapter) -> bool:
    """Tell of one chapter and log an error, so that the others are still told of."""
    try:
        return open_chapter(chapter)
    except Exception:
        log.exception("The chapter %s opened; telling of it will be tried again", chapter.uid)
        return False


@transaction.atomic
def open_chapter(chapter: Chapter) -> bool:
    """Note that the chapter is open and tell the followers. Returns False if somebody did.

    The number of queries grows with the followers, two for every BATCH.
    """
    # The condition is the lock: a second worker waits for this UPDATE, and then finds the chapter
    # open. When telling fails, all is rolled back and tried again.
    unopened = Chapter.objects.filter(pk=chapter.pk, opened_at=None)
    if not unopened.update(opened_at=timezone.now()):
        return False
    titles = titles_of([chapter])
    for people in followers(chapter.quest):
        notify_many([notice_of(chapter, person, titles) for person in people])
    return True


def followers(quest: Quest) -> Iterator[list[User]]:
    """Yield the quest's active followers in batches."""
    last = 0
    while True:
        rows = QuestFollow.objects.filter(quest=quest, pk__gt=last).select_related("learner")
        batch = list(rows.order_by("pk")[:BATCH])
        if not batch:
            return
        last = batch[-1].pk
        yield [row.learner for row in batch if row.learner.is_active and not row.learner.delete_at]


# (chapter's or quest's table, id, language) -> title
Titles = Mapping[tuple[str, int, str], str]


def titles_of(chapters: Sequence[Chapter]) -> Titles:
    """Return the titles of chapters and their quests in every language; two queries."""
    found: dict[tuple[str, int, str], str] = {}
    texts = ChapterText.objects.filter(chapter__in=chapters)
    for pk, language, title in texts.values_list("chapter_id", "language", "title"):
        found["chapter", pk, language] = title
    quests = QuestText.objects.filter(quest__in={chapter.quest_id for chapter in chapters})
    for pk, language, title in quests.values_list("quest_id", "language", "title"):
        found["quest", pk, language] = title
    return found


def title_in(titles: Titles, what: str, pk: int, language: str, source: str) -> str:
    """Return a title in the language, or else in the quest's source language, or ""."""
    return titles.get((what, pk, language)) or titles.get((what, pk, source), "")


def notice_of(chapter: Chapter, learner: User, titles: Titles) -> Notice:
    """Return the notice in the learner's language."""
    language, source = learner.language, chapter.quest.source_language
    names = {
        "quest": title_in(titles, "quest", chapter.quest_id, language, source),
        "chapter": title_in(titles, "chapter", chapter.pk, language, source) or chapter.slug,
    }
    with override(language):
        return Notice(
            learner=learner,
            key=f"{KIND}:{chapter.pk}",
            kind=KIND,
            text=_("A new chapter of “%(quest)s” is open: %(chapter)s") % names,
            url=reverse("chapter", args=[chapter.uid]),
        )


def recheck(notifications: Sequence[Notification]) -> Mapping[int, Notice | None]:
    """Before sending: titles as of now; None for closed chapters, and who follows no more."""
    ids = {row.pk: int(row.key.partition(":")[2]) for row in notifications}
    shown = Lesson.objects.filter(chapter=OuterRef("pk"), status=Status.PUBLISHED)
    open_now = Chapter.objects.filter(
        Exists(shown), pk__in=ids.values(), quest__status=Status.PUBLISHED
    )
    chapters = {chapter.pk: chapter for chapter in open_now.select_related("quest")}
    titles = titles_of(list(chapters.values()))
    pairs = set(
        QuestFollow.objects.filter(
            learner__in=[row.learner_id for row in notifications]
        ).values_list("learner_id", "quest_id")
    )
    found: dict[int, Notice | None] = {}
    for row in notifications:
        chapter = chapters.get(ids[row.pk])
        follows_it = chapter is not None and (row.learner_id, chapter.quest_id) in pairs
        found[row.pk] = notice_of(chapter, row.learner, titles) if chapter and follows_it else None
    return found
