"""Private answers to exercises."""

import json

import pytest

from course.models import ExerciseAnswer, SetAsideAnswer
from course.progress.answers import LONGEST, own_on_page, save_answer
from course.progress.export import erase, export
from course.progress.marking import complete
from tests.factories import make_quest

pytestmark = pytest.mark.django_db


def test_a_draft_is_saved_and_only_its_owner_sees_it(client, learner, other_learner):
    _quest, (lesson,) = make_quest(lessons=1)
    client.force_login(learner)
    answer = client.post(
        f"/progress/answers/{lesson.uid}/",
        {"body": "나의 답", "revision": "0"},
        headers={"Accept": "application/json"},
    )
    assert answer.json() == {"revision": 1, "set_aside": ""}
    assert own_on_page(learner, lesson)[1].body == "나의 답"
    assert own_on_page(other_learner, lesson)[1].body == ""
    client.force_login(other_learner)
    assert "나의 답" not in client.get("/quests/jax/jax-000/").content.decode()


def test_two_devices_that_write_at_once_both_keep_their_text(learner):
    _quest, (lesson,) = make_quest(lessons=1)
    save_answer(learner=learner, lesson=lesson, body="laptop", seen=0)
    saved = save_answer(learner=learner, lesson=lesson, body="phone", seen=0)
    assert (saved.body, saved.revision, saved.set_aside) == ("phone", 2, "laptop")
    again = save_answer(learner=learner, lesson=lesson, body="phone, later", seen=2)
    assert again.set_aside == ""
    assert own_on_page(learner, lesson)[1].set_aside == "laptop"
    assert SetAsideAnswer.objects.count() == 1


def test_a_form_without_scripts_saves_and_comes_back(client, learner):
    make_quest(lessons=1)
    client.force_login(learner)
    answer = client.post("/progress/answers/jax-000/", {"body": "a\r\nb", "revision": "x"})
    assert answer.url.endswith("/quests/jax/jax-000/#exercise")
    assert ExerciseAnswer.objects.get().body == "a\nb"


@pytest.mark.parametrize("uid", ["no-such-lesson", "x"])
def test_an_answer_needs_a_lesson_and_an_account(client, learner, uid):
    make_quest(lessons=1)
    assert client.post("/progress/answers/jax-000/").status_code == 302  # to sign in
    client.force_login(learner)
    assert client.post(f"/progress/answers/{uid}/").status_code == 404
    too_long = {"body": "x" * (LONGEST + 1)}
    assert client.post("/progress/answers/jax-000/", too_long).status_code == 400
    assert client.post("/progress/mark/jax-000/", {"action": "burn"}).status_code == 400
    assert not ExerciseAnswer.objects.exists()


def test_a_form_s_line_ends_count_once(client, learner):
    make_quest(lessons=1)
    client.force_login(learner)
    body = "\r\n".join(["x"] * (LONGEST // 2))  # as many signs as the box lets somebody type
    assert client.post("/progress/answers/jax-000/", {"body": body}).status_code == 302
    assert len(ExerciseAnswer.objects.get().body) == LONGEST - 1


def test_everything_can_be_taken_along_and_deleted(learner):
    _quest, (lesson,) = make_quest(lessons=1)
    complete(learner=learner, lesson=lesson)
    save_answer(learner=learner, lesson=lesson, body="나의 답", seen=0)
    files = {
        file.path: json.loads(file.content)
        for file in export(learner)
        if file.path.endswith(".json")
    }
    assert files["progress/log.json"][0]["lesson"] == "jax-000"
    assert files["progress/completions.json"][0]["done"] is True
    assert files["progress/answers.json"][0]["answer"] == "나의 답"
    erase(learner, False)
    assert all(json.loads(file.content) == [] for file in export(learner))
