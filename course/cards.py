"""The quests as the home page lists them, without their outlines."""

from dataclasses import dataclass
from typing import Any

from course import access, outlines
from course.models import Quest, QuestText


@dataclass(frozen=True)
class Card:
    """One quest in a list; small, because pages that are kept hold on to it."""

    quest: Quest
    title: str
    summary: str
    language: str  # of title and summary
    lesson_count: int
    minutes: int


def cards(*, viewer: Any, language: str) -> list[Card]:
    """Every quest that the viewer may see, in order, in the best language; one query."""
    return [card_of(text) for text in access.quest_texts(viewer=viewer, language=language)]


def card_of(text: QuestText) -> Card:
    """A quest with its published lessons counted."""
    lessons = outlines.lessons_of(text.outline)
    return Card(
        quest=text.quest,
        title=text.title,
        summary=text.summary,
        language=text.language,
        lesson_count=len(lessons),
        minutes=sum(lesson["minutes"] for lesson in lessons),
    )
