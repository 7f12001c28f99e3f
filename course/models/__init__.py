"""Quests and what is in them."""

from course.models.addresses import OldLessonSlug, OldQuestSlug
from course.models.authoring import (
    Image,
    LessonDraft,
    LessonReads,
    PreviewLink,
    QuestImage,
)
from course.models.content import Lesson, LessonText
from course.models.extras import CodeSample, ExternalLink
from course.models.kinds import Change, Status, Tag
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
from course.models.quests import Chapter, ChapterText, Quest, QuestText
from course.models.stream import Announcement, StreamEntry

__all__ = [
    "Announcement",
    "Cancellation",
    "Change",
    "Chapter",
    "ChapterText",
    "Clock",
    "CodeSample",
    "Completion",
    "ExerciseAnswer",
    "ExternalLink",
    "HeldOperation",
    "Image",
    "Lesson",
    "LessonDraft",
    "LessonReads",
    "LessonText",
    "OldLessonSlug",
    "OldQuestSlug",
    "Operation",
    "Part",
    "PreviewLink",
    "Quest",
    "QuestImage",
    "QuestText",
    "SetAsideAnswer",
    "Status",
    "StreamEntry",
    "Tag",
]
