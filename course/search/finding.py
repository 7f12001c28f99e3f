"""Find lessons by words, by what was probably meant, and by a pasted error message.

A custom index (`course.search.words`) is used, because two Korean syllables match nothing in
SQLite's FTS5 trigrams or Postgres's text search. It also finds words inside compounds, and ranks
alike on both databases. `course.search.asking` says how it forgives.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Viewer
from course.content.access import ANYBODY
from course.content.failures import Failure
from course.content.outlines import best_by
from course.models import CodeSample, Lesson, LessonText, Quest, QuestText
from course.search import messages
from course.search.asking import Found, ask
from course.search.folding import fold
from course.search.showing import excerpt, mark
from pagecache.entries import get_or_build, new_store

MAX_QUERY = 2_000  # a traceback; its end counts
MAX_WORDS = 100
MAX_TERMS = 8
PAGE = 20
HIT_BYTES = 12_000  # roughly, most of it the plain text that the excerpt is cut from
found_before = new_store(4 * 1024 * 1024)
# What a results page shows of a text, and where it links to.
SHOWN = (
    "language", "title", "plain_body", "lesson_id", "lesson__uid", "lesson__slug",
    "lesson__quest__slug",
)  # fmt: skip


# Words that ask for the pages of errors, and those of which one must be among them.
ERROR = {"오류", "에러", "error", "errors"}
ABOUT_ERRORS = ERROR | {"흔한", "자주", "만나는", "메시지", "common", "message", "messages"}


@dataclass(frozen=True)
class Hit:
    """A lesson that was found, with its title and an excerpt with marked words."""

    text: LessonText
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True)
class ErrorHit:
    """An error message that a lesson shows."""

    failure: Failure
    text: LessonText

    @property
    def url(self) -> str:
        """Return where the lesson shows it, in the active language."""
        return f"{self.text.lesson.get_absolute_url()}#sample-{self.failure.sample}"

    @property
    def all_url(self) -> str:
        """Return the page of all errors of its quest."""
        return reverse("errors", args=[self.text.lesson.quest.slug])


@dataclass(frozen=True)
class Results:
    """One page of hits, whether there are more, and what was looked for instead of the query."""

    hits: list[Hit]
    more: bool
    instead: str = ""
    errors: list[ErrorHit] = field(default_factory=list)
    pages: list[QuestText] = field(default_factory=list)  # quests whose page of errors is meant


def terms_of(query: str) -> list[str]:
    """Return the folded words to search for, without repeats, at most eight."""
    words = fold(query[:MAX_WORDS]).split()
    return list(dict.fromkeys(words))[:MAX_TERMS]


def find(
    *,
    query: str,
    language: str,
    viewer: Viewer,
    page: int = 1,
    count: Callable[[], None] = lambda: None,
) -> Results:
    """Return lessons in `language` with all words of the query, best first.

    One query when the words are found as they are; none for an empty query, and for a query cached
    since the last change of a lesson. Results for staff, which include drafts, are not cached.
    `count` is called before anything is looked for; what it raises ends the search.
    """
    query = query[-MAX_QUERY:]
    terms = terms_of(query)
    if not terms:
        return Results([], False)
    if viewer.is_staff:
        count()
        return look(query, terms, language, viewer, page)
    message = fold(query) if messages.may_be_message(query) else ""

    def build() -> Results:
        count()
        return look(query, terms, language, ANYBODY, page)

    return get_or_build(
        (language, tuple(terms), message, page),
        build,
        keys=lambda found: ["site"],
        size=lambda found: 1_000 + len(message) + HIT_BYTES * len(found.hits + found.errors),
        into=found_before,
    )


def look(query: str, terms: list[str], language: str, viewer: Viewer, page: int) -> Results:
    """Return one page of results from the index."""
    failures = messages.like(query) if page == 1 and messages.may_be_message(query) else []
    found = ask(terms, language, drafts=viewer.is_staff, forgiving=not failures)
    start = (page - 1) * PAGE
    shown = found.lessons[start : start + PAGE]
    texts = texts_of({*shown, *(each.lesson for each in failures)}, language, viewer)
    return Results(
        [hit_of(texts[key], found) for key in shown if key in texts],
        len(found.lessons) > start + PAGE,
        found.instead if shown else "",
        [ErrorHit(each, texts[each.lesson]) for each in failures if each.lesson in texts],
        error_pages(terms, language, viewer) if page == 1 else [],
    )


def error_pages(terms: list[str], language: str, viewer: Viewer) -> list[QuestText]:
    """Return the quests with a page of errors if the terms ask for one; one query if so."""
    if not ERROR.intersection(terms) or not ABOUT_ERRORS.issuperset(terms):
        return []
    failing = CodeSample.objects.filter(
        lesson__in=Lesson.objects.visible_to(viewer), outcome=CodeSample.Outcome.ERROR
    )
    quests = Quest.objects.visible_to(viewer).filter(lessons__samples__in=failing)
    texts = QuestText.objects.filter(quest__in=quests).select_related("quest")
    rows = texts.order_by("quest__position", "quest_id", "language")
    return list(best_by(rows, "quest_id", language).values())


def texts_of(lessons: set[int], language: str, viewer: Viewer) -> dict[int, LessonText]:
    """Return what a reader is shown of these lessons, in the best language; one query.

    Asks again who may see them: the index may be half a second behind.
    """
    if not lessons:
        return {}
    visible: QuerySet[Lesson] = Lesson.objects.visible_to(viewer).filter(pk__in=lessons)
    texts = LessonText.objects.filter(lesson__in=visible).exclude(body="")
    rows = texts.select_related("lesson__quest").only(*SHOWN).order_by("language")
    return best_by(rows, "lesson_id", language)


def hit_of(text: LessonText, found: Found) -> Hit:
    """Return a found text as a hit."""
    words = mark(excerpt(text.plain_body, found.terms), found.terms)
    return Hit(text, mark(text.title, found.terms), words)
