"""What a person wrote is in the export as Markdown to read, besides the JSON."""

import pytest

from accounts.registry import exports
from course.progress.answers import save_answer
from course.progress.notebook import write_note
from tests.factories import make_comment, make_quest, settle

pytestmark = pytest.mark.django_db


def test_answers_notes_and_comments_are_markdown(learner):
    _quest, [lesson] = make_quest(lessons=1)
    save_answer(learner=learner, lesson=lesson, body="내 **답**\n\n둘째 줄", seen=0)
    write_note(learner=learner, lesson=lesson, body="내 메모", note=None, place="")
    make_comment(lesson.thread, settle(learner), "내 `댓글`")
    files = {
        file.path: str(file.content)
        for name in ("progress", "comments")
        for file in exports[name](learner)
    }
    for path, title, text in (
        ("progress/answers.md", "# 내가 쓴 답", "내 **답**\n\n둘째 줄"),
        ("progress/notes.md", "# 내 메모", "내 메모"),
        ("comments/comments.md", "# 내 댓글", "내 `댓글`"),
    ):
        assert files[path].startswith(f"{title}\n\n## jax-000 · 20")
        assert files[path].endswith(f"\n\n{text}\n")
