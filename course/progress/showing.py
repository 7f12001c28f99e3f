"""What the reading pages show of progress, ready for their templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import get_language

from comments.shared import Own
from course.authoring.changes import changed_after
from course.models import LessonText, Part, Quest
from course.progress.answers import Answer, own_on_page
from course.progress.bars import evaluate_log
from course.progress.catalogue import CATALOGUE
from course.progress.reading import Progress, progress_of
from gamification.bar import Bar
from pagecache.fragments import keep, of_members

SHOWN_BYTES = 2_000  # roughly, without uids
UID_BYTES = 150


class Resume(NamedTuple):
    """Where to go on, in the words of one language."""

    title: str
    url: str


class Count(NamedTuple):
    """So many of all lessons are done."""

    done: int
    total: int


@dataclass(frozen=True)
class LessonsDone(Mapping[str, Count]):
    """The lessons done in each quest, by its uid; the same numbers make the same key of a cache."""

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
class Shown:
    """What pages show of one state of a learner's progress, in one language.

    `done_uids` belong to one quest, `lessons_done` to the home page; the other is empty.
    """

    bar: Bar
    resume: Resume | None = None
    done_uids: frozenset[str] = frozenset()
    lessons_done: LessonsDone = LessonsDone()


def lesson_progress(viewer: Any, text: LessonText) -> dict[str, Any]:
    """Context of the lesson page: bar, done, exercise_done, answer, done_uids, own, changed.

    No query for the anonymous; one for members, and one more after their progress changed.
    """
    lesson = text.lesson
    quest = lesson.quest
    if not viewer.is_authenticated:
        return {"bar": empty_bar(quest.uid), "answer": Answer(), "own": Own()}
    progress = progress_of(viewer)
    shown = shown_of(viewer, quest, progress)
    own, answer = own_on_page(viewer, lesson)
    return {
        "bar": shown.bar,
        "done": progress.is_done(lesson.uid),
        "exercise_done": progress.is_done(lesson.uid, Part.EXERCISE.value),
        "answer": answer,
        "own": own,
        "done_uids": shown.done_uids,
        "changed": changed_after(text, progress.finished_at(lesson.uid)),
    }


def quest_progress(viewer: Any, quest: Quest) -> dict[str, Any]:
    """Context of a quest's page: bar, done_uids, resume; no query while nothing changed."""
    shown = shown_of(viewer, quest)
    return {"bar": shown.bar, "done_uids": shown.done_uids, "resume": shown.resume}


def home_progress(viewer: Any) -> dict[str, Any]:
    """Context of the home page: bar of the site, resume, and lessons_done by quest uid.

    No query while nothing changed.
    """
    shown = shown_of(viewer, None)
    return {"bar": shown.bar, "resume": shown.resume, "lessons_done": shown.lessons_done}


def shown_of(viewer: Any, quest: Quest | None, progress: Progress | None = None) -> Shown:
    """What the page of a quest, or the home page, shows of the viewer's (loaded) progress.

    It is kept under what came along with the session: the revision of the log, and XP with
    achievements. So no other sign of a change is needed; without them it is made anew.
    """
    scope = quest.uid if quest else None
    if not viewer.is_authenticated:
        return Shown(empty_bar(scope))
    stamps = viewer.stamps
    if not {"progress", "standing"} <= stamps.keys():
        return show(progress or progress_of(viewer), quest)
    state = (stamps["progress"], stamps["standing"])
    return keep(
        ("shown", viewer.pk, *state, scope, get_language()),
        lambda: show(progress or progress_of(viewer), quest),
        keys=lambda shown: (CATALOGUE, "rules"),
        size=lambda shown: (
            SHOWN_BYTES + UID_BYTES * (len(shown.done_uids) + len(shown.lessons_done))
        ),
        into=of_members,
    )


def show(progress: Progress, quest: Quest | None) -> Shown:
    """The same, counted; this takes longer the more lessons are done."""
    place = progress.resume(quest)
    resume = Resume(place.title, place.url) if place else None
    if quest:
        done_uids = frozenset(progress.done_uids(quest))
        return Shown(progress.bar(quest), resume, done_uids=done_uids)
    return Shown(progress.bar(), resume, lessons_done=lessons_done(progress))


def lessons_done(progress: Progress) -> LessonsDone:
    """How many lessons of each quest are done."""
    counts = progress.lessons_by_quest().items()
    return LessonsDone(frozenset((uid, Count(*numbers)) for uid, numbers in counts))


def empty_bar(scope: str | None) -> Bar:
    """The bar of a page for the anonymous, before the browser fills in its own numbers."""
    return evaluate_log({"ops": [], "scope": scope}).bar
