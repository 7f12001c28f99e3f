"""The lessons as progress needs them: which exist, count, and are merged.

One snapshot of all lessons, cached until `invalidate(CATALOGUE)`; every write that changes a
lesson's position, status, merge, tags, titles or exercise calls it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef

from course.authoring.changes import FIELDS, Changed, LastChange
from course.content.judging import judge
from course.models import Lesson, LessonText, Part, Question, Status
from course.progress.targets import MARKS, Target, question_target
from pagecache.changes import cached_value, memory

CATALOGUE = "catalogue"


@dataclass(frozen=True)
class Asked:
    """A question, and every answer ever published as correct."""

    id: int
    kind: str
    right: tuple[str, ...]
    retired: bool = False
    renewed_at: datetime | None = None


@dataclass(frozen=True)
class Page:
    """A lesson as progress needs it."""

    id: int
    uid: str
    slug: str
    quest: str
    quest_slug: str
    chapter: str
    counts: bool  # published and not merged: part of the percentages
    open: bool  # not a draft: work on it is recorded
    merged_into_id: int | None
    has_exercise: bool = False
    minutes: int = 0
    tags: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    # By language; only of texts that really changed since they were written.
    changes: Mapping[str, LastChange] = field(default_factory=dict)
    # Those that were published once; retired ones too, which late attempts may be about.
    questions: Mapping[str, Asked] = field(default_factory=dict)

    def changed_since(self, moment: datetime, language: str) -> Changed | None:
        """Return the change of the text that a reader of the language gets, if it is later."""
        text = language if language in self.titles else next(iter(self.titles), "")
        change = self.changes.get(text)
        return change.after(moment) if change else None


@dataclass(frozen=True)
class Catalogue:
    """All lessons in reading order, with their merges resolved."""

    pages: tuple[Page, ...]

    @cached_property
    def by_uid(self) -> Mapping[str, Page]:
        """Lessons by uid."""
        return {page.uid: page for page in self.pages}

    @cached_property
    def by_id(self) -> Mapping[int, Page]:
        """Lessons by primary key."""
        return {page.id: page for page in self.pages}

    @cached_property
    def by_question(self) -> Mapping[int, Target]:
        """Questions by primary key."""
        return {
            asked.id: question_target(page.uid, name)
            for page in self.pages
            for name, asked in page.questions.items()
        }

    @cached_property
    def _heads(self) -> Mapping[str, Page]:
        return {page.uid: self._follow(page) for page in self.pages}

    @cached_property
    def _groups(self) -> Mapping[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {}
        for uid, head in self._heads.items():
            groups[head.uid] = (*groups.get(head.uid, ()), uid)
        return groups

    def _follow(self, page: Page) -> Page:
        seen = {page.id}
        while (into := page.merged_into_id) and into in self.by_id and into not in seen:
            page = self.by_id[into]
            seen.add(into)
        return page

    def head(self, uid: str) -> Page:
        """Return the current lesson for `uid`: itself, or the one it was merged into."""
        return self._heads[uid]

    def group(self, uid: str) -> tuple[str, ...]:
        """Return every uid that refers to the same lesson as `uid`."""
        return self._groups[self._heads[uid].uid]

    def aliases(self, uids: Iterable[str]) -> dict[str, str]:
        """Return {merged uid: current uid} for the groups of `uids`."""
        known = {uid for uid in uids if uid in self._heads}
        members = {member for uid in known for member in self.group(uid)}
        return {uid: self.head(uid).uid for uid in members if self.head(uid).uid != uid}

    def counted(self, scope: str | None = None) -> list[Page]:
        """Return the lessons that count, of the quest with uid `scope` or of the site."""
        return self._counted.get(scope, [])

    def after(self, uid: str) -> Page | None:
        """Return the next lesson of the quest that counts; None at its end."""
        row = self.counted(self.by_uid[uid].quest)
        place = next((i for i, page in enumerate(row) if page.uid == uid), None)
        return None if place is None else next(iter(row[place + 1 :]), None)

    @cached_property
    def _counted(self) -> Mapping[str | None, list[Page]]:
        counted: dict[str | None, list[Page]] = {}
        for page in self.pages:
            if page.counts:
                counted.setdefault(None, []).append(page)
                counted.setdefault(page.quest, []).append(page)
        return counted

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """Return the numbers of lessons and exercises by the rules' keys."""
        totals: dict[str, int] = {}
        for page in self.counted():
            for key in page_keys(page):
                totals[key] = totals.get(key, 0) + 1
        return totals

    def accepts(self, target: Target) -> bool:
        """Return whether operations about this lesson, or this part, can be recorded now."""
        page = self.by_uid.get(target.uid)
        if page is None or not page.open:
            return False
        if target.question:
            return self.knows_question(target)
        # A part that a later version may know is kept aside, like a lesson that is not there yet.
        return target.part in (Part.LESSON, *MARKS) or (
            target.part == Part.EXERCISE and page.has_exercise
        )

    def knows_question(self, target: Target) -> bool:
        """Return whether the target is a question that was ever published."""
        page = self.by_uid.get(target.uid)
        return page is not None and target.question in page.questions

    def asked(self, target: Target) -> Asked:
        """Return a published question. Raises KeyError for any other target."""
        return self.by_uid[target.uid].questions[target.question]

    def shows(self, target: Target) -> bool:
        """Return whether readers can see a question now."""
        page = self.by_uid.get(target.uid)
        asked = page.questions.get(target.question) if page and page.counts else None
        return asked is not None and not asked.retired

    def judge(self, target: Target, given: str) -> bool:
        """Return whether an answer to a known question is or was published as correct."""
        asked = self.asked(target)
        return judge(asked.kind, given, asked.right)

    @cached_property
    def target_count(self) -> int:
        """Return the maximum number of targets: lessons, exercises, questions, marks."""
        return sum(4 + len(page.questions) for page in self.pages)


def lesson_keys(page: Page) -> Iterator[str]:
    """Return the count keys that a completed lesson increases."""
    yield "lessons"
    yield f"lessons:quest:{page.quest}"
    yield f"lessons:chapter:{page.chapter}"
    yield from (f"lessons:tag:{tag}" for tag in page.tags)


def exercise_keys(page: Page) -> Iterator[str]:
    """Return the count keys that a completed exercise increases."""
    yield "exercises"
    yield f"exercises:quest:{page.quest}"


def question_keys(page: Page) -> Iterator[str]:
    """Return the count keys that a question answered right increases."""
    yield "questions"
    yield f"questions:quest:{page.quest}"


def page_keys(page: Page) -> Iterator[str]:
    """Return the count keys common to everything done on a lesson."""
    yield from lesson_keys(page)
    if page.has_exercise:
        yield from exercise_keys(page)
    for asked in page.questions.values():
        if not asked.retired:
            yield from question_keys(page)


def catalogue() -> Catalogue:
    """Return the cached catalogue; no query while nothing changed."""
    return cached_value(CATALOGUE, build)


def catalogue_with(lesson_ids: Iterable[int]) -> Catalogue:
    """Return the catalogue, read again if this process doesn't know a lesson yet."""
    found = catalogue()
    if all(lesson_id in found.by_id for lesson_id in lesson_ids):
        return found
    memory.forget({CATALOGUE})
    return catalogue()


def build() -> Catalogue:
    """Read all lessons in four queries."""
    titles: dict[int, dict[str, str]] = {}
    changes: dict[int, dict[str, LastChange]] = {}
    for lesson_id, language, title, *dates in LessonText.objects.values_list(
        "lesson_id", "language", "title", *FIELDS
    ):
        titles.setdefault(lesson_id, {})[language] = title
        if change := LastChange.of(*dates):
            changes.setdefault(lesson_id, {})[language] = change
    tags: dict[int, list[str]] = {}
    for lesson_id, slug in Lesson.tags.through.objects.values_list("lesson_id", "tag__slug"):
        tags.setdefault(lesson_id, []).append(slug)
    questions = read_questions()
    with_exercise = LessonText.objects.filter(lesson=OuterRef("pk")).exclude(exercise="")
    lessons = (
        Lesson.objects.in_order()
        .select_related("quest", "chapter")
        .annotate(has_exercise=Exists(with_exercise))
    )
    return Catalogue(
        tuple(
            Page(
                id=lesson.pk,
                uid=lesson.uid,
                slug=lesson.slug,
                quest=lesson.quest.uid,
                quest_slug=lesson.quest.slug,
                chapter=lesson.chapter.uid,
                counts=is_counted(lesson),
                open=Status.DRAFT not in (lesson.status, lesson.quest.status),
                merged_into_id=lesson.merged_into_id,
                has_exercise=lesson.has_exercise,
                minutes=lesson.minutes,
                tags=tuple(sorted(tags.get(lesson.pk, ()))),
                titles=titles.get(lesson.pk, {}),
                changes=changes.get(lesson.pk, {}),
                questions=questions.get(lesson.pk, {}),
            )
            for lesson in lessons
        )
    )


def read_questions() -> dict[int, dict[str, Asked]]:
    """Return every published question by lesson and name."""
    found: dict[int, dict[str, Asked]] = {}
    rows = Question.objects.order_by("position", "id", "right_answers__id").values_list(
        *("lesson_id", "name", "id", "kind", "retired", "renewed_at"), "right_answers__value"
    )
    for lesson_id, name, pk, kind, retired, renewed_at, value in rows:
        if value is None:
            continue
        known = found.setdefault(lesson_id, {}).get(name)
        right = (*(known.right if known else ()), value)
        found[lesson_id][name] = Asked(pk, kind, right, retired, renewed_at)
    return found


def is_counted(lesson: Lesson) -> bool:
    """Return whether the lesson counts: published, and not merged into another."""
    published = lesson.status == lesson.quest.status == Status.PUBLISHED
    return published and lesson.merged_into_id is None
