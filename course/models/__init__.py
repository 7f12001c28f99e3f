"""Quests and what is in them."""

from course.models.content import (
    Chapter,
    ChapterText,
    CodeSample,
    ExternalLink,
    Lesson,
    LessonText,
    OldLessonSlug,
    OldQuestSlug,
    Quest,
    QuestText,
    Status,
    Tag,
)
from course.models.stream import Announcement, StreamEntry

__all__ = [
    "Announcement",
    "Chapter",
    "ChapterText",
    "CodeSample",
    "ExternalLink",
    "Lesson",
    "LessonText",
    "OldLessonSlug",
    "OldQuestSlug",
    "Quest",
    "QuestText",
    "Status",
    "StreamEntry",
    "Tag",
]
