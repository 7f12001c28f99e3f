"""Finish a quest, get the certificate, print it, have it checked by somebody else."""

import pytest
from playwright.sync_api import expect

from course.models import Lesson
from course.progress.marking import complete
from credentials.models import Certificate
from tests.factories import make_quest, make_settled

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 360, "height": 740}}
# An A4 sheet across within its margins, in CSS pixels (96 to an inch).
SHEET = {"width": 1047, "height": 718}


@pytest.fixture
def finisher(transactional_db):
    """Minji, who finished a quest of one chapter."""
    make_quest(lessons=3)
    minji = make_settled("minji", display_name="민지")
    for lesson in Lesson.objects.all():
        complete(learner=minji, lesson=lesson)
    return minji


def certified(page) -> Certificate:
    """Go from the quest to its certificate, as 김민지, open to everybody."""
    page.goto("/quests/jax/")
    page.get_by_role("link", name="내 수료증").click()
    name = page.get_by_label("수료증에 적을 이름")
    expect(name).to_have_value("민지")
    name.fill("김민지")
    page.get_by_label("링크가 있으면 누구나").check()
    page.get_by_role("button", name="수료증 만들기").click()
    expect(page.locator(".certificate__name")).to_have_text("김민지")
    return Certificate.objects.get()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_certificate_is_got_on_a_phone_and_checked_by_somebody_else(open_as, finisher, script):
    page = open_as(finisher, java_script_enabled=script, **PHONE)
    made = certified(page)
    stranger = open_as(None, java_script_enabled=script, **PHONE)
    stranger.goto("/certificates/check/")
    stranger.get_by_label("번호").fill(made.shown_number.lower())
    stranger.get_by_role("button", name="번호 확인하기", exact=True).click()
    expect(stranger.locator("[data-state=valid]")).to_be_visible()
    stranger.get_by_role("link", name="수료증 열기").click()
    expect(stranger.locator(".certificate__name")).to_have_text("김민지")
    expect(stranger.get_by_role("link", name="이름과 공개 여부")).to_have_count(0)


def test_the_qr_code_leads_to_the_check(open_as, finisher):
    page = open_as(finisher)
    made = certified(page)
    code = page.get_by_role("img", name="QR 코드")
    expect(code).to_be_visible()
    page.goto(f"/certificates/check/?number={made.shown_number}")
    expect(page.locator("[data-state=valid]")).to_be_visible()


def test_it_prints_on_one_sheet_without_the_site_around_it(open_as, finisher):
    page = open_as(finisher, viewport=SHEET)
    certified(page)
    page.emulate_media(media="print")
    for gone in (".header", ".footer", ".certificate-page__rest"):
        expect(page.locator(gone)).to_be_hidden()
    box = page.locator(".certificate").bounding_box()
    assert box["height"] <= SHEET["height"] + 1
    assert box["width"] <= SHEET["width"] + 1
    inner = page.evaluate(
        "() => { const e = document.querySelector('.certificate__frame');"
        " return [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]; }"
    )
    assert max(inner) <= 1
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1


def test_closing_it_again_closes_it_for_others(open_as, finisher):
    page = open_as(finisher)
    made = certified(page)
    page.get_by_role("link", name="이름과 공개 여부").click()
    page.get_by_label("링크가 있으면 누구나").uncheck()
    page.get_by_role("button", name="저장").click()
    expect(page.get_by_text("나만 볼 수 있는 페이지예요")).to_be_visible()
    stranger = open_as(None)
    answer = stranger.goto(made.get_absolute_url())
    assert answer.status == 404
