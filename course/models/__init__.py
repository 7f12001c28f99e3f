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
from course.models.progress import (
    Cancellation,
    Clock,
    Completion,
    ExerciseAnswer,
    HeldOperation,
    Operation,
    Part,
    SetAsideAnswer,
)
from course.models.stream import Announcement, StreamEntry

__all__ = [
    "Announcement",
    "Cancellation",
    "Chapter",
    "ChapterText",
    "Clock",
    "CodeSample",
    "Completion",
    "ExerciseAnswer",
    "ExternalLink",
    "HeldOperation",
    "Lesson",
    "LessonText",
    "OldLessonSlug",
    "OldQuestSlug",
    "Operation",
    "Part",
    "Quest",
    "QuestText",
    "SetAsideAnswer",
    "Status",
    "StreamEntry",
    "Tag",
]
