"""Notes and bookmarks in the log: the last writer of a note wins, older texts stay in the log."""

import json
import time

import pytest

from course.models import Completion, Note, Operation
from course.progress.export import erase, export
from course.progress.reading import progress_of
from tests.course.progress.browser import op, post_sync
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
NOW = int(time.time() * 1000)
NOTE = "5f0c0e2e-6f4e-4a39-8f3a-0d4f5b6c7d8e"


def note(text, lesson="jax-000", *, m=NOTE, ago=0, **more):
    """A note as a browser writes it, so many seconds ago."""
    return op("n", lesson, m=m, t=text, at=NOW - ago * 1000, **more)


@pytest.fixture
def member(client, learner):
    make_quest(lessons=3)
    client.force_login(learner)
    return client


def texts(answer) -> list[str]:
    return [row["t"] for row in answer["notes"]]


def test_a_note_comes_to_every_device_with_its_place(member, learner):
    written = note("읽어 볼 것", p="heading-2")
    answer = post_sync(member, learner, [written]).json()
    assert answer["notes"] == [
        {"m": NOTE, "l": "jax-000", "p": "heading-2", "t": "읽어 볼 것",
         "at": written["at"], "by": written["id"]}
    ]  # fmt: skip
    assert answer["xp"]["total"] == 0
    later = post_sync(member, learner, cursor=answer["cursor"], epoch=answer["epoch"]).json()
    assert later["notes"] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("batch", [1, 3])
def test_the_last_text_wins_in_whatever_order_they_arrive(member, learner, order, batch):
    ops = [note("첫째", ago=30), note("둘째", ago=20), note("셋째", "jax-001", ago=10)]
    sent = [ops[place] for place in order]
    for start in range(0, 3, batch):
        answer = post_sync(member, learner, sent[start : start + batch]).json()
    assert texts(answer) == ["셋째"]
    assert Note.objects.get().lesson.uid == "jax-001"
    assert Operation.objects.filter(note=NOTE).count() == 3


def test_two_texts_of_one_moment_are_decided_by_their_ids(member, learner):
    low, high = (note(text, id=f"{text}0000000-0000-4000-8000-000000000000") for text in "1f")
    for ops in ([high, low], [low]):
        post_sync(member, learner, ops)
    assert Note.objects.get().body == "f"


def test_an_emptied_note_is_gone_and_its_text_stays_in_the_log(member, learner):
    answer = post_sync(member, learner, [note("weg", ago=9), note("")]).json()
    assert texts(answer) == [""]
    files = {
        file.path: json.loads(file.content)
        for file in export(learner)
        if file.path.endswith(".json")
    }
    assert files["progress/notes.json"] == []
    assert [row["text"] for row in files["progress/log.json"]] == ["weg", ""]
    erase(learner, False)
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [({"m": "x"}, "bad-note"), ({"p": "a b"}, "bad-note"), ({"p": "x" * 101}, "bad-note"),
     ({"t": None}, "bad-text"), ({"t": "x" * 5001}, "text-too-long"), ({"p": "\x00"}, "bad-note")],
)  # fmt: skip
def test_a_note_that_can_be_none_is_refused(member, learner, change, code):
    answer = post_sync(member, learner, [note("x") | change]).json()
    assert answer["rejected"][0]["code"] == code


def test_a_bookmark_is_neither_work_nor_a_day_and_can_be_taken_back(member, learner):
    mark = op("b", "jax-001#bookmark", at=NOW)
    answer = post_sync(member, learner, [mark]).json()
    assert answer["delta"] == [{"l": "jax-001#bookmark", "live": [mark["id"]]}]
    assert answer["xp"]["total"] == 0
    row = Completion.objects.get()
    assert (row.days, row.first_at, row.rapid) == ([], None, False)
    progress = progress_of(learner)
    assert [page.uid for page in progress.bookmarks()] == ["jax-001"]
    assert (progress.quests_begun(), progress.resume()) == (set(), None)
    undo = op("u", "jax-001#bookmark", x=[mark["id"]])
    assert post_sync(member, learner, [undo]).json()["delta"][0]["live"] == []
    assert progress_of(learner).bookmarks() == []


def test_notes_and_targets_come_in_pages(member, learner, monkeypatch):
    monkeypatch.setattr("course.progress.deltas.DELTA_PAGE", 3)
    ops = [note(f"{n}", m=op()["id"]) for n in range(5)]
    ops += [op("c", "jax-000"), op("b", "jax-000#bookmark")]
    post_sync(member, learner, ops)
    seen, cursor, epoch, more = [], 0, "", True
    while more:
        answer = post_sync(member, learner, cursor=cursor, epoch=epoch).json()
        cursor, epoch, more = answer["cursor"], answer["epoch"], answer["more"]
        seen.append((len(answer["notes"]), len(answer["delta"])))
    assert (sum(notes for notes, _ in seen), sum(rows for _, rows in seen)) == (5, 2)
    assert all(notes + rows <= 3 for notes, rows in seen)
