"""Reading, searching, signing in, completing, commenting and reporting work without JavaScript."""

from io import StringIO

import pytest
from django.core.management import call_command

from comments.models import BugReport, Comment
from course.models import Completion
from tests.course.folders import write_quest
from tests.factories import make_person, verify
from tests.remembered import import_once

pytestmark = pytest.mark.django_db(transaction=True)
LESSON = "/quests/demo/lesson-1/"


@pytest.fixture
def plain(new_context, transactional_db, tmp_path):
    """A phone without JavaScript, on a site with a quest and a learner."""
    import_once(write_quest(tmp_path / "demo"))
    call_command("load_rules", stdout=StringIO())
    verify(make_person("minji", password="minji-minji-1"))
    context = new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    return context.new_page()


def sign_in(page) -> None:
    """Through the form, as a person would."""
    page.goto(LESSON)
    page.get_by_role("banner").get_by_role("link", name="로그인").click()
    page.locator("input[name=login]").fill("minji@example.com")
    page.locator("input[name=password]").fill("minji-minji-1")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{LESSON}")


def test_a_visitor_reads_and_searches(plain):
    plain.goto("/")
    plain.get_by_role("link", name="퀘스트 demo").click()
    plain.get_by_role("link", name="레슨 2").click()
    assert plain.get_by_text("본문 2").is_visible()
    plain.get_by_role("link", name="검색").first.click()
    plain.get_by_label("검색어").fill("본문")
    plain.get_by_role("main").get_by_role("button", name="검색").click()
    assert plain.get_by_role("main").get_by_role("listitem").count() == 2


def test_a_visitor_reports_a_fault(plain):
    plain.goto(LESSON)
    plain.get_by_role("link", name="알려 주세요").click()
    plain.locator("textarea[name=body]").fill("두 번째 문장에 오타가 있어요.")
    plain.locator("input[type=radio]").first.check()
    plain.locator("main form button[type=submit]").last.click()
    plain.wait_for_url("**/reports/**")
    assert BugReport.objects.get().body.startswith("두 번째")


def test_a_learner_signs_in_completes_a_lesson_and_comments(plain):
    sign_in(plain)
    plain.get_by_role("button", name="완료로 표시").click()
    assert plain.get_by_role("button", name="완료 취소").is_visible()
    assert Completion.objects.filter(learner__handle="minji").count() == 1
    plain.locator("#comments textarea").fill("잘 읽었어요")
    plain.locator("#comments form button[type=submit]").filter(has_text="댓글 남기기").click()
    assert plain.get_by_text("잘 읽었어요").is_visible()
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("url", ["/", "/quests/demo/", LESSON, "/accounts/login/", "/search/"])
def test_nothing_is_offered_that_only_a_script_could_do(plain, url):
    plain.goto(url)
    for useless in (".needs-js", "[form=mfa_login]", "noscript"):
        for found in plain.locator(f"main {useless}").all():
            assert not found.is_visible() or useless == "noscript"
    assert plain.get_by_text("이 기능에는 JavaScript가 필요해요.").count() == 0
