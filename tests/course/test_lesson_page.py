"""The lesson page."""

import pytest

from course.folders.importer import import_quest
from course.models import Lesson, LessonText, OldQuestSlug, Quest
from tests.course.folders import write_lesson, write_quest

pytestmark = pytest.mark.django_db
PAGE = "/quests/demo/lesson-1/"


def test_the_page_shows_the_lesson_in_korean_and_in_english(client, quest):
    korean, english = client.get(PAGE).text, client.get(f"/en{PAGE}").text
    assert '<html lang="ko">' in korean
    assert "본문 1" in korean
    assert '<html lang="en">' in english
    assert "Text 1" in english


def test_the_language_switch_stays_on_the_page(client, quest):
    assert f'href="/en{PAGE}"' in client.get(PAGE).text
    assert f'href="{PAGE}"' in client.get(f"/en{PAGE}").text


def test_search_engines_are_told_of_both_languages(client, quest):
    page = client.get(PAGE).text
    assert f'hreflang="ko" href="http://testserver{PAGE}"' in page
    assert f'hreflang="en" href="http://testserver/en{PAGE}"' in page
    assert '<meta property="og:title" content="레슨 1">' in page


def test_a_lesson_without_translation_shows_the_other_language_and_says_so(client, tmp_path):
    import_quest(folder=write_quest(tmp_path / "demo", english=False))
    page = client.get(f"/en{PAGE}").text
    assert "본문 1" in page
    assert "not translated into English yet" in page
    assert '<h1 lang="ko">' in page


def test_an_anonymous_reader_costs_at_most_two_queries(
    client, quest, django_assert_max_num_queries
):
    client.get(PAGE)
    with django_assert_max_num_queries(2):
        client.get(PAGE)


def test_previous_and_next_lead_through_the_quest(client, quest):
    first, last = client.get(PAGE).text, client.get("/quests/demo/lesson-2/").text
    assert 'rel="next" href="/quests/demo/lesson-2/"' in first
    assert 'rel="prev"' not in first
    assert f'rel="prev" href="{PAGE}"' in last
    assert "마지막 레슨이었어요" in last


def test_the_place_in_the_chapter_is_shown(client, quest):
    assert "레슨 02 / 02" in client.get("/quests/demo/lesson-2/").text


def test_an_old_lesson_address_answers_301(client, quest, quest_folder):
    for language in ("ko", "en"):
        path = quest_folder / "01-start" / f"01-lesson-1.{language}.md"
        path.rename(path.with_name(f"01-new.{language}.md"))
    import_quest(folder=quest_folder)
    response = client.get(f"/en{PAGE}?from=mail")
    assert (response.status_code, response["Location"]) == (301, "/en/quests/demo/new/?from=mail")


def test_an_old_quest_address_answers_301(client, quest):
    OldQuestSlug.objects.create(slug="before", quest=quest)
    assert client.get("/quests/before/")["Location"] == "/quests/demo/"
    assert client.get("/quests/before/lesson-1/")["Location"] == PAGE


def test_an_old_address_of_a_hidden_quest_tells_nothing(client, quest):
    OldQuestSlug.objects.create(slug="before", quest=quest)
    Quest.objects.update(status="draft")
    assert client.get("/quests/before/").status_code == 404
    assert client.get("/quests/before/lesson-1/").status_code == 404


def test_a_merged_lesson_leads_to_its_target(client, quest):
    target = Lesson.objects.get(uid="demo-lesson-2")
    Lesson.objects.filter(uid="demo-lesson-1").update(merged_into=target)
    assert client.get(PAGE)["Location"] == "/quests/demo/lesson-2/"


@pytest.mark.parametrize("path", ["/quests/demo/none/", "/quests/none/lesson-1/", "/quests/none/"])
def test_what_does_not_exist_answers_404_with_a_helpful_page(client, quest, path):
    response = client.get(path)
    assert response.status_code == 404
    assert 'role="search"' in response.text


def test_a_draft_is_for_staff_only(client, quest, staff, learner):
    Lesson.objects.filter(uid="demo-lesson-1").update(status="draft")
    assert client.get(PAGE).status_code == 404
    client.force_login(learner)
    assert client.get(PAGE).status_code == 404
    client.force_login(staff)
    assert "초안이에요" in client.get(PAGE).text


def test_a_retired_lesson_stays_readable_and_says_that_it_no_longer_counts(client, quest):
    Lesson.objects.filter(uid="demo-lesson-1").update(status="retired")
    assert "더는 제공하지 않는 레슨" in client.get(PAGE).text


def test_tags_links_samples_and_exercise_are_on_the_page(client, quest_folder):
    write_lesson(
        quest_folder,
        number=1,
        tags=["jit"],
        links=[{"title": "문서", "url": "https://docs.jax.dev/"}],
        exercise="**해 보기**",
    )
    import_quest(folder=quest_folder)
    page = client.get(PAGE).text
    assert 'href="/tags/jit/"' in page
    assert 'href="https://docs.jax.dev/"' in page
    assert "<strong>해 보기</strong>" in page


def test_a_signed_in_page_is_private(client, quest, learner):
    client.force_login(learner)
    assert "no-store" in client.get(PAGE)["Cache-Control"]


def test_the_stored_html_is_what_is_shown(client, quest):
    LessonText.objects.filter(lesson__uid="demo-lesson-1", language="ko").update(
        body_html="<p>stored</p>"
    )
    assert "<p>stored</p>" in client.get(PAGE).text


def test_the_headings_of_the_text_are_listed_without_their_markup(client, quest):
    html = (
        '<h2 id="h-a">One &amp; <code>two</code><a class="anchor" href="#h-a"></a></h2>'
        '<h2 id="h-b"><math><mi>x</mi><annotation>x^2</annotation></math> end</h2>'
    )
    LessonText.objects.filter(lesson__uid="demo-lesson-1").update(body_html=html)
    page = client.get(PAGE).text
    assert page.count('<a href="#h-a">One &amp; two</a>') == 2  # folded above, and beside
    assert '<a href="#h-b">x end</a>' in page


def test_a_short_lesson_lists_no_headings(client, quest):
    assert "data-toc" not in client.get(PAGE).text
