"""Search forgives spaces, punctuation, width, a typo and the other language."""

import pytest
from django.contrib.auth.models import AnonymousUser

from course.models import Lesson, LessonText
from course.search import finding
from tests.course.folders import write, write_lesson, write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db

KOREAN = {
    1: ("배열", "값을 바꾸지 않아요. `block_until_ready()`를 불러요."),
    2: ("자동 미분이란", "gradient를 구해요. 난수 키는 그다음이에요."),
    3: ("자동미분 더 보기", "jit과 함께 써요."),
    4: ("순수 함수", "부수 효과가 없어요."),
}
ENGLISH = {1: "Arrays", 2: "What is automatic differentiation", 3: "More of it", 4: "Side effects"}


@pytest.fixture
def library(tmp_path):
    """Four lessons, in both languages."""
    folder = write_quest(tmp_path / "lib", uid="lib", lessons=0)
    for number, (title, body) in KOREAN.items():
        write_lesson(folder, uid="lib", number=number, title=title, body=body)
        meta = {"uid": f"lib-lesson-{number}", "title": ENGLISH[number]}
        name = f"01-start/{number:02d}-lesson-{number}.en.md"
        write(folder, name, meta, f"Immutable words {number}. Purity.")
    import_once(folder)


def look(query: str, language: str = "ko") -> finding.Results:
    """What anybody finds."""
    return finding.find(query=query, language=language, viewer=AnonymousUser())


def found(query: str, language: str = "ko") -> list[str]:
    """The titles that a search finds, best first."""
    return [hit.text.title for hit in look(query, language).hits]


@pytest.mark.parametrize("query", ["자동 미분", "자동미분", "자동-미분", "자동미분!", "(자동미분)"])
def test_spaces_and_punctuation_do_not_count(library, query):
    assert set(found(query)) == {"자동 미분이란", "자동미분 더 보기"}


def test_the_words_as_they_were_written_come_first(library):
    assert found("자동미분")[0] == "자동미분 더 보기"


def test_a_word_of_one_syllable_may_be_glued_to_another(library):
    assert found("난수키") == ["자동 미분이란"]


@pytest.mark.parametrize(
    "query", ["block_until_ready", "block-until-ready", "block until ready", "blockUntilReady",
              "block_until_ready()"],
)  # fmt: skip
def test_names_of_code_are_found_however_they_are_joined(library, query):
    assert found(query) == ["배열"]


@pytest.mark.parametrize("query", ["ｊｉｔ", "ＪＩＴ", "jit\u3000함께"])
def test_width_does_not_count(library, query):
    assert found(query) == ["자동미분 더 보기"]


@pytest.mark.parametrize("query", ["베열", "배렬", "빼열"])
def test_one_wrong_letter_of_a_syllable_is_forgiven_and_said(library, query):
    results = look(query)
    assert [hit.text.title for hit in results.hits] == ["배열"]


def test_the_page_says_what_it_looked_for_instead(library, client):
    assert "<strong>배열</strong>" in client.get("/search/", {"q": "베열"}).text
    assert look("베열").instead == "배열"
    assert look("배열").instead == ""


@pytest.mark.parametrize("query", ["gradeint", "gradiant", "gradent", "graddient"])
def test_one_typo_in_latin_letters_is_forgiven(library, query):
    assert found(query) == ["자동 미분이란"]


def test_two_typos_or_a_typo_in_a_short_word_find_nothing(library):
    assert found("gredeint") == []
    assert found("jut") == []


def test_a_typo_beside_a_right_word_is_forgiven(library):
    assert found("베열 값을") == ["배열"]


def test_an_english_word_finds_the_lesson_for_a_korean_reader_in_korean(library):
    assert found("differentiation") == ["자동 미분이란"]
    assert found("differentation") == ["자동 미분이란"]


def test_a_korean_word_finds_the_lesson_for_an_english_reader_in_english(library):
    assert found("부수", "en") == ["Side effects"]
    assert found("베열", "en") == ["Arrays"]


def test_words_of_both_languages_find_the_lesson_that_has_both(library):
    assert found("배열 Arrays") == ["배열"]
    assert found("배열 differentiation") == []


def test_a_lesson_without_a_text_in_the_readers_language_is_shown_in_its_own(library):
    LessonText.objects.filter(lesson__uid="lib-lesson-4", language="en").delete()
    assert found("부수", "en") == ["순수 함수"]


def test_what_only_a_draft_says_is_never_offered(library):
    Lesson.objects.filter(uid="lib-lesson-1").update(status="draft")
    results = look("베열")
    assert (results.hits, results.instead) == ([], "")
    assert "배열" not in str(results)


def test_a_long_query_costs_the_same_queries_as_a_short_one(library, django_assert_max_num_queries):
    look("다른 말")
    with django_assert_max_num_queries(6):
        look("베열")
    with django_assert_max_num_queries(6):
        look(" ".join(f"가나다{n}라마바사" for n in range(40)))


def test_suggestions_are_the_first_lessons_with_their_addresses(library, client):
    page = client.get("/search/suggestions/", {"q": "자동미"}).text
    assert page.count('role="option"') == 2
    assert 'data-url="/quests/lib/lesson-3/"' in page


@pytest.mark.parametrize("query", ["", " ", "\x00", "%", "a" * 5_000, "가힣" * 100])
def test_odd_queries_suggest_nothing(library, client, query):
    answer = client.get("/search/suggestions/", {"q": query})
    assert (answer.status_code, answer.text.strip()) == (200, "")
