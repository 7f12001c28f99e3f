"""What of the courses progress has to know: which lessons exist, count, and share an identity.

One small picture of all lessons, remembered in the process until somebody calls
`touch(CATALOGUE)`; every write that changes a lesson's place, status, merge, tags, titles or
exercise does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef

from course.models import Lesson, LessonText, Part, Status
from pagecache.changes import memory, remember

CATALOGUE = "catalogue"


@dataclass(frozen=True)
class Page:
    """One lesson, as progress sees it."""

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
    tags: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """All lessons in reading order, with their merges resolved."""

    pages: tuple[Page, ...]

    @cached_property
    def by_uid(self) -> Mapping[str, Page]:
        """Lessons by their immutable name."""
        return {page.uid: page for page in self.pages}

    @cached_property
    def by_id(self) -> Mapping[int, Page]:
        """Lessons by primary key."""
        return {page.id: page for page in self.pages}

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
        """The lesson that `uid` means today: itself, or the one that it was merged into."""
        return self._heads[uid]

    def group(self, uid: str) -> tuple[str, ...]:
        """Every uid that means the same lesson as `uid`."""
        return self._groups[self._heads[uid].uid]

    def aliases(self, uids: Iterable[str]) -> dict[str, str]:
        """{merged uid: today's uid} for every group that one of `uids` belongs to."""
        known = {uid for uid in uids if uid in self._heads}
        members = {member for uid in known for member in self.group(uid)}
        return {uid: self.head(uid).uid for uid in members if self.head(uid).uid != uid}

    def counted(self, scope: str | None = None) -> list[Page]:
        """The lessons that count, of the quest with uid `scope` or of the whole site."""
        return self._counted.get(scope, [])

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
        """How many lessons and exercises there are, by the keys of the rules."""
        totals: dict[str, int] = {}
        for page in self.counted():
            for key in page_keys(page):
                totals[key] = totals.get(key, 0) + 1
        return totals

    def accepts(self, uid: str, part: str) -> bool:
        """Whether work on this lesson (or its exercise) can be recorded now."""
        page = self.by_uid.get(uid)
        if page is None or not page.open:
            return False
        # A part that a later version may know is kept aside, like a lesson that is not there yet.
        return part == Part.LESSON or (part == Part.EXERCISE and page.has_exercise)


def lesson_keys(page: Page) -> Iterator[str]:
    """The counters that a done lesson adds to."""
    yield "lessons"
    yield f"lessons:quest:{page.quest}"
    yield f"lessons:chapter:{page.chapter}"
    yield from (f"lessons:tag:{tag}" for tag in page.tags)


def exercise_keys(page: Page) -> Iterator[str]:
    """The counters that a done exercise adds to."""
    yield "exercises"
    yield f"exercises:quest:{page.quest}"


def page_keys(page: Page) -> Iterator[str]:
    """The counters that everything done on a lesson adds to."""
    yield from lesson_keys(page)
    if page.has_exercise:
        yield from exercise_keys(page)


def catalogue() -> Catalogue:
    """All lessons; costs no query while nothing changed."""
    return remember(CATALOGUE, build)


def catalogue_with(lesson_ids: Iterable[int]) -> Catalogue:
    """The catalogue, read anew when another process knows a lesson that this one does not."""
    found = catalogue()
    if all(lesson_id in found.by_id for lesson_id in lesson_ids):
        return found
    memory.forget({CATALOGUE})
    return catalogue()


def build() -> Catalogue:
    """Read all lessons: three queries, however many there are."""
    titles: dict[int, dict[str, str]] = {}
    for lesson_id, language, title in LessonText.objects.values_list(
        "lesson_id", "language", "title"
    ):
        titles.setdefault(lesson_id, {})[language] = title
    tags: dict[int, list[str]] = {}
    for lesson_id, slug in Lesson.tags.through.objects.values_list("lesson_id", "tag__slug"):
        tags.setdefault(lesson_id, []).append(slug)
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
                tags=tuple(sorted(tags.get(lesson.pk, ()))),
                titles=titles.get(lesson.pk, {}),
            )
            for lesson in lessons
        )
    )


def is_counted(lesson: Lesson) -> bool:
    """Whether the lesson is part of the percentages: published, and not merged into another."""
    published = lesson.status == lesson.quest.status == Status.PUBLISHED
    return published and lesson.merged_into_id is None
