"""Renaming, moving, retiring and merging lessons never changes XP."""

import pytest

from course.models import Chapter, Lesson, Operation
from course.progress.marking import NotOpen, complete, reset_quest, undo
from course.progress.reading import progress_of
from gamification.models import XPEntry
from pagecache.changes import memory
from tests.course.progress.browser import op, post_sync
from tests.factories import make_quest

pytestmark = pytest.mark.django_db


def change(uid: str, **fields) -> None:
    Lesson.objects.filter(uid=uid).update(**fields)
    memory.clear()


def xp_of(learner) -> list[tuple[str, int]]:
    return sorted(XPEntry.objects.filter(learner=learner).values_list("key", "points"))


def test_renamed_and_moved_lessons_stay_done(learner):
    quest, lessons = make_quest(lessons=4)
    complete(learner=learner, lesson=lessons[0])
    before = xp_of(learner)
    chapter = Chapter.objects.create(quest=quest, uid="elsewhere", slug="elsewhere", position=9)
    change("jax-000", slug="another-name", chapter=chapter, position=3)
    assert progress_of(learner).done_uids(quest) == {"jax-000"}
    assert progress_of(learner).bar(quest).percent == 25
    assert xp_of(learner) == before


def test_a_retired_lesson_leaves_the_percentages_and_its_xp_stays(learner):
    quest, lessons = make_quest(lessons=4)
    complete(learner=learner, lesson=lessons[0])
    complete(learner=learner, lesson=lessons[1])
    change("jax-000", status="retired")
    bar = progress_of(learner).bar(quest)
    assert (bar.lessons_done, bar.lessons_total, bar.percent, bar.xp) == (1, 3, 33, 40)


def test_a_merged_lesson_is_done_under_both_names_and_pays_once(learner, other_learner):
    quest, lessons = make_quest(lessons=4)
    complete(learner=learner, lesson=lessons[0])
    complete(learner=other_learner, lesson=lessons[0])
    complete(learner=other_learner, lesson=lessons[1])
    change("jax-000", status="retired", merged_into=lessons[1])
    for person, xp in ((learner, 20), (other_learner, 40)):
        assert progress_of(person).done_uids(quest) == {"jax-000", "jax-001"}
        bar = progress_of(person).bar(quest)
        assert (bar.lessons_done, bar.lessons_total, bar.xp) == (1, 3, xp)
    finished = Operation.objects.get(learner=learner).effective_at
    assert progress_of(learner).finished_at("jax-001") == finished
    undo(learner=learner, lesson=lessons[1])
    assert progress_of(learner).done_uids(quest) == set()
    assert progress_of(learner).finished_at("jax-001") is None
    complete(learner=learner, lesson=lessons[1])
    assert progress_of(learner).bar(quest).xp == 20


def test_a_draft_can_not_be_completed(learner):
    _quest, lessons = make_quest(lessons=1)
    change("jax-000", status="draft")
    with pytest.raises(NotOpen):
        complete(learner=learner, lesson=lessons[0])
    assert not Operation.objects.exists()


def test_completing_twice_records_once(learner):
    quest, lessons = make_quest(lessons=1)
    assert complete(learner=learner, lesson=lessons[0]).points == 20
    assert complete(learner=learner, lesson=lessons[0]).points == 0
    assert Operation.objects.count() == 1
    undo(learner=learner, lesson=lessons[0])
    assert complete(learner=learner, lesson=lessons[0]).points == 0
    assert progress_of(learner).done_uids(quest) == {"jax-000"}


def test_starting_over_opens_every_step_and_keeps_the_xp(client, learner):
    quest, lessons = make_quest(lessons=3)
    other, _ = make_quest("flax", lessons=1)
    complete(learner=learner, lesson=lessons[0])
    complete(learner=learner, lesson=lessons[0], part="exercise")
    complete(learner=learner, lesson=other.lessons.get())
    client.force_login(learner)
    assert "2" in client.get("/quests/jax/start-over/").content.decode()
    assert client.post("/quests/jax/start-over/").status_code == 302
    assert progress_of(learner).done_uids(quest) == set()
    assert progress_of(learner).done_uids(other) == {"flax-000"}
    assert progress_of(learner).bar(quest).xp == 55
    assert reset_quest(learner=learner, quest=quest) == 0


def test_resume_goes_on_after_the_lesson_last_completed(learner):
    quest, lessons = make_quest(lessons=3)
    assert progress_of(learner).resume(quest) is None
    complete(learner=learner, lesson=lessons[1])
    assert progress_of(learner).resume(quest).uid == "jax-002"
    complete(learner=learner, lesson=lessons[2])
    assert progress_of(learner).resume().uid == "jax-000"
    complete(learner=learner, lesson=lessons[0])
    assert progress_of(learner).resume(quest) is None


@pytest.mark.parametrize("merged", [False, True])
def test_work_done_offline_on_a_lesson_that_was_retired_meanwhile_counts(client, learner, merged):
    quest, lessons = make_quest(lessons=4)
    complete(learner=learner, lesson=lessons[1])
    late = op("c", "jax-000")  # ticked without a network
    change("jax-000", status="retired", merged_into=lessons[1] if merged else None)
    client.force_login(learner)
    answer = post_sync(client, learner, [late], scope="jax").json()
    assert answer["acked"] == [late["id"]]
    assert answer["held"] == answer["rejected"] == []
    assert "jax-000" in progress_of(learner).done_uids(quest)
    bar = progress_of(learner).bar(quest)
    # Merged, it is the lesson that is done already: one lesson, paid once.
    assert (bar.lessons_done, bar.lessons_total, bar.xp) == (1, 3, 20 if merged else 40)
