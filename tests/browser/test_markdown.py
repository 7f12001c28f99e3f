"""Callouts fit on phones; tabs work by keyboard and are all printed."""

import pytest
from django.conf import settings

from markup import render_lesson

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "https://example.com/" + "a" * 150
CODE = "x = " + "1 + " * 60
FORMULA = "f(x) = " + " + ".join(f"a_{{{n}}} x^{{{n}}}" for n in range(30))
TEXT = f"""
!!! note "{LONG}"
    {LONG} and `{CODE}`

    ```python
    {CODE}
    ```

    | {LONG} | b |
    |---|---|
    | 1 | 2 |

> [!WARNING]
> - {LONG}

=== "JAX"

    jax {LONG}

    ```python
    {CODE}
    ```

=== "NumPy"

    numpy

- [x] {LONG}

The sum ${FORMULA}$ stands within a line.

- ${FORMULA}$

| a | b |
|---|---|
| ${FORMULA}$ | 2 |

$$
{FORMULA}
$$
"""
SHOWN = (
    """() => [...document.querySelectorAll(".tab-panel")].map(panel => panel.checkVisibility())"""
)


@pytest.fixture
def lesson(new_context):
    page = new_context(viewport={"width": 360, "height": 800}, bypass_csp=True).new_page()
    styles = settings.BASE_DIR / "static" / "css"
    css = "".join((styles / name).read_text() for name in ("site.css", "course.css"))
    html = render_lesson(TEXT, language="ko").html
    page.set_content(
        f'<html lang="ko"><style>{css}</style><main class="prose">{html}</main></html>'
    )
    return page


@pytest.mark.parametrize("width", [320, 360, 1200])
def test_no_block_scrolls_the_page_sideways(lesson, width):
    lesson.set_viewport_size({"width": width, "height": 800})
    assert lesson.evaluate("document.documentElement.scrollWidth") <= width


def test_a_long_formula_scrolls_by_itself(lesson):
    found = lesson.evaluate(
        """() => [...document.querySelectorAll("p > math, li > math")].map((math) => {
          math.scrollLeft = 10_000;
          return [math.scrollLeft > 100, math.getBoundingClientRect().right <= innerWidth];
        })"""
    )
    assert found == [[True, True]] * 2


def test_one_panel_is_shown_and_arrow_keys_choose(lesson):
    assert lesson.evaluate(SHOWN) == [True, False]
    for _step in range(20):
        lesson.keyboard.press("Tab")
        if lesson.evaluate("document.activeElement.matches('.tab-choice')"):
            break
    lesson.keyboard.press("ArrowRight")
    assert lesson.evaluate(SHOWN) == [False, True]


def test_a_title_chooses_its_panel(lesson):
    lesson.get_by_text("NumPy", exact=True).click()
    assert lesson.evaluate(SHOWN) == [False, True]


def test_all_panels_are_printed(lesson):
    lesson.emulate_media(media="print")
    assert lesson.evaluate(SHOWN) == [True, True]
