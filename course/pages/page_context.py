"""Progress as shown on reading pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User, Viewer
from comments.conversation.shared import Own
from course.authoring.changes import changed_after
from course.models import LessonText, Part, Quest
from course.progress.answers import Answer, own_on_page
from course.progress.bars import evaluate_log
from course.progress.catalogue import CATALOGUE
from course.progress.due import left_today
from course.progress.reading import Progress, progress_of
from course.progress.resuming import Place
from course.rhythm.finishing import is_off
from course.rhythm.following import follows
from course.rhythm.goals import local_day, today_of
from course.rhythm.week import last_week
from gamification.bar import Bar
from gamification.preferences import streak_unit_of
from gamification.streaks import streak
from pagecache.entries import get_or_build, member_store

SHOWN_BYTES = 2_000  # roughly, without uids
UID_BYTES = 150
MOST_NAMED = 5  # changed lessons on a member's home


class Resume(NamedTuple):
    """The lesson to continue with, in one language."""

    title: str
    url: str


class Count(NamedTuple):
    """A number of completed lessons out of a total."""

    done: int
    total: int


@dataclass(frozen=True)
class LessonsDone(Mapping[str, Count]):
    """Completed lessons per quest uid; hashable, so that it can be part of a cache key."""

    rows: frozenset[tuple[str, Count]] = frozenset()

    @cached_property
    def _by_uid(self) -> dict[str, Count]:
        return dict(self.rows)

    def __getitem__(self, uid: str) -> Count:
        return self._by_uid[uid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_uid)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class ProgressView:
    """A learner's progress as pages show it, in one language.

    `done_uids` is set for one quest, `lessons_done` for the home page; the other is empty.
    `changed` are lessons (uid, must redo) that changed since they were done.
    """

    bar: Bar
    resume: Resume | None = None
    done_uids: frozenset[str] = frozenset()
    lessons_done: LessonsDone = LessonsDone()
    changed: tuple[tuple[str, bool], ...] = ()


def lesson_progress(viewer: Viewer, text: LessonText) -> dict[str, Any]:
    """Context of the lesson page: bar, done, finished_at, answer, own, changed and more.

    No query for the anonymous; one for members, and one more after their progress changed.
    """
    lesson = text.lesson
    quest = lesson.quest
    if not viewer.is_authenticated:
        return {"bar": empty_bar(quest.uid), "answer": Answer(), "own": Own()}
    progress = progress_of(viewer)
    shown = shown_of(viewer, quest, progress)
    names = [progress.known.by_uid[uid].id for uid in progress.names_of(lesson.uid)]
    own, answer, notes, later = own_on_page(viewer, lesson, names)
    waits = later and not is_off(progress, lesson.uid, later.since)
    finished_at = progress.finished_at(lesson.uid)
    return {
        "bar": shown.bar,
        "done": progress.is_done(lesson.uid),
        "finished_at": finished_at,
        "notes": notes,
        "finish_at": local_day(viewer, later.at) if later and waits else None,
        "bookmarked": progress.is_done(lesson.uid, Part.BOOKMARK.value),
        "questions_done": progress.questions_done(lesson.uid),
        "exercise_done": progress.is_done(lesson.uid, Part.EXERCISE.value),
        "answer": answer,
        "own": own,
        "done_uids": shown.done_uids,
        "changed_uids": shown.changed,
        "changed": changed_after(text, progress.known_until(lesson.uid)),
    }


def quest_progress(viewer: Viewer, quest: Quest) -> dict[str, Any]:
    """Context of a quest's page: bar, done_uids, resume, following; no query if unchanged."""
    shown = shown_of(viewer, quest)
    found: dict[str, Any] = {"bar": shown.bar, "resume": shown.resume}
    found |= {"done_uids": shown.done_uids, "changed_uids": shown.changed}
    if isinstance(viewer, User):
        found["following"] = follows(viewer, quest)
    return found


def home_progress(viewer: Viewer) -> dict[str, Any]:
    """Context of the home page: the site's bar, resume, lessons_done by quest uid, the learner's
    days, and how many reviews are suggested for today.

    No query if unchanged.
    """
    progress = progress_of(viewer) if isinstance(viewer, User) else None
    shown = shown_of(viewer, None, progress)
    found = {"bar": shown.bar, "resume": shown.resume, "lessons_done": shown.lessons_done}
    if progress is None:
        return found
    now = timezone.now()
    reviews = left_today(progress.learner, now)
    changed = changed_lessons(shown.changed, progress)
    return {**found, **days_of(progress, now), "reviews": reviews, "changed_lessons": changed}


def changed_lessons(changed: Sequence[tuple[str, bool]], progress: Progress) -> dict[str, Any]:
    """Return the lessons to name, those to redo first, and how many there are besides."""
    first = sorted(changed, key=lambda pair: not pair[1])
    rows = [(Place(progress.known.by_uid[uid]), redo) for uid, redo in first[:MOST_NAMED]]
    return {"rows": rows, "more": len(first) - len(rows)}


def days_of(progress: Progress, now: datetime) -> dict[str, Any]:
    """Context of the learner's days: the goal of today, the streak, the last week."""
    learner = progress.learner
    days = {day for state in progress.states.values() for day in state.days}
    day = local_day(learner, now)
    lit = streak(days, day, streak_unit_of(learner))
    week = last_week(days, day, lit)
    return {
        "today": today_of(learner, now),
        "streak": lit,
        "week": week,
        "rested": any(each.rest for each in week),
    }


def shown_of(viewer: Viewer, quest: Quest | None, progress: Progress | None = None) -> ProgressView:
    """Return the viewer's (loaded) progress as shown on a quest's page or the home page.

    It is cached under the versions read with the session: the log's revision, and XP with
    achievements. Without these it is computed anew.
    """
    scope = quest.uid if quest else None
    if not viewer.is_authenticated:
        return ProgressView(empty_bar(scope))
    versions = viewer.session_versions
    if not {"progress", "standing"} <= versions.keys():
        return show(progress or progress_of(viewer), quest)
    state = (versions["progress"], versions["standing"])
    return get_or_build(
        ("shown", viewer.pk, *state, scope, get_language()),
        lambda: show(progress or progress_of(viewer), quest),
        keys=lambda shown: (CATALOGUE, "rules"),
        size=lambda shown: (
            SHOWN_BYTES
            + UID_BYTES * (len(shown.done_uids) + len(shown.lessons_done) + len(shown.changed))
        ),
        into=member_store,
    )


def show(progress: Progress, quest: Quest | None) -> ProgressView:
    """Compute the same; takes longer the more lessons are done."""
    place = progress.resume(quest)
    resume = Resume(place.title, place.url) if place else None
    found = progress.changed(get_language() or "", quest)
    changed = tuple((uid, each.must_redo) for uid, each in found.items())
    if quest:
        done_uids = frozenset(progress.done_uids(quest))
        return ProgressView(progress.bar(quest), resume, done_uids=done_uids, changed=changed)
    return ProgressView(
        progress.bar(), resume, lessons_done=lessons_done(progress), changed=changed
    )


def lessons_done(progress: Progress) -> LessonsDone:
    """Return the number of completed lessons of each quest."""
    counts = progress.lessons_by_quest().items()
    return LessonsDone(frozenset((uid, Count(*numbers)) for uid, numbers in counts))


def empty_bar(scope: str | None) -> Bar:
    """Return the bar for the anonymous, before the browser fills in its own numbers."""
    return evaluate_log({"ops": [], "scope": scope}).bar
