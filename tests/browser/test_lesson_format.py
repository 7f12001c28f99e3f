"""A lesson using the whole format passes all gates and works without JavaScript."""

import pytest

from tests.browser.gate import Watch, faults_of
from tests.course.full_folder import write_full_quest
from tests.remembered import import_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PATHS = ("/quests/full/down/", "/quests/full/glossary/")


@pytest.fixture
def full_quest(transactional_db, tmp_path, settings):
    """The quest with one of everything."""
    settings.MEDIA_ROOT = tmp_path / "media"
    import_once(write_full_quest(tmp_path / "full"))


@pytest.mark.parametrize("prefix", ["", "/en"], ids=["ko", "en"])
def test_its_pages_have_no_fault(full_quest, new_context, live_server, prefix):
    page = new_context(reduced_motion="reduce").new_page()
    watch = Watch(page)
    found = [fault for path in PATHS for fault in faults_of(page, prefix + path, watch)]
    assert not found, "\n".join(found)


def test_a_question_is_answered_without_javascript(full_quest, new_context, live_server):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/en/quests/full/down/")
    question = page.locator("#q-one")
    question.get_by_label("b").check()
    question.get_by_role("button", name="Check the answer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Right!"
    assert page.get_by_text("Nothing was stored.").is_visible()
    page.get_by_role("link", name="Back to the lesson").click()
    assert page.url.endswith("/en/quests/full/down/#q-one")


def test_the_output_is_folded_until_it_is_opened(full_quest, new_context, live_server):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/en/quests/full/down/")
    output = page.locator("#sample-grad-1 samp")
    assert not output.is_visible()
    page.get_by_text("Guess first, then open").click()
    assert output.is_visible()


def test_the_lines_of_a_question_are_put_in_order_by_their_selects(
    full_quest, new_context, live_server
):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/en/quests/full/down/")
    question = page.locator("#q-lines")
    shown = [each.strip() for each in question.locator("pre").all_inner_texts()]
    for place, line in enumerate(("import jax", "x = 1", "print(x)")):
        letter = "ABC"[shown.index(line)]
        question.get_by_label(f"Line {place + 1}").select_option(label=letter)
    question.get_by_role("button", name="Check the answer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Right!"
