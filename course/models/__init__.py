"""Models of quests, lessons, progress and the stream."""

from course.models.addresses import OldLessonSlug, OldQuestSlug
from course.models.authoring import (
    Image,
    LessonDraft,
    LessonReads,
    PreviewLink,
    QuestImage,
)
from course.models.code import CheckedTry, SavedCode, SetAsideCode
from course.models.content import Lesson, LessonText
from course.models.extras import CodeSample, ExternalLink
from course.models.following import LessonReminder, QuestFollow
from course.models.kinds import Change, Runs, Status, Tag
from course.models.places import ReadingPlace
from course.models.progress import (
    QUESTION,
    Cancellation,
    Clock,
    Completion,
    ExerciseAnswer,
    HeldOperation,
    Note,
    Operation,
    Part,
    SetAsideAnswer,
)
from course.models.proofs import Proof, ProofComment
from course.models.questions import Question, RightAnswer, Term
from course.models.quests import Chapter, ChapterText, Quest, QuestText
from course.models.reviews import ReviewCard
from course.models.rhythm import Rhythm
from course.models.searches import SearchMiss
from course.models.stream import Announcement, StreamEntry

__all__ = [
    "QUESTION",
    "Announcement",
    "Cancellation",
    "Change",
    "Chapter",
    "ChapterText",
    "CheckedTry",
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
    "LessonReminder",
    "LessonText",
    "Note",
    "OldLessonSlug",
    "OldQuestSlug",
    "Operation",
    "Part",
    "PreviewLink",
    "Proof",
    "ProofComment",
    "Quest",
    "QuestFollow",
    "QuestImage",
    "QuestText",
    "Question",
    "ReadingPlace",
    "ReviewCard",
    "Rhythm",
    "RightAnswer",
    "Runs",
    "SavedCode",
    "SearchMiss",
    "SetAsideAnswer",
    "SetAsideCode",
    "Status",
    "StreamEntry",
    "Tag",
    "Term",
]
