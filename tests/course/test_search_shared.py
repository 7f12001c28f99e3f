"""What one process read for searching, the next one need not read; an edit makes little new."""

import pickle

import pytest
from django.core.cache import cache

from accounts.models import ANYBODY
from course.models import LessonText
from course.models.content import new_stamp
from course.search import finding, index
from course.search.vocabulary import Vocabulary
from course.search.words import Segment
from pagecache.changes import memory
from tests.factories import make_quest

pytestmark = pytest.mark.django_db
WORD = "경사하강"


@pytest.fixture
def lessons(monkeypatch):
    """Six lessons with a word of their own each; anything is worth sharing."""
    monkeypatch.setattr(index, "LEAST_SHARED", 3)
    made = make_quest(lessons=6)[1]
    for number, lesson in enumerate(made):
        say(lesson, f"낱말{chr(0xAC00 + 500 * number)} {WORD}")
    another_process()
    return made


def say(lesson, words: str) -> None:
    """Change what search knows of a lesson's Korean text."""
    LessonText.objects.filter(lesson=lesson, language="ko").update(
        search_body=words, search_stamp=new_stamp()
    )
    memory.clear()


def another_process() -> None:
    index.indexes.clear()
    memory.clear()


def count_built(monkeypatch) -> list[int]:
    """The number of texts in each segment that is built from now on."""
    built: list[int] = []
    make = Segment.__init__

    def counted(self, stamps, texts):
        built.append(len(stamps))
        make(self, stamps, texts)

    monkeypatch.setattr(Segment, "__init__", counted)
    return built


def found(query: str) -> list[str]:
    results = finding.find(query=query, language="ko", viewer=ANYBODY)
    return [hit.text.lesson.uid for hit in results.hits]


def test_the_next_process_takes_what_the_first_one_built(lessons, monkeypatch):
    before = found(WORD)
    built = count_built(monkeypatch)
    another_process()
    assert found(WORD) == before
    assert len(before) == 6
    assert built == []


def test_another_text_is_another_index(lessons, monkeypatch):
    found(WORD)
    say(lessons[0], "전혀 다른 글")
    built = count_built(monkeypatch)
    another_process()
    assert len(found(WORD)) == 5
    assert built == [6]


def test_an_edit_builds_the_edited_text_alone(lessons, monkeypatch):
    found(WORD)
    built = count_built(monkeypatch)
    say(lessons[0], "전혀 다른 글")
    assert len(found(WORD)) == 5
    assert built == [1]


def test_whatever_else_is_in_the_cache_is_not_believed(lessons, monkeypatch):
    found(WORD)
    stored = Segment({1: "another.1"}, [("", "", "남의 글")])
    monkeypatch.setattr(cache, "get", lambda _key: stored)
    another_process()
    assert len(found(WORD)) == 6


def test_a_word_that_an_edit_removed_is_offered_no_more(lessons):
    assert found("경사하겅") == found(WORD)  # a letter is wrong
    for lesson in lessons:
        say(lesson, "수렴하는 값")
    assert found("경사하겅") == []
    assert len(found("수렴하늠")) == 6


def test_a_stored_segment_finds_the_same_as_a_new_one():
    made = Segment({1: "a", 2: "b"}, [("제목", "", WORD), ("", "block_until_ready", "값")])
    made.vocabulary.near("값")
    read = pickle.loads(pickle.dumps(made))
    assert "vocabulary" not in vars(read)
    assert read.holding([WORD], read.mask({1, 2})) == [1]
    assert (
        read.vocabulary.joined
        == made.vocabulary.joined
        == ("blockuntilready", ["block_until_ready"])
    )


@pytest.mark.parametrize("word", ["배열", "배열은", "gradient", "경사하강법을", "abcd"])
def test_every_word_one_letter_away_is_near(word):
    """The same as a comparison of the query with every beginning of every word."""
    from rapidfuzz.distance import OSA

    from course.search.folding import composed, units

    words = [
        word,
        f"{word}이나",
        word[1:] + word[0],
        "배엵",
        "gradent",
        "graident",
        "경사하깅",
        "abdc",
        "x" * 20,
    ]
    asked = units(word)
    expected = {
        composed(units(each)[:length])
        for each in words
        for length in range(len(asked) - 1, len(asked) + 2)
        if OSA.distance(asked, units(each)[:length]) <= 1
    }
    assert Vocabulary([" ".join(words)]).near(word) == expected
