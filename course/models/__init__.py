"""Quests and what is in them."""

from course.models.authoring import (
    Image,
    LessonDraft,
    LessonReads,
    PreviewLink,
    QuestImage,
)
from course.models.content import (
    Change,
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
    "Change",
    "Chapter",
    "ChapterText",
    "CodeSample",
    "ExternalLink",
    "Image",
    "Lesson",
    "LessonDraft",
    "LessonReads",
    "LessonText",
    "OldLessonSlug",
    "OldQuestSlug",
    "PreviewLink",
    "Quest",
    "QuestImage",
    "QuestText",
    "Status",
    "StreamEntry",
    "Tag",
]
