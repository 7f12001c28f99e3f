"""Search: two Korean syllables inside a compound, the same ranking on both databases."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ANYBODY
from course.folders.importer import import_quest
from course.models import Lesson, LessonText
from course.models.content import new_stamp
from course.search import finding, showing
from pagecache.changes import memory
from pagecache.entries import store
from pagecache.models import Change
from tests.course.folders import write_lesson, write_quest
from tests.course.test_word_index import LESSON, TERMS, scan
from tests.factories import make_quest
from tests.remembered import import_once

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
    import_once(folder)


def found(query: str, viewer=ANYBODY, language="ko") -> list[str]:
    """The titles that a search finds, best first."""
    results = finding.find(query=query, language=language, viewer=viewer or AnonymousUser())
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
    results = finding.find(query="순수", language="ko", viewer=AnonymousUser())
    assert "<mark>순수</mark>" in results.hits[0].excerpt
    assert "<b>" not in results.hits[0].excerpt


def test_an_excerpt_ends_with_a_whole_word():
    words = " ".join(f"word{number}" for number in range(100))
    shown = showing.excerpt(words, ["word30"])
    assert shown.startswith("… word")
    assert shown.endswith(" …")
    assert set(shown.strip("… ").split()) <= set(words.split())


# The first ten lessons that were written, without the "jax-" of their uids. Those written since
# stand between them; this order stays.
RANKING = {
    ("ko", "배열"): "arrays immutability what-is-jax jit grad ai-stack equinox diffrax where-next",
    ("ko", "미분"): "diffrax what-is-jax immutability grad ai-stack equinox where-next",
    ("ko", "배열 모양"): "arrays what-is-jax jit ai-stack equinox diffrax where-next",
    ("en", "jit compile"): "jit what-is-jax immutability grad ai-stack equinox numpyro where-next",
    ("en", "GRADIENT"): "what-is-jax jit grad ai-stack equinox diffrax numpyro where-next",
    ("en", "pytree"): "equinox grad ai-stack diffrax where-next",
}


@pytest.mark.parametrize("query", RANKING, ids=lambda each: each[1])
def test_the_shipped_lessons_are_found_in_the_same_order_on_both_databases(settings, query):
    import_once(settings.BASE_DIR / "fixtures" / "quests" / "jax")
    language, words = query
    hits = all_hits(query=words, language=language)
    uids = [hit.text.lesson.uid.removeprefix("jax-") for hit in hits]
    old = set(" ".join(RANKING.values()).split())
    assert [uid for uid in uids if uid in old] == RANKING[query].split()
    assert all("<mark>" in hit.title + hit.excerpt for hit in hits)


def all_hits(*, query: str, language: str) -> list[finding.Hit]:
    """The hits of all pages of results."""
    hits: list[finding.Hit] = []
    for page in range(1, 10):
        results = finding.find(query=query, language=language, viewer=AnonymousUser(), page=page)
        hits += results.hits
        if not results.more:
            break
    return hits


def test_drafts_are_found_by_staff_only(library, staff, learner):
    Lesson.objects.filter(uid="lib-lesson-2").update(status="draft")
    assert "자동미분이란" not in found("미분", viewer=learner)
    assert "자동미분이란" in found("미분", viewer=staff)


def test_results_come_in_pages(tmp_path):
    import_quest(folder=write_quest(tmp_path / "many", uid="many", lessons=25, english=False))
    first = finding.find(query="레슨", language="ko", viewer=AnonymousUser())
    second = finding.find(query="레슨", language="ko", viewer=AnonymousUser(), page=2)
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


def test_after_an_edit_one_query_looks_around_and_one_reads_what_changed(
    library, django_assert_num_queries
):
    found("다른 말")
    changed = LessonText.objects.get(lesson__uid="lib-lesson-4", language="ko")
    changed.search_body, changed.search_stamp = "미분", new_stamp()
    changed.save_without_historical_record()
    memory.forget({"site"})
    with django_assert_num_queries(3) as queries:
        assert found("미분") == ["자동미분이란", "손실", "배열", "함수"]
    assert queries[1]["sql"].count(str(changed.pk)) == 1
    assert queries[1]["sql"].count(",") < 6  # columns and one id: no other text was read


def test_what_another_process_changed_is_found(library, settings):
    settings.PAGECACHE_POLL_SECONDS = 0
    assert found("값을") == ["손실"]
    LessonText.objects.filter(title="함수").update(search_body="값을", search_stamp=new_stamp())
    Change.objects.create(key="site")
    assert found("값을") == ["손실", "함수"]


@pytest.mark.parametrize("stamp", ["", "0123456789abcdef"])
def test_what_a_release_without_stamps_saves_is_found(library, settings, stamp):
    LessonText.objects.update(search_stamp=stamp)
    settings.PAGECACHE_POLL_SECONDS = 0
    assert found("값을") == ["손실"]
    LessonText.objects.filter(title="함수").update(search_body="값을", revision=2)
    Change.objects.create(key="site")
    assert found("값을") == ["손실", "함수"]


def test_a_release_that_knows_no_stamps_can_add_a_text(library):
    text = LessonText.objects.get(title="함수")
    fields = {field.column for field in LessonText._meta.concrete_fields}
    copied = sorted(fields - {"id", "language", "search_stamp"})
    columns = ", ".join(f'"{name}"' for name in copied)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO course_lessontext (language, {columns}) "
            f"SELECT 'en', {columns} FROM course_lessontext WHERE id = %s",
            [text.pk],
        )
    assert text.lesson.texts.get(language="en").search_stamp == ""


def test_a_lesson_that_was_just_withdrawn_is_not_shown_even_before_the_process_knows(library):
    found("다른 말")
    Lesson.objects.filter(uid="lib-lesson-2").update(status="draft")
    assert found("미분") == ["손실", "배열"]


def test_every_rendering_of_new_words_gets_a_new_stamp(library, tmp_path):
    before = dict(LessonText.objects.values_list("lesson__uid", "search_stamp"))
    write_lesson(tmp_path / "lib", uid="lib", number=3, title="손실", body="새 말", english=False)
    import_quest(folder=tmp_path / "lib")
    after = dict(LessonText.objects.values_list("lesson__uid", "search_stamp"))
    assert {uid for uid in before if before[uid] != after[uid]} == {"lib-lesson-3"}


@pytest.fixture
def shelf():
    """Two quests of four lessons, whose words each example makes up."""
    make_quest("one", 4, chapters=2)
    make_quest("two", 4)
    return list(LessonText.objects.filter(language="ko").order_by("pk"))


PLACE = st.tuples(st.integers(0, 2), st.sampled_from(["draft", "published", "retired"]))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), TERMS)
def test_any_search_begins_with_what_a_scan_finds_in_the_same_order(shelf, staff, data, query):
    for text in data.draw(st.lists(st.sampled_from(shelf), unique=True)):
        text.search_title, text.search_headings, text.search_body = data.draw(LESSON)
        text.search_stamp = new_stamp()
        text.save_without_historical_record()
        position, status = data.draw(PLACE)
        Lesson.objects.filter(pk=text.lesson_id).update(position=position, status=status)
    memory.forget({"site"})
    for viewer in (AnonymousUser(), staff):
        results = finding.find(query=query, language="ko", viewer=viewer)
        exact = scanned(query, viewer)
        assert [hit.text.pk for hit in results.hits][: len(exact)] == exact


def scanned(query: str, viewer) -> list[int]:
    """What a look at every text that the viewer may see finds, best first."""
    texts = LessonText.objects.filter(
        language="ko", lesson__in=Lesson.objects.visible_to(viewer)
    ).select_related("lesson__quest", "lesson__chapter")
    words = {each.pk: (each.search_title, each.search_headings, each.search_body) for each in texts}
    worth = scan(words, query.split()) if query else {}
    return sorted(
        worth,
        key=lambda pk: next(
            (-worth[pk], each.lesson.quest.position, each.lesson.chapter.position,
             each.lesson.position, each.lesson_id)
            for each in texts if each.pk == pk
        ),
    )  # fmt: skip


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
    assert finding.found_before.bytes <= finding.found_before.max_bytes
