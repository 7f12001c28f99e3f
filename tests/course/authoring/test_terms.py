"""The glossary of a quest in the studio."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from course.folders.importer import import_quest
from course.folders.writing import export_quest
from course.models import LessonText, Quest, Term
from pagecache.changes import memory
from tests.course.authoring.folders import files_in


@pytest.fixture
def url(author, lesson):
    return reverse("admin:quest-terms", args=[lesson.quest_id])


def words(**more):
    return {"term_ko": "텐서", "line_ko": "숫자의 표", "term_en": "tensor",
            "line_en": "a table of numbers", "key": "tensor", **more}  # fmt: skip


def body_of(lesson) -> LessonText:
    return LessonText.objects.get(lesson=lesson, language="ko")


def name_it(client, lesson):
    """Let the lesson name the term, as its form does."""
    from tests.course.authoring.conftest import form_of

    address = reverse("admin:course_lesson_change", args=[lesson.pk])
    data = form_of(lesson, ko__body="A [[term:tensor]] and [[term:tensor|more]].")
    answer = client.post(address, data)
    assert answer.status_code == 302


def test_a_term_is_added_named_and_found(client, url, lesson):
    answer = client.post(url, words(lesson=lesson.uid), follow=True)
    assert "[[term:tensor]]" in answer.text
    name_it(client, lesson)
    assert "숫자의 표" in body_of(lesson).body_html
    client.logout()
    page = client.get("/en/quests/made/glossary/").text
    assert "a table of numbers" in page
    assert f'href="/en/quests/made/{lesson.slug}/"' in page


def test_a_change_reaches_the_lessons_that_name_it(client, url, lesson):
    client.post(url, words())
    name_it(client, lesson)
    page = client.get(f"{url}?key=tensor")
    seen = page.context["form"].initial["seen"]
    client.post(f"{url}?key=tensor", words(line_ko="여러 축의 숫자", seen=seen))
    memory.clear()
    assert "여러 축의 숫자" in client.get(lesson.get_absolute_url()).text


def test_an_older_form_overwrites_nothing_and_keeps_its_words(client, url, lesson):
    client.post(url, words())
    seen = client.get(f"{url}?key=tensor").context["form"].initial["seen"]
    Term.objects.update(texts={"ko": {"term": "텐서", "line": "남의 글"}})
    answer = client.post(f"{url}?key=tensor", words(line_ko="내 글", seen=seen))
    assert answer.status_code == 409
    assert "남의 글" in answer.text
    assert 'value="내 글"' in answer.text
    again = answer.context["form"]["seen"].value()
    client.post(f"{url}?key=tensor", words(line_ko="내 글", seen=again))
    assert Term.objects.get().texts["ko"]["line"] == "내 글"


def test_a_term_that_a_lesson_names_is_not_removed(client, url, lesson):
    client.post(url, words())
    name_it(client, lesson)
    answer = client.post(f"{url}?key=tensor", {"remove": "1"}, follow=True)
    assert lesson.slug in answer.text
    assert Term.objects.exists()
    LessonText.objects.filter(lesson=lesson).update(body="x")
    client.post(f"{url}?key=tensor", {"remove": "1"})
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "A b"}, {"key": "x" * 65}, {"term_ko": ""}, {"line_en": ""}, {"line_ko": "x" * 301},
        {"lesson": "nothing"}, {"key": "\0"}, {"term_ko": "\0"}, {"line_ko": " "},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_saved(client, url, wrong):
    answer = client.post(url, words(**wrong))
    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert not Term.objects.exists()


def test_one_name_is_one_term(client, url):
    client.post(url, words())
    assert client.post(url, words(term_ko="다른 것")).status_code == 422
    assert Term.objects.get().texts["ko"]["term"] == "텐서"


def test_an_unknown_term_is_not_found(client, url):
    assert client.get(f"{url}?key=nothing").status_code == 404


def test_the_list_of_the_lessons_form_reads_the_names(client, url):
    client.post(url, words())
    answer = client.get(url, headers={"X-Requested-With": "fetch"})
    assert answer.json() == {"keys": ["tensor"]}


def test_learners_are_kept_out(client, url, learner):
    client.force_login(learner)
    assert client.get(url).status_code in (302, 403)
    assert client.post(url, words()).status_code in (302, 403)
    assert not Term.objects.exists()


def test_more_terms_cost_as_many_queries(client, url, lesson):
    def cost(terms: int) -> int:
        Term.objects.all().delete()
        Term.objects.bulk_create(
            [
                Term(
                    quest_id=lesson.quest_id, key=f"t-{n}", texts={"ko": {"term": "x", "line": "y"}}
                )
                for n in range(terms)
            ]
        )
        client.get(url)
        with CaptureQueriesContext(connection) as caught:
            client.get(url)
        return len(caught)

    assert cost(3) == cost(6)


def test_it_goes_out_and_comes_in_with_the_folder(client, url, lesson, tmp_path):
    client.post(url, words(lesson=lesson.uid))
    folder = tmp_path / "out"
    export_quest(quest=Quest.objects.get(), folder=folder)
    assert "glossary.en.yaml" in files_in(folder)
    import_quest(folder=folder)
    assert Term.objects.get().lesson_uid == lesson.uid
