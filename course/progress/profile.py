"""The quests on a learner's public profile."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from accounts.models import User, Viewer
from course.content import access
from course.progress.reading import progress_of


@dataclass(frozen=True)
class QuestDone:
    """A quest that was begun: how many of its lessons are done."""

    title: str
    url: str
    emoji: str
    language: str
    done: int
    total: int

    @property
    def finished(self) -> bool:
        """Whether every lesson is done."""
        return self.done >= self.total


def quests_section(owner: User, viewer: Viewer) -> dict[str, Any] | None:
    """Context of the public quests in which the owner did a lesson; two queries."""
    counts = progress_of(owner).lessons_by_quest()
    texts = access.quest_texts(viewer=access.ANYBODY, language=get_language() or "")
    quests = [
        QuestDone(
            text.title,
            text.quest.get_absolute_url(),
            text.quest.emoji,
            text.language,
            *counts[text.quest.uid],
        )
        for text in texts
        if counts.get(text.quest.uid, (0, 0))[0]
    ]
    return {"quests": quests} if quests else None
