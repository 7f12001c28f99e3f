"""Where a learner left off: the lesson to continue with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from course.models import Part
from course.progress.catalogue import Catalogue, Page
from course.progress.fold import States


@dataclass(frozen=True)
class Place:
    """The lesson to go on with."""

    page: Page

    @property
    def uid(self) -> str:
        """The lesson's immutable name."""
        return self.page.uid

    @property
    def title(self) -> str:
        """Its title in the active language, or in any that there is."""
        titles = self.page.titles
        wanted = (get_language() or "", settings.LANGUAGE_CODE)
        found = next((titles[code] for code in wanted if code in titles), None)
        return found or next(iter(titles.values()), self.page.slug)

    @property
    def url(self) -> str:
        """Its address in the active language."""
        return reverse("lesson", args=[self.page.quest_slug, self.page.slug])

    def as_json(self) -> dict[str, Any]:
        """What the resume button shows."""
        return {"uid": self.uid, "title": self.title, "url": self.url, "quest": self.page.quest}


def next_place(states: States, known: Catalogue, scope: str | None) -> Place | None:
    """The first lesson not done after the one last completed, else the first one not done."""
    done = done_lessons(states, known)
    latest = max(
        (
            (state.last_at, page.uid)
            for page, state in ((known.head(target.uid), state) for target, state in states.items())
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
    """Today's uids of the lessons that are done."""
    return {
        known.head(target.uid).uid
        for target, state in states.items()
        if state.done and target.part == Part.LESSON
    }
