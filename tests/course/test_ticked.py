"""Ticks in an outline that all readers share."""

from course.templatetags.ticked import ticks

OUTLINE = (
    '<li class="l" data-lesson-uid="one"><span data-done-text hidden>done</span></li>'
    '<li class="l" data-lesson-uid="two"><span data-done-text hidden>done</span></li>'
)


def test_ticks_mark_the_done_lessons_and_no_others():
    html = ticks(OUTLINE, {"two", "gone"})
    first, second = html.split("</li>")[:2]
    assert "data-done>" not in first
    assert "data-done-text hidden" in first
    assert 'data-lesson-uid="two" data-done>' in second
    assert "data-done-text>" in second


def test_no_ticks_change_nothing():
    assert ticks(OUTLINE, set()) == OUTLINE
