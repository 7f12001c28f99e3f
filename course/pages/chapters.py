"""The page of a chapter: what of it is done, and what comes after it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Viewer
from course.content import access
from course.models import QuestText
from course.pages.page_context import Count, shown_of
from course.progress import points
from course.progress.catalogue import Catalogue, catalogue
from course.progress.facts import grant_for
from course.progress.reading import Progress, progress_of
from course.progress.targets import Target, question_target
from pagecache.partial import render_page
from pagecache.public import depends_on, public


def onward_url(uid: str, known: Catalogue) -> str | None:
    """Where a completed lesson leads: the next lesson, or its chapter's page at the end of that.

    None for a lesson that does not count (a draft, a retired one).
    """
    page = known.by_uid.get(uid)
    if page is None or not page.counts:
        return None
    following = known.after(uid)
    if following is None or following.chapter != page.chapter:
        return reverse("chapter", args=[page.chapter])
    return reverse("lesson", args=[following.quest_slug, following.slug])


@public("rules")
def chapter(request: HttpRequest, uid: str) -> HttpResponse:
    """A chapter: lessons, XP, and what comes next."""
    language = get_language()
    text = access.shared_chapter_quest_text(uid=uid, viewer=request.user, language=language)
    depends_on(request, f"quest:{text.quest_id}")
    return render_page(
        request,
        "course/chapter.html",
        shared=lambda: chapter_context(text, uid),
        personal=lambda: chapter_progress(request.user, text, uid),
    )


def chapter_context(text: QuestText, uid: str) -> dict[str, Any]:
    """Template context of the chapter page that all viewers share; raises Http404."""
    rows = text.outline
    place = next((i for i, row in enumerate(rows) if row["uid"] == uid), None)
    if place is None:
        raise Http404(_("There is no such chapter."))
    return {
        "text": text,
        "quest": text.quest,
        "chapter": rows[place],
        "number": place + 1,
        "chapter_count": len(rows),
        "following": next(iter(rows[place + 1 :]), None),
        "points": points,
        "questions": sorted(questions_of(catalogue(), uid)),
    }


def chapter_progress(viewer: Viewer, text: QuestText, uid: str) -> dict[str, Any]:
    """Context of a chapter's page: what is done, right and earned; no query if unchanged."""
    if not viewer.is_authenticated:
        return {}
    progress = progress_of(viewer)
    shown = shown_of(viewer, text.quest, progress)
    return {
        "done_uids": shown.done_uids,
        "changed_uids": shown.changed,
        "chapter_done": lessons_done_in(progress, text.quest.uid, uid),
        "chapter_right": questions_right_in(progress, uid),
        "chapter_xp": xp_of(progress, uid),
    }


def lessons_done_in(progress: Progress, quest: str, uid: str) -> Count:
    """How many of the chapter's lessons are done."""
    pages = [page for page in progress.known.counted(quest) if page.chapter == uid]
    return Count(sum(progress.is_done(page.uid) for page in pages), len(pages))


def questions_of(known: Catalogue, chapter: str) -> set[Target]:
    """The questions that the chapter's lessons ask now."""
    return {
        question_target(page.uid, name)
        for page in known.counted()
        if page.chapter == chapter
        for name, asked in page.questions.items()
        if not asked.retired
    }


def questions_right_in(progress: Progress, chapter: str) -> int:
    """How many of the chapter's questions were answered right."""
    asked = questions_of(progress.known, chapter)
    return sum(progress.is_done(target.uid, target.part) for target in asked)


def xp_of(progress: Progress, uid: str) -> int:
    """The XP of everything that was ever done in the chapter."""
    known = progress.known
    heads = {
        Target(head.uid, target.part)
        for target, state in progress.states.items()
        if state.ever and (head := known.head(target.uid)).chapter == uid
    }
    return sum(grant_for(head).points for head in heads)
