"""One author asks another to read a lesson."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from course.authoring import proofs
from course.authoring.proofs import NotNow, approve, ask, open_proof, remark
from course.models import Lesson, LessonText, Proof, ProofComment
from tests.factories import make_person


@pytest.fixture(autouse=True)
def _on(settings):
    settings.PROOFREADING = True


@pytest.fixture
def reader(db):
    return make_person("reader", is_staff=True, is_superuser=True)


@pytest.fixture
def page(author, lesson):
    return reverse("admin:lesson-proof", args=[lesson.pk])


def act(client, lesson, name, **data):
    url = reverse("admin:lesson-proof-act", args=[lesson.pk, name])
    return client.post(url, data, follow=True)


def test_an_author_asks_and_another_remarks_and_approves(client, author, reader, lesson, page):
    act(client, lesson, "ask", note="수식을 봐 주세요")
    assert "수식을 봐 주세요" in client.get(page).text
    client.force_login(reader)
    home = client.get("/admin/course/lesson/home/")
    assert [(row.lesson, row.about) for row in home.context["proofs"]] == [(lesson, author)]
    act(client, lesson, "remark", language="ko", paragraph="1", text="더 짧게 <b>써요</b>")
    comment = ProofComment.objects.get()
    assert (comment.paragraph, comment.author) == ("Text 1.", reader)
    assert "더 짧게 &lt;b&gt;써요" in client.get(page).text
    act(client, lesson, "approve", version=lesson.version)
    proof = Proof.objects.get()
    assert (proof.approved_by, proof.is_current) == (reader, True)
    client.force_login(author)
    act(client, lesson, "resolve", comment=comment.pk)
    comment.refresh_from_db()
    assert comment.resolved_at
    act(client, lesson, "close")
    assert open_proof(lesson) is None
    act(client, lesson, "ask")
    assert Proof.objects.count() == 2


def test_nobody_approves_their_own(author, lesson):
    proof = ask(lesson=lesson, author=author)
    with pytest.raises(NotNow):
        approve(proof=proof, by=author, version=lesson.version)
    assert Proof.objects.get().approved_at is None


def test_what_changed_while_it_was_read_is_not_approved(author, reader, lesson):
    proof = ask(lesson=lesson, author=author)
    Lesson.objects.filter(pk=lesson.pk).update(version=lesson.version + 1)
    with pytest.raises(NotNow):
        approve(proof=proof, by=reader, version=lesson.version)


def test_an_approval_says_when_the_lesson_changed_since(client, author, reader, lesson, page):
    approve(proof=ask(lesson=lesson, author=author), by=reader, version=lesson.version)
    changed = "그 뒤로 레슨이 바뀌었어요."
    assert changed not in client.get(page).text
    Lesson.objects.filter(pk=lesson.pk).update(version=lesson.version + 1)
    assert changed in client.get(page).text


def test_a_second_ask_is_refused_by_the_database(author, reader, lesson):
    ask(lesson=lesson, author=author)
    with pytest.raises(NotNow):
        ask(lesson=lesson, author=reader)
    assert Proof.objects.count() == 1


def test_a_remark_follows_its_paragraph_and_outlives_its_words(author, reader, lesson):
    proof = ask(lesson=lesson, author=author)
    comment = remark(proof=proof, author=reader, language="ko", number=1, text="x")
    text = LessonText.objects.get(lesson=lesson, language="ko")
    text.body = f"A new beginning.\n\n{text.body}"
    found, gone = proofs.remarked(text, [comment])
    assert ([each.number for each in found if each.comments], gone) == ([2], [])
    text.body = "All new."
    found, gone = proofs.remarked(text, [comment])
    assert gone == [comment]


@pytest.mark.parametrize(
    "data",
    [
        {"language": "ko", "paragraph": "99", "text": "x"},
        {"language": "ko", "paragraph": "0", "text": "x"},
        {"language": "xx", "paragraph": "1", "text": "x"},
        {"language": "ko", "paragraph": "1", "text": " \0 "},
        {"paragraph": "1" * 40},
        {},
    ],
)
def test_a_remark_on_nothing_is_refused_with_words(client, author, lesson, data):
    ask(lesson=lesson, author=author)
    answer = act(client, lesson, "remark", **data)
    assert answer.status_code == 200
    assert 'class="error"' in answer.text
    assert not ProofComment.objects.exists()


@pytest.mark.parametrize("name", ["remark", "approve", "close", "resolve", "nothing"])
def test_without_a_proof_there_is_nothing_to_do(client, author, lesson, name):
    assert 'class="error"' in act(client, lesson, name).text


def test_an_unknown_act_or_remark_is_not_found(client, author, lesson):
    ask(lesson=lesson, author=author)
    assert act(client, lesson, "nothing").status_code == 404
    assert act(client, lesson, "resolve", comment="x").status_code == 404


def test_more_remarks_cost_as_many_queries(client, author, reader, lesson, page):
    def cost():
        client.get(page)
        with CaptureQueriesContext(connection) as caught:
            client.get(page)
        return len(caught)

    proof = ask(lesson=lesson, author=author)
    remark(proof=proof, author=reader, language="ko", number=1, text="x")
    before = cost()
    for number in (1, 2, 3):
        remark(proof=proof, author=author, language="ko", number=number, text="y")
    assert cost() == before


def test_a_longer_text_costs_as_many_queries(client, author, lesson, page):
    def cost(links):
        body = "\n\n".join(f"[x](lesson:{lesson.uid}) {number}" for number in range(links))
        LessonText.objects.filter(lesson=lesson).update(body=body)
        client.get(page)
        with CaptureQueriesContext(connection) as caught:
            client.get(page)
        return len(caught)

    assert cost(2) == cost(8)


def test_it_is_off_unless_an_operator_wants_it(client, author, lesson, page, settings):
    settings.PROOFREADING = False
    assert client.get(page).status_code == 404
    assert act(client, lesson, "ask").status_code == 404
    form = client.get(reverse("admin:course_lesson_change", args=[lesson.pk])).text
    assert page not in form
    settings.PROOFREADING = True
    assert page in client.get(reverse("admin:course_lesson_change", args=[lesson.pk])).text


def test_learners_are_kept_out(client, learner, lesson):
    client.force_login(learner)
    url = reverse("admin:lesson-proof", args=[lesson.pk])
    assert client.get(url).status_code in (302, 403)
    assert client.post(reverse("admin:lesson-proof-act", args=[lesson.pk, "ask"])).status_code in (
        302,
        403,
    )
    assert not Proof.objects.exists()
