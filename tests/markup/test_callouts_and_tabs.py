import re

import pytest

from markup import render_lesson


def html(source, **kwargs):
    return render_lesson(source, language="en", **kwargs).html


@pytest.mark.parametrize(
    ("alert", "kind", "title"),
    [
        ("NOTE", "note", "Note"),
        ("tip", "tip", "Tip"),
        ("IMPORTANT", "note", "Important"),
        ("WARNING", "warning", "Warning"),
        ("CAUTION", "danger", "Caution"),
    ],
)
def test_an_alert_is_a_callout(alert, kind, title):
    assert html(f"> [!{alert}]\n> a\n>\n> - b") == (
        f'<div class="admonition {kind}" role="note">\n<p class="admonition-title">{title}</p>\n'
        "<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</div>"
    )


def test_an_alert_may_have_a_title_and_its_text_behind_a_blank_line():
    shown = html("> [!TIP] 내 **제목**\n>\n> a")
    assert '<p class="admonition-title">내 <strong>제목</strong></p>\n<p>a</p>' in shown


@pytest.mark.parametrize("source", ["> [!FOO]\n> a", "> a\n> [!NOTE]", "[!NOTE]\na"])
def test_what_only_looks_like_an_alert_is_none(source):
    assert "admonition" not in html(source)


def test_callouts_nest_and_end_where_words_begin():
    shown = html('!!! tip "A"\n    - a\n\n        !!! note\n            b\n\nc')
    assert shown.count('role="note"') == 2
    assert shown.endswith("</div>\n<p>c</p>")


def test_a_callout_without_indented_text_is_warned_of():
    rendered = render_lesson("!!! note\na", language="en")
    assert "Line 1: Nothing is indented below" in str(rendered.warnings[0])


TABS = '=== "JAX"\n\n    ```python\n    x\n    ```\n\n=== "Num`Py`"\n    - a\n'


def test_tabs_are_radio_inputs_with_labels_and_panels_in_order():
    shown = html(TABS)
    assert re.findall(r"<(input|label|div|pre|ul)\b", shown) == [
        *["div", "input", "label", "div", "pre"],
        *["input", "label", "div", "ul"],
    ]
    assert (
        '<input class="tab-choice" type="radio" name="t-1" id="t-1-1" checked="">'
        '<label class="tab-label" for="t-1-1">JAX</label><div class="tab-panel">'
    ) in shown
    assert shown.count("checked") == 1


def test_words_between_tabs_start_a_new_group():
    shown = html(f"{TABS}\ntext\n\n{TABS}", id_prefix="answer-")
    assert shown.count('<div class="tab-group">') == 2
    ids = re.findall(r' id="([^"]+)"', shown)
    assert ids == ["answer-t-1-1", "answer-t-1-2", "answer-t-2-1", "answer-t-2-2"]


def test_a_title_of_a_tab_is_words():
    assert "&lt;b&gt;" in html('=== "<b>"\n    a')


def test_inputs_and_labels_cannot_be_written():
    shown = html('<input type="radio" name="t-1" id="t-1-1"><label for="t-1-1">a</label>')
    assert "<input" not in shown
    assert "<label" not in shown
