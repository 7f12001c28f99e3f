"""Line breaks never separate formulas, brackets or code from adjacent punctuation."""

import pytest
from django.conf import settings

from markup import render_lesson

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = """식은 값이 같은 $h(t)$. 그리고 가나다 ($x$)는 `f(x)`로 쓰고 `if`는 같은(value)는 3%를.

| 이름 | 뜻 |
|---|---|
| `solution_stats_number` | 아주 길고 긴 설명이 여기에 이어지고 또 이어지고 또 이어져요 |
"""
# The lines' first signs, at every width of a phone, that no line may begin with.
BAD_STARTS = """() => {
  const box = document.querySelector(".prose"), bad = new Set();
  const lines = () => {
    const nodes = document.createTreeWalker(box.querySelector("p"), NodeFilter.SHOW_TEXT);
    const signs = [];
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      if (node.parentElement.closest("math")) { signs.push(["x", node.parentElement.closest("math")]); continue; }
      for (let at = 0; at < node.length; at++) {
        const sign = document.createRange();
        sign.setStart(node, at);
        sign.setEnd(node, at + 1);
        if (node.data[at].trim() && node.data[at] !== "\u2060") signs.push([node.data[at], sign]);
      }
    }
    return signs.map(([sign, place]) => [sign, place.getBoundingClientRect()]);
  };
  for (let width = 120; width <= 420; width += 3) {
    box.style.width = `${width}px`;
    let before = null;
    for (const [sign, place] of lines()) {
      if (before && place.left < before.left && ".)는로를%".includes(sign)) bad.add(`${sign} ${width}`);
      before = place;
    }
  }
  return [...bad];
}"""  # noqa: E501


@pytest.fixture
def prose(new_context):
    page = new_context(viewport={"width": 500, "height": 800}, bypass_csp=True).new_page()
    styles = settings.BASE_DIR / "static" / "css"
    css = "".join((styles / name).read_text() for name in ("site.css", "course.css"))
    html = render_lesson(TEXT, language="ko").html
    page.set_content(
        f'<html lang="ko"><style>{css}</style><main class="prose">{html}</main></html>'
    )
    return page


def test_no_line_begins_with_a_particle_or_a_full_stop(prose):
    assert prose.evaluate(BAD_STARTS) == []


def test_a_name_in_a_table_is_never_broken(prose):
    prose.set_viewport_size({"width": 200, "height": 800})
    assert prose.evaluate("document.querySelector('td code').getClientRects().length") == 1
