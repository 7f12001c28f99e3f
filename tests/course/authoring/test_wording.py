"""Quests and chapters: their words, their history, two authors at once."""

import re

import pytest
from django.urls import reverse

from course.authoring.creating import create_chapter
from course.folders.importer import import_quest
from course.models import Chapter, ChapterText, Quest, QuestText
from tests.course.authoring.folders import write_quest


def seen_on(client, url):
    return re.search(r'name="seen" value="([^"]+)"', client.get(url).content.decode())[1]


@pytest.fixture
def chapter_url(author, lesson):
    return reverse("admin:quest-chapter", args=[lesson.quest_id, lesson.chapter_id])


def chapter_form(client, url, **changes):
    words = {"title_ko": "Part 1 ko", "title_en": "Part 1 en", "summary_ko": "", "summary_en": ""}
    return {"seen": seen_on(client, url), "slug": "part-1", **words, **changes}


def test_a_chapter_gets_other_words(client, chapter_url, lesson, author):
    sent = chapter_form(client, chapter_url, title_ko="첫걸음", summary_en="Begin.")
    assert client.post(chapter_url, sent).status_code == 302
    text = ChapterText.objects.get(chapter=lesson.chapter, language="ko")
    assert (text.title, text.history.first().history_user) == ("첫걸음", author)
    assert "첫걸음" in client.get(lesson.quest.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "bad", [{"slug": "Not A Slug"}, {"slug": "other"}, {"title_ko": ""}, {"title_ko": "x" * 121}]
)
def test_a_chapter_s_form_says_what_is_wrong(client, chapter_url, lesson, bad):
    create_chapter(quest=lesson.quest, slug="other", titles={"ko": "다른 장"})
    response = client.post(chapter_url, chapter_form(client, chapter_url, **bad))
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert ChapterText.objects.get(chapter=lesson.chapter, language="ko").title == "Part 1 ko"


def test_the_second_author_of_a_chapter_is_refused_with_both_shown(client, chapter_url, lesson):
    mine = chapter_form(client, chapter_url, title_ko="내 제목")
    client.post(chapter_url, chapter_form(client, chapter_url, title_ko="남의 제목"))
    refused = client.post(chapter_url, mine)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "남의 제목" in page
    assert 'value="내 제목"' in page
    assert ChapterText.objects.get(chapter=lesson.chapter, language="ko").title == "남의 제목"
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert client.post(chapter_url, mine | {"seen": seen}).status_code == 302


def test_a_chapter_of_another_quest_is_not_found(client, author, lesson, tmp_path):
    import_quest(folder=write_quest(tmp_path / "other", uid="other"))
    other = Chapter.objects.get(uid="other-part-1")
    for name in ("quest-chapter", "chapter-past"):
        url = reverse(f"admin:{name}", args=[lesson.quest_id, other.pk])
        assert client.get(url).status_code == 404


def test_only_an_empty_chapter_is_removed(client, author, lesson):
    empty = create_chapter(quest=lesson.quest, slug="empty", titles={"ko": "빈 장"})
    for chapter in (empty, lesson.chapter):
        url = reverse("admin:quest-chapter-remove", args=[lesson.quest_id, chapter.pk])
        assert client.post(url).status_code == 302
    assert [row.slug for row in Chapter.objects.all()] == ["part-1"]


def test_an_old_wording_of_a_chapter_comes_back(client, chapter_url, lesson, author):
    client.post(chapter_url, chapter_form(client, chapter_url, title_ko="새 제목"))
    url = reverse("admin:chapter-past", args=[lesson.quest_id, lesson.chapter_id, "ko"])
    text = ChapterText.objects.get(chapter=lesson.chapter, language="ko")
    old = text.history.last()
    page = client.get(f"{url}?line={old.history_id}").content.decode()
    assert "Part 1 ko" in page
    assert client.post(url, {"line": old.history_id}).status_code == 302
    text.refresh_from_db()
    assert (text.title, text.history.count()) == ("Part 1 ko", 3)
    assert text.history.first().history_user == author


def test_an_old_wording_of_a_quest_comes_back_rendered(client, author, lesson):
    text = QuestText.objects.get(quest=lesson.quest, language="en")
    text.body, text.body_html = "Other.", "<p>Other.</p>"
    text.save()
    url = reverse("admin:quest-past", args=[lesson.quest_id, "en"])
    shown = client.get(url).content.decode()
    assert "<del>What you learn.</del>" in shown
    assert client.post(url, {"line": text.history.last().history_id}).status_code == 302
    text.refresh_from_db()
    assert (text.body, text.body_html.strip()) == ("What you learn.", "<p>What you learn.</p>")


@pytest.mark.parametrize("line", ["0", "x", "9" * 20, "", "²"])
def test_a_wording_that_is_not_there_is_404(client, author, lesson, line):
    url = reverse("admin:quest-past", args=[lesson.quest_id, "en"])
    assert client.post(url, {"line": line}).status_code == 404


def quest_form(client, quest, **changes):
    url = reverse("admin:course_quest_change", args=[quest.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    texts = list(quest.texts.order_by("pk"))
    sent |= {"texts-TOTAL_FORMS": 2, "texts-INITIAL_FORMS": 2}
    for number, row in enumerate(texts):
        for name in ("id", "language", "title", "summary", "body"):
            sent[f"texts-{number}-{name}"] = getattr(row, name)
        sent[f"texts-{number}-quest"] = quest.pk
    return url, sent | changes


def test_the_second_author_of_a_quest_is_refused_with_both_shown(client, author, lesson):
    url, mine = quest_form(client, lesson.quest, **{"texts-0-title": "내 퀘스트"})
    _url, theirs = quest_form(client, lesson.quest, **{"texts-0-title": "남의 퀘스트"})
    assert client.post(url, theirs).status_code == 302
    refused = client.post(url, mine)
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "남의 퀘스트" in page
    assert 'value="내 퀘스트"' in page
    assert not QuestText.objects.filter(title="내 퀘스트").exists()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    assert client.post(url, mine | {"seen": seen}).status_code == 302
    assert QuestText.objects.filter(title="내 퀘스트").exists()


def test_a_new_quest_begins_with_both_languages(client, author, db):
    page = client.get(reverse("admin:course_quest_add")).content.decode()
    assert page.count('value="ko" selected') == 2  # of the first text, and of the quest itself
    assert page.count('value="en" selected') == 1
    assert not Quest.objects.exists()


def test_an_address_that_two_quests_had_leads_to_the_one_that_had_it_last(client, author, lesson):
    first = lesson.quest
    second = Quest.objects.create(uid="second", slug="second", status="published")
    for language in ("ko", "en"):
        QuestText.objects.create(quest=second, language=language, title=f"Second {language}")
    for quest, slug in ((first, "moved"), (second, "made"), (second, "second")):
        quest.refresh_from_db()
        url, sent = quest_form(client, quest, slug=slug)
        assert client.post(url, sent).status_code == 302
    client.logout()
    assert client.get("/quests/made/")["Location"] == "/quests/second/"
