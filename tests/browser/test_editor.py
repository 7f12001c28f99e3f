"""The lesson's editor: toolbar, insertions, pictures, counts, problems, text beside preview."""

import base64

import pytest

from course.content.questions import KINDS
from course.models import LessonText, QuestImage
from tests.browser.test_authoring_journey import make_lesson, save
from tests.browser.waiting import until
from tests.course.authoring.folders import picture

pytestmark = pytest.mark.django_db(transaction=True)
BODY = "#id_ko-body"


@pytest.fixture
def editor(open_as, staff):
    """The form of a published lesson, in a wide window."""
    page = open_as(staff, viewport={"width": 1280, "height": 900})
    page.lesson = make_lesson(staff)
    page.goto(f"/admin/course/lesson/{page.lesson.pk}/change/")
    yield page
    assert page.problems == []


def press(page, name):
    page.click(f"[data-language=ko] [data-do={name}]")


def mark(page, text):
    """Select a piece of the text."""
    page.focus(BODY)
    page.eval_on_selector(
        BODY,
        "(field, text) => { const at = field.value.indexOf(text);"
        " field.setSelectionRange(at, at + text.length); }",
        text,
    )


def test_buttons_and_keys_write_markdown_that_can_be_undone(editor):
    editor.fill(BODY, "하나 둘 셋")
    mark(editor, "둘")
    press(editor, "bold")
    assert editor.input_value(BODY) == "하나 **둘** 셋"
    editor.keyboard.press("Control+z")
    assert editor.input_value(BODY) == "하나 둘 셋"
    mark(editor, "셋")
    editor.keyboard.press("Control+k")
    assert editor.input_value(BODY) == "하나 둘 [셋](https://)"
    editor.keyboard.type("https://example.com")
    assert editor.input_value(BODY) == "하나 둘 [셋](https://example.com)"
    press(editor, "heading")
    assert editor.input_value(BODY) == "## 하나 둘 [셋](https://example.com)"
    press(editor, "heading")
    assert not editor.input_value(BODY).startswith("#")


def test_every_button_writes_what_the_page_shows(editor):
    shown = {"callout": ".admonition", "table": "table", "fence": "pre", "display": "math",
             "formula": "math", "code": "code", "list": "li", "heading": "h2"}  # fmt: skip
    for name, element in shown.items():
        editor.fill(BODY, "")
        press(editor, name)
        editor.wait_for_selector(f"[data-language=ko] [data-preview-of=body] {element}")
        assert editor.locator("[data-language=ko] [data-problems=body] li").count() == 0, name


def choose(page, value):
    page.select_option("[data-language=ko] [data-inserting] select", value)
    page.click("[data-language=ko] [data-inserting] button")


def test_a_sample_of_the_lesson_is_chosen_rather_than_named(editor):
    editor.fill(BODY, "코드를 봐요.")
    choose(editor, "[[sample:part-1-1]]")
    assert editor.input_value(BODY) == "코드를 봐요.\n\n[[sample:part-1-1]]\n"


def test_new_questions_of_each_kind_and_a_sample_are_valid_as_they_stand(editor):
    editor.fill(BODY, "글이에요.")
    for kind in ("choice", "multiple", "number", "text", "order", "output"):
        assert kind in KINDS
        choose(editor, f"new/question/{kind}")
    choose(editor, "new/sample")
    editor.keyboard.type("print(1)")
    rows = editor.locator("[data-rows=samples] [data-list] fieldset")
    rows.last.locator("[name$=-title_ko]").fill("코드")
    save(editor, "clarification")
    editor.wait_for_selector(".messagelist .success")
    text = LessonText.objects.get(lesson=editor.lesson, language="ko")
    names = list(editor.lesson.questions.order_by("position").values_list("name", flat=True))
    assert names == [f"lesson-1-{number}" for number in range(1, 7)]
    assert all(f"[[question:{name}]]" in text.body for name in names)
    assert "[[sample:lesson-1-1]]" in text.body


def test_a_new_term_is_written_beside_and_chosen(editor):
    editor.fill(BODY, "용어: ")
    with editor.context.expect_page() as opened:
        choose(editor, "new/term")
    tab = opened.value
    for name, words in {"key": "tensor", "term_ko": "텐서", "line_ko": "숫자의 표"}.items():
        tab.fill(f"[name={name}]", words)
    tab.click(".studio__form [type=submit]")
    tab.wait_for_selector(".messagelist .success")
    editor.bring_to_front()
    editor.focus("[data-language=ko] [data-inserting] select")
    option = editor.locator("[data-language=ko] option[value='[[term:tensor]]']")
    until(editor, lambda: option.count() == 1)
    choose(editor, "[[term:tensor]]")
    assert "[[term:tensor]]" in editor.input_value(BODY)


PASTE = """(field, { bytes, kind }) => {
  const data = new DataTransfer();
  const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
  data.items.add(new File([raw], "image.png", { type: "image/png" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  field.dispatchEvent(event);
}"""


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_comes_in_at_the_cursor_and_waits_for_its_words(editor, kind):
    editor.fill(BODY, "앞\n\n뒤")
    mark(editor, "앞")
    editor.keyboard.press("ArrowRight")
    sent = {"bytes": base64.b64encode(picture()).decode(), "kind": kind}
    editor.eval_on_selector(BODY, PASTE, sent)
    until(editor, lambda: "](images/image.png)" in editor.input_value(BODY))
    assert editor.input_value(BODY).startswith("앞\n\n![](images/image.png)\n\n뒤")
    editor.wait_for_selector("[data-language=ko] [data-problems=body] li")
    editor.keyboard.type("손실 곡선")
    assert "![손실 곡선](images/image.png)" in editor.input_value(BODY)
    editor.wait_for_selector("[data-language=ko] [data-preview-of=body] img[alt='손실 곡선']")
    assert QuestImage.objects.get().name == "images/image.png"
    assert editor.url.endswith("/change/")


def test_a_problem_leads_to_its_line_and_a_warning_does_not_stop(editor):
    editor.fill(BODY, "\n\n".join(["글"] * 60 + ["![](images/none.png)"] + ["글"] * 60))
    editor.click("[data-language=ko] [data-problems=body] button >> nth=0")
    chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert editor.eval_on_selector(BODY, chosen) == "![](images/none.png)"
    assert editor.eval_on_selector(BODY, "field => field.scrollTop") > 0
    editor.fill(BODY, "글\n\n[[sample:none]]")
    editor.wait_for_selector("[data-language=ko] [data-problems=body] button >> text=none")
    editor.fill(BODY, "글\n\n[[sample:part-1-1]]")
    editor.wait_for_selector("[data-language=ko] [data-problems=body]", state="hidden")
    editor.fill(BODY, "::: note\n글\n:::")
    editor.wait_for_selector("[data-language=ko] [data-problems=body] .studio__warning button")
    editor.wait_for_selector("[data-language=ko] [data-preview-of=body] p")


def test_words_and_minutes_are_counted_while_writing(editor):
    editor.fill(BODY, "낱말 " * 260)
    assert "260" in editor.inner_text("[data-language=ko] [data-counts]")
    assert "2분" in editor.inner_text("[data-language=ko] [data-counts]")


def test_text_and_preview_stand_side_by_side_and_scroll_in_step(editor):
    sections = [f"## 제목 {n}\n\n" + "긴 글이에요. " * (40 + 60 * (n % 2)) for n in range(12)]
    editor.fill(BODY, "\n\n".join(sections))
    shown = editor.locator("[data-language=ko] [data-preview-of=body]")
    until(editor, lambda: shown.locator("h2").count() == 12)
    left, right = editor.locator(BODY).bounding_box(), shown.bounding_box()
    assert right["x"] >= left["x"] + left["width"]
    editor.eval_on_selector(BODY, "field => { field.scrollTop = field.scrollHeight; }")
    until(
        editor,
        lambda: shown.evaluate("box => box.scrollTop + box.clientHeight >= box.scrollHeight - 4"),
    )
    shown.evaluate("box => { box.scrollTop = 0; }")
    until(editor, lambda: editor.eval_on_selector(BODY, "field => field.scrollTop") < 4)
    editor.click("[data-views] [data-view=languages]")
    ko, en = (editor.locator(f"[data-language={code}]").bounding_box() for code in ("ko", "en"))
    assert en["x"] >= ko["x"] + ko["width"]
    editor.reload()
    assert editor.get_attribute("[data-views] [data-view=languages]", "aria-pressed") == "true"
