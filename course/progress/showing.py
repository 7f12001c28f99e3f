"""What the reading pages show of progress, ready for their templates."""

from typing import Any

from comments.shared import Own
from course.authoring.changes import changed_after
from course.models import LessonText, Part, Quest
from course.progress.answers import Answer, own_on_page
from course.progress.bars import evaluate_log
from course.progress.reading import progress_of
from gamification.bar import Bar


def lesson_progress(viewer: Any, text: LessonText) -> dict[str, Any]:
    """Context of the lesson page: bar, done, exercise_done, answer, done_uids, own, changed.

    No query for the anonymous; one for members, and one more after their progress changed.
    """
    lesson = text.lesson
    quest = lesson.quest
    if not viewer.is_authenticated:
        return {"bar": empty_bar(quest.uid), "answer": Answer(), "own": Own()}
    progress = progress_of(viewer)
    own, answer = own_on_page(viewer, lesson)
    return {
        "bar": progress.bar(quest),
        "done": progress.is_done(lesson.uid),
        "exercise_done": progress.is_done(lesson.uid, Part.EXERCISE.value),
        "answer": answer,
        "own": own,
        "done_uids": progress.done_uids(quest),
        "changed": changed_after(text, progress.finished_at(lesson.uid)),
    }


def quest_progress(viewer: Any, quest: Quest) -> dict[str, Any]:
    """Context of a quest's page: bar, done_uids, resume."""
    if not viewer.is_authenticated:
        return {"bar": empty_bar(quest.uid), "done_uids": set(), "resume": None}
    progress = progress_of(viewer)
    return {
        "bar": progress.bar(quest),
        "done_uids": progress.done_uids(quest),
        "resume": progress.resume(quest),
    }


def home_progress(viewer: Any) -> dict[str, Any]:
    """Context of the home page: bar of the site, resume, and {done, total} lessons by quest uid."""
    if not viewer.is_authenticated:
        return {"bar": empty_bar(None), "resume": None, "lessons_done": {}}
    progress = progress_of(viewer)
    return {
        "bar": progress.bar(),
        "resume": progress.resume(),
        "lessons_done": {
            uid: {"done": done, "total": total}
            for uid, (done, total) in progress.lessons_by_quest().items()
        },
    }


def empty_bar(scope: str | None) -> Bar:
    """The bar of a page for the anonymous, before the browser fills in its own numbers."""
    return evaluate_log({"ops": [], "scope": scope}).bar
