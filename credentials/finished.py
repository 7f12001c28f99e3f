"""Whether a learner has finished a quest or a chapter, and what a certificate says of it.

Computed from the learner's progress, which is the fold of the log of operations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from course.content import outlines
from course.models import ChapterText, Part, Quest, QuestText, Status
from course.progress.catalogue import Catalogue, Page
from course.progress.reading import Progress
from course.progress.times import learner_zone
from credentials.models import Certificate

QUEST, CHAPTER = Certificate.Kind.QUEST, Certificate.Kind.CHAPTER
Titles = Mapping[str, str]  # language: title


@dataclass(frozen=True)
class Scope:
    """What a certificate is about: a quest or a chapter, by its uid."""

    kind: str
    uid: str


@dataclass(frozen=True)
class Finished:
    """What a certificate copies about the course and the learner's work, without titles."""

    pages: tuple[Page, ...]
    finished_on: date
    questions_right: int
    questions_total: int


def pages_of(known: Catalogue, scope: Scope) -> list[Page]:
    """Return the published lessons of a quest or chapter, in reading order."""
    if scope.kind == QUEST:
        return known.counted(scope.uid)
    return [page for page in known.counted() if page.chapter == scope.uid]


def finish_of(progress: Progress, scope: Scope) -> Finished | None:
    """Return what was finished; None while a lesson is open, or for an empty scope. No query."""
    pages = pages_of(progress.known, scope)
    moments = [first_done(progress, page.uid) for page in pages]
    done = [moment for moment in moments if moment]
    if not pages or len(done) < len(pages):
        return None
    zone = learner_zone(progress.learner.time_zone)
    right, total = questions_of(progress, pages)
    return Finished(tuple(pages), max(done).astimezone(zone).date(), right, total)


def first_done(progress: Progress, uid: str) -> datetime | None:
    """Return when the lesson was first completed, or None if it is not done now."""
    states = progress.states_of(uid, Part.LESSON.value)
    if not any(state.done for state in states):
        return None
    return min(state.first_at for state in states if state.first_at)


def questions_of(progress: Progress, pages: Iterable[Page]) -> tuple[int, int]:
    """Return how many of the lessons' questions were answered right, and how many there are."""
    right = total = 0
    for page in pages:
        asked = {name for name, each in page.questions.items() if not each.retired}
        total += len(asked)
        right += len(asked & progress.questions_done(page.uid))
    return right, total


def open_scopes(progress: Progress, taken: Iterable[Scope]) -> list[Scope]:
    """Return the finished quests and chapters, in reading order, that are not in `taken`."""
    found: dict[Scope, None] = {}
    for page in progress.known.counted():
        found[Scope(QUEST, page.quest)] = None
        found[Scope(CHAPTER, page.chapter)] = None
    left = found.keys() - set(taken)
    return [scope for scope in found if scope in left and finish_of(progress, scope)]


@dataclass(frozen=True)
class Course:
    """Titles of what a scope is about; `quest_titles` is empty for a quest."""

    titles: Titles
    quest_titles: Titles
    emoji: str
    minutes: int


def course_of(scope: Scope, pages: Iterable[Page]) -> Course | None:
    """Return the present titles and the estimated minutes; two queries. None if it is gone."""
    public = Quest.objects.filter(status=Status.PUBLISHED)
    quests = public.filter(uid=scope.uid) if scope.kind == QUEST else public.filter(
        chapters__uid=scope.uid
    )  # fmt: skip
    rows = list(QuestText.objects.filter(quest__in=quests).select_related("quest"))
    if not rows:
        return None
    quest_titles = {row.language: row.title for row in rows}
    emoji, minutes = rows[0].quest.emoji, minutes_of(rows, pages)
    if scope.kind == QUEST:
        return Course(quest_titles, {}, emoji, minutes)
    texts = ChapterText.objects.filter(chapter__uid=scope.uid)
    return Course(dict(texts.values_list("language", "title")), quest_titles, emoji, minutes)


def minutes_of(rows: Iterable[QuestText], pages: Iterable[Page]) -> int:
    """Return how long the lessons take, as their quest's page says it."""
    times = {
        lesson["uid"]: lesson["minutes"]
        for row in rows
        for lesson in outlines.lessons_of(row.outline)
    }
    return sum(times.get(page.uid, 0) for page in pages)
