"""Find the lesson to continue with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from course.models import Part
from course.models.languages import in_language
from course.progress.catalogue import Catalogue, Page
from course.progress.fold import States


@dataclass(frozen=True)
class Place:
    """The lesson to continue with."""

    page: Page

    @property
    def uid(self) -> str:
        """The lesson's uid."""
        return self.page.uid

    @property
    def title(self) -> str:
        """Its title in the active language, or else in another."""
        return in_language(self.page.titles, get_language() or "", self.page.slug)

    @property
    def url(self) -> str:
        """Its URL in the active language."""
        return reverse("lesson", args=[self.page.quest_slug, self.page.slug])

    def as_json(self) -> dict[str, Any]:
        """Return the data of the resume button."""
        return {"uid": self.uid, "title": self.title, "url": self.url, "quest": self.page.quest}


def titles_and_addresses(uids: Iterable[str], known: Catalogue) -> dict[str, dict[str, str]]:
    """Return {uid: {"title", "url"}} of these lessons in the active language."""
    places = ((uid, Place(known.head(uid))) for uid in sorted(set(uids)) if uid in known.by_uid)
    return {uid: {"title": place.title, "url": place.url} for uid, place in places}


def next_place(states: States, known: Catalogue, scope: str | None) -> Place | None:
    """Return the first open lesson after the last completed one, else the first open one."""
    done = done_lessons(states, known)
    latest = max(
        (
            (state.last_at, page.uid)
            for page, state in (
                (known.head(target.uid), state)
                for target, state in states.items()
                if target.is_work
            )
            if state.last_at and state.done and page.counts and scope in (None, page.quest)
        ),
        default=None,
    )
    if latest is None:
        return None
    quest = known.by_uid[latest[1]].quest
    ahead = known.counted(quest)
    start = next(i for i, page in enumerate(ahead) if page.uid == latest[1])
    left = [page for page in ahead[start:] + ahead[:start] if page.uid not in done]
    return Place(left[0]) if left else None


def done_lessons(states: States, known: Catalogue) -> Collection[str]:
    """Return the current uids of the completed lessons."""
    return {
        known.head(target.uid).uid
        for target, state in states.items()
        if state.done and target.part == Part.LESSON
    }
