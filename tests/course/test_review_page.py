"""The page of today's cards, and the form that grades one."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from course.folders.importer import import_quest
from course.models import Operation, Question, ReviewCard
from course.pages import review
from course.progress import reviewing
from course.rhythm.choosing import Chosen, choose
from tests.course.full_folder import write_full_quest
from tests.course.progress.browser import op, post_sync
from tests.factories import list_device, make_person

pytestmark = pytest.mark.django_db
PAGE, GRADE = "/review/", "/review/grade/"
TARGET = "full-lesson-1#q:one"


@pytest.fixture
def quest(db, tmp_path):
    """A lesson that asks six questions, of each kind one."""
    return import_quest(folder=write_full_quest(tmp_path / "full"))


@pytest.fixture
def member(client, learner, quest, settings) -> Client:
    """A member who answered all six three days ago."""
    settings.PAGECACHE_POLL_SECONDS = 3600
    client.force_login(learner)
    list_device(learner, client.session.session_key)
    post_sync(client, learner, [answered(question) for question in Question.objects.all()])
    return client


def answered(question, days=3):
    """A right answer of some days ago."""
    given = question.right_answers.values_list("value", flat=True)[0].partition("±")[0]
    at = int((timezone.now() - timedelta(days=days)).timestamp() * 1000)
    return op("a", f"{question.lesson.uid}#q:{question.name}", g=given, at=at)


def shown(client, path=PAGE) -> str:
    """The page's HTML."""
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def cards_in(html: str) -> list[str]:
    """The names of the cards in a page."""
    return re.findall(r'data-card="([^"]+)"', html)


def form(html: str, target=TARGET, **changed) -> dict:
    """What the form of a card sends."""
    part = html[html.index(f'name="card" value="{target}"') :]
    [operation] = re.findall(r'name="operation" value="([^"]+)"', part)[:1]
    return {"card": target, "operation": operation, "grade": "3"} | changed


def test_all_cards_that_are_due_are_shown_with_their_dates(member):
    html = shown(member)
    assert len(cards_in(html)) == 6
    for words in ("무엇이 <strong>맞나요</strong>", "정의예요.", "0.5 ± 0.01", "weak type",
                  "<pre>step 1 loss 33.5", "「내려가기」 레슨에서 보기",
                  'href="/quests/full/down/#q-one"', "내일", "오늘 6개 남음"):  # fmt: skip
        assert words in html, words
    assert html.count('name="grade"') == 24
    assert "아직 복습할 질문이 없어요" in html  # hidden, for the script


def test_the_lines_of_an_order_are_shown_in_the_right_order(member):
    html = shown(member)
    part = html[html.index('data-card="full-lesson-1#q:lines"') :]
    answer = re.sub("<[^>]+>", "", part[part.index("review-card__answer") :])
    assert answer.index("import") < answer.index("x =") < answer.index("print")


def test_the_language_of_the_page_is_that_of_its_cards(member):
    html = shown(member, "/en/review/")
    assert "Show the answer" in html
    assert "tomorrow" in html


def test_a_grade_is_recorded_and_the_card_leaves_for_its_date(member, learner):
    html = shown(member)
    assert member.post(GRADE, form(html)).url == PAGE
    operation = Operation.objects.get(kind="r")
    assert (operation.grade, operation.part) == (3, "q:one")
    card = ReviewCard.objects.get(question__name="one")
    assert card.due > timezone.now()
    after = shown(member)
    assert len(cards_in(after)) == 5
    assert TARGET not in cards_in(after)


def test_a_form_that_is_sent_twice_counts_once(member):
    sent = form(shown(member))
    member.post(GRADE, sent)
    before = ReviewCard.objects.get(question__name="one").due
    assert member.post(GRADE, sent).url == PAGE
    assert Operation.objects.filter(kind="r").count() == 1
    assert ReviewCard.objects.get(question__name="one").due == before


@pytest.mark.parametrize(
    "changed",
    [
        {"grade": "5"}, {"grade": ""}, {"grade": "３x"}, {"card": ""}, {"card": "full-lesson-1"},
        {"card": "no such thing"}, {"operation": "1"}, {"operation": ""},
    ],
)  # fmt: skip
def test_what_is_no_review_is_refused_with_words(member, changed):
    response = member.post(GRADE, form(shown(member), **changed))
    assert response.status_code == 400
    assert "복습한 기록이 아니에요" in response.content.decode()
    assert not Operation.objects.filter(kind="r").exists()


def test_a_question_that_is_gone_is_said_to_be_gone(member):
    sent = form(shown(member), card="full-lesson-1#q:nothing")
    response = member.post(GRADE, sent, follow=True)
    assert "더는 묻지 않는 질문이에요" in response.content.decode()


def test_a_question_that_was_reviewed_too_often_says_so(member, monkeypatch):
    monkeypatch.setattr(reviewing, "MAX_REVIEWS", 0)
    response = member.post(GRADE, form(shown(member)), follow=True)
    assert "너무 여러 번 복습한 질문" in response.content.decode()


def test_too_many_reviews_in_a_minute_are_told_when_to_come_back(member, monkeypatch):
    monkeypatch.setattr(review, "REVIEWS_A_MINUTE", 0)
    response = member.post(GRADE, form(shown(member)))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_only_members_grade_and_only_by_post(client, member):
    stranger = Client()
    assert "/accounts/login/" in stranger.post(GRADE, {}).url
    assert member.get(GRADE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_person("jun"))
    assert strict.post(GRADE, {}).status_code == 403


def test_when_all_is_done_the_page_says_so_and_offers_more_only_if_there_is(member):
    for name in Question.objects.values_list("name", flat=True):
        target = f"full-lesson-1#q:{name}"
        member.post(GRADE, form(shown(member), target))
    html = shown(member)
    assert cards_in(html) == []
    done = html[html.index('data-review-state="done"') :].partition("</section>")[0]
    assert "hidden" not in done.partition(">")[0]
    assert "오늘 복습은 여기까지예요" in done
    assert "다음 질문은" in done
    assert "data-review-more hidden" in done


def test_ten_are_shown_and_more_only_on_request(member, learner, quest, monkeypatch):
    monkeypatch.setattr(review, "A_DAY", 2)
    monkeypatch.setattr("course.progress.due.A_DAY", 2)
    html = shown(member)
    assert len(cards_in(html)) == 2
    for target in cards_in(html):
        member.post(GRADE, form(html, target))
    html = shown(member)
    assert cards_in(html) == []
    assert "data-review-more>" in html
    assert len(cards_in(shown(member, f"{PAGE}?more=1"))) == 2


def test_who_returns_after_a_pause_is_welcomed_without_a_debt(member, learner, monkeypatch):
    welcome = "다시 만나서 반가워요"
    assert welcome not in shown(member)
    monkeypatch.setattr(review, "A_DAY", 2)
    monkeypatch.setattr("course.progress.due.A_DAY", 2)
    ReviewCard.objects.update(due=timezone.now() - timedelta(days=30))
    post_sync(member, learner, [op("c", "full-lesson-1")])  # the log changed
    html = shown(member)
    assert welcome in html
    assert "오늘 2개 남음" in html
    assert "6" not in re.findall(r"오늘 (\d+)개", html)


def test_somebody_without_cards_is_told_how_they_come(client, learner, quest):
    client.force_login(learner)
    html = shown(client)
    none = html[html.index('data-review-state="none"') :]
    assert "hidden" not in none.partition(">")[0]


def many_cards(learner, number: int) -> None:
    """Questions of one lesson that are all due, as the log would have left them."""
    lesson = Question.objects.earliest("pk").lesson
    first = Question.objects.count()
    rows = [Question(lesson=lesson, name=f"q{first + n}") for n in range(number)]
    made = Question.objects.bulk_create(rows)
    due = timezone.now() - timedelta(days=1)
    ReviewCard.objects.bulk_create(
        ReviewCard(learner=learner, question=question, due=due) for question in made
    )


def changed(client, learner) -> None:
    """The log grows, so that nothing of what was counted before is known any more."""
    post_sync(client, learner, [op("b", "full-lesson-1#bookmark")])


@pytest.mark.parametrize("path", [PAGE, "/", "/levels/", "/quests/full/down/"])
def test_a_page_costs_the_same_for_ten_and_for_ten_thousand_cards(member, learner, path):
    """/levels/ stands for the header, which is on every page."""
    choose(learner=learner, chosen=Chosen("reviews", 5))

    def queries() -> tuple[int, int]:
        """The cost after a change of the log, and then without one."""
        shown(member, path)
        changed(member, learner)
        found = []
        for _time in range(2):
            with CaptureQueriesContext(connection) as caught:
                shown(member, path)
            found.append(len(caught))
        return found[0], found[1]

    many_cards(learner, 4)
    few = queries()
    many_cards(learner, 9_990)
    assert ReviewCard.objects.count() == 10_000
    assert queries() == few
    assert few[1] <= 3


def test_the_menu_and_home_count_what_is_for_today(member, learner):
    html = shown(member, "/")
    assert '<span class="badge badge--good">6</span>' in html
    assert "질문 6개 복습하기" in html
    member.post(GRADE, form(shown(member)))
    html = shown(member, "/")
    assert '<span class="badge badge--good">5</span>' in html
    assert "질문 5개 복습하기" in html
    other = Client()
    person = make_person("jun")
    other.force_login(person)
    list_device(person, other.session.session_key)
    assert "badge badge--good" not in shown(other, "/").partition("<main")[0]
    assert "복습하기" not in shown(other, "/")


def test_a_visitor_s_page_is_the_same_for_all_and_names_nobody_s_cards(client, member):
    stranger = Client()
    first, second = shown(stranger), shown(stranger)
    assert first == second
    assert cards_in(first) == []
    assert "자바스크립트가 필요해요" in first


def test_the_cards_of_a_quest_are_public_and_without_anything_personal(member, quest):
    mine, stranger = member.get("/quests/full/cards.json"), Client().get("/quests/full/cards.json")
    assert mine.json() == stranger.json()
    cards = stranger.json()["cards"]
    assert len(cards) == 6
    assert "정의예요." in cards[TARGET]
    assert "csrf" not in cards[TARGET]
    assert "operation" not in cards[TARGET]
    Question.objects.filter(name="one").update(retired=True)
    assert Client().get("/quests/nothing/cards.json").status_code == 404


def test_a_review_is_dated_by_the_server_and_has_the_form_s_id(member, learner):
    sent = form(shown(member), operation=str(uuid.uuid4()))
    member.post(GRADE, sent)
    operation = Operation.objects.get(kind="r")
    assert str(operation.uuid) == sent["operation"]
    assert operation.zone == "Asia/Seoul"
