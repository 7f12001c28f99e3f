"""Search: two Korean syllables inside a compound, the same ranking on both databases."""

import pytest
from django.contrib.auth.models import AnonymousUser

from course import search
from course.importing.importer import import_quest
from course.models import Lesson
from pagecache.fragments import store
from tests.course.folders import write_lesson, write_quest

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(tmp_path):
    """Four lessons that say 미분 in different places."""
    folder = write_quest(tmp_path / "lib", uid="lib", lessons=0)
    texts = {
        1: ("배열", "자동미분은 나중에 봐요."),
        2: ("자동미분이란", "기울기를 구해요."),
        3: ("손실", "## 편미분 복습\n\n값을 줄여요."),
        4: ("함수", "순수 함수만 다뤄요. 100% <b>순수</b>"),
    }
    for number, (title, body) in texts.items():
        write_lesson(folder, uid="lib", number=number, title=title, body=body, english=False)
    import_quest(folder=folder)


def found(query: str, viewer=None, language="ko") -> list[str]:
    """The titles that a search finds, best first."""
    results = search.find(query=query, language=language, viewer=viewer or AnonymousUser())
    return [hit.text.title for hit in results.hits]


def test_two_syllables_inside_a_compound_are_found_and_ranked(library):
    assert found("미분") == ["자동미분이란", "손실", "배열"]


def test_all_words_must_occur(library):
    assert found("미분 기울기") == ["자동미분이란"]
    assert found("미분 행렬") == []


def test_decomposed_hangul_finds_composed(library):
    import unicodedata

    assert found(unicodedata.normalize("NFD", "미분")) == found("미분")


def test_case_does_not_matter(quest):
    assert found("LESSON", language="en") == ["Lesson 1", "Lesson 2"]


def test_wildcards_are_plain_characters(library):
    assert found("100%") == ["함수"]
    assert found("%") == ["함수"]
    assert found("_") == []


def test_the_excerpt_marks_the_words_and_escapes_the_rest(library):
    results = search.find(query="순수", language="ko", viewer=AnonymousUser())
    assert "<mark>순수</mark>" in results.hits[0].excerpt
    assert "<b>" not in results.hits[0].excerpt


def test_drafts_are_found_by_staff_only(library, staff, learner):
    Lesson.objects.filter(uid="lib-lesson-2").update(status="draft")
    assert "자동미분이란" not in found("미분", viewer=learner)
    assert "자동미분이란" in found("미분", viewer=staff)


def test_results_come_in_pages(tmp_path):
    import_quest(folder=write_quest(tmp_path / "many", uid="many", lessons=25, english=False))
    first = search.find(query="레슨", language="ko", viewer=AnonymousUser())
    second = search.find(query="레슨", language="ko", viewer=AnonymousUser(), page=2)
    assert (len(first.hits), first.more, len(second.hits), second.more) == (20, True, 5, False)


def test_a_search_costs_one_query_however_many_lessons(library, django_assert_num_queries):
    found("다른 말")  # looks for changes, as each process does twice a second
    with django_assert_num_queries(1):
        found("미분")


@pytest.mark.parametrize("query", ["", "   ", "\u200b", "a" * 500, "' OR 1=1 --", "\ud7a3" * 50])
def test_strange_queries_find_nothing_and_break_nothing(client, library, query):
    assert client.get("/search/", {"q": query}).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "²"])
def test_strange_page_numbers_show_a_page(client, library, page):
    assert client.get("/search/", {"q": "미분", "page": page}).status_code == 200


def test_what_somebody_looked_for_is_found_again_without_a_query(
    library, learner, django_assert_num_queries
):
    assert found("미분") == ["자동미분이란", "손실", "배열"]
    with django_assert_num_queries(0):
        assert found("미분", learner) == ["자동미분이란", "손실", "배열"]
        assert found(" 미분 미분") == ["자동미분이란", "손실", "배열"]


def test_a_new_lesson_is_found_at_once(library, tmp_path, django_capture_on_commit_callbacks):
    assert found("미분") == ["자동미분이란", "손실", "배열"]
    folder = tmp_path / "lib"
    write_lesson(folder, uid="lib", number=5, title="미분", body="한 번 더.", english=False)
    with django_capture_on_commit_callbacks(execute=True):
        import_quest(folder=folder)
    assert set(found("미분")) == {"자동미분이란", "손실", "배열", "미분"}


def test_invented_words_push_nothing_but_each_other_out_of_memory(library):
    kept = len(store.pages)
    for number in range(20):
        found(f"낱말{number}")
    assert len(store.pages) == kept
    assert search.found_before.bytes <= search.found_before.max_bytes
