import re

import pytest

from markup import Heading, Image, MarkupError, render_lesson


def html(source, **kwargs):
    return render_lesson(source, **kwargs).html


def problems(source, **kwargs):
    with pytest.raises(MarkupError) as caught:
        render_lesson(source, **kwargs)
    return caught.value.problems


def test_headings_have_korean_anchors_that_are_unique():
    rendered = render_lesson("## 배열 만들기\n\n### 값\n\n### 값", language="en")
    assert rendered.headings == (
        Heading("h-배열-만들기", "배열 만들기", 2),
        Heading("h-값", "값", 3),
        Heading("h-값--2", "값", 3),
    )
    assert (
        '<h2 id="h-배열-만들기">배열 만들기<a aria-label="Link to “배열 만들기”"' in rendered.html
    )


def test_ids_are_unique_even_when_a_title_looks_like_a_number():
    headings = render_lesson("## a\n\n## a\n\n## a-2\n\n## a--2").headings
    assert len({heading.id for heading in headings}) == 4


def test_a_prefix_keeps_two_texts_of_a_page_apart():
    rendered = render_lesson("## a\n\nb[^1]\n\n[^1]: c", id_prefix="exercise-")
    ids = re.findall(r' id="([^"]+)"', rendered.html)
    assert ids == ["exercise-h-a", "fnref-exercise-1", "fn-exercise-1"]


def test_a_table_scrolls_in_a_named_region():
    table = "| a | b |\n|:-:|--:|\n| 1 | 2 |\n"
    shown = html(f"## 비교\n\n{table}\n{table}", language="en")
    assert shown.count('class="table-scroll" role="region" tabindex="0"') == 2
    assert 'aria-label="Table: 비교"' in shown
    assert 'aria-label="Table: 비교 (2)"' in shown
    assert '<th align="center" scope="col">a</th>' in shown
    assert "style" not in shown


@pytest.mark.parametrize("kind", ["note", "tip", "warning", "danger"])
def test_a_callout_is_a_note_with_its_title(kind):
    shown = html(f'!!! {kind} "제목"\n    본문')
    assert f'<div class="admonition {kind}" role="note">' in shown
    assert '<p class="admonition-title">제목</p>' in shown


def test_a_callout_of_an_unknown_kind_is_a_note():
    assert '<div class="admonition note"' in html("!!! mention\n    x")


def test_code_in_a_callout_and_in_a_list_is_highlighted():
    shown = html(
        "!!! tip\n    ```python\n    x = 1\n    ```\n\n- a\n\n    ```python\n    y = 2\n    ```"
    )
    assert shown.count('<pre class="code" tabindex="0"><code class="language-python">') == 2
    assert '<span class="n">x</span>' in shown


def test_footnotes_lead_there_and_back():
    shown = html("a[^x] b[^x]\n\n[^x]: 설명", language="en")
    assert '<sup id="fnref-1"><a aria-label="Footnote 1" class="footnote-ref" href="#fn-1"' in shown
    assert '<section aria-label="Footnotes" class="footnotes" role="doc-endnotes">' in shown
    assert 'href="#fnref-1" role="doc-backlink"' in shown
    assert 'aria-label="Back to the text of footnote 1 (2)"' in shown


def test_definition_lists_are_kept():
    assert "<dl>\n<dt>용어</dt>\n<dd>뜻</dd>\n</dl>" in html("용어\n:   뜻")


def test_harmless_html_stays_and_other_tags_are_shown_as_text():
    shown = html("<kbd>Ctrl</kbd> List<int> <script>alert(1)</script>")
    assert "<kbd>Ctrl</kbd> List&lt;int&gt; &lt;script&gt;" in shown


def test_a_sign_that_starts_no_whole_tag_stays_a_sign():
    assert html("a <b c") == "<p>a &lt;b c</p>"
    assert "if a &lt;b c" in html("x\n\n    if a <b c")


def test_comments_are_dropped():
    assert html("a <!-- <b>note</b> --> b") == "<p>a  b</p>"


def test_many_types_in_angle_brackets_are_no_nesting():
    assert html("List<int> " * 200).count("&lt;int&gt;") == 200


def test_html_that_is_opened_again_and_again_is_refused():
    assert "nested too deeply" in problems("<b><i>" * 100)[0].message


def test_links_that_leave_the_site_are_marked_and_others_not():
    shown = html("[a](https://a.example) [b](/b/) [c](#c)")
    assert shown.count('rel="noopener"') == 1
    assert "target" not in shown


def test_links_to_lessons_are_resolved_and_listed():
    rendered = render_lesson("[다음](lesson:jax-b#h-x)", resolve_lesson=lambda uid: f"/l/{uid}/")
    assert '<a href="/l/jax-b/#h-x">다음</a>' in rendered.html
    assert rendered.lesson_links == ("jax-b",)


def test_images_come_from_the_resolver_alone():
    image = Image("/media/a.png", 640, 480, "/media/a-2x.png 2x")
    rendered = render_lesson(
        '![고양이](images/a.png "제목")', resolve_image={"images/a.png": image}.get
    )
    assert rendered.images == ("images/a.png",)
    assert (
        '<img src="/media/a.png" alt="고양이" title="제목" srcset="/media/a-2x.png 2x" '
        'width="640" height="480" loading="lazy" decoding="async">'
    ) in rendered.html
    assert "<img" not in html('<img src="/x.png" alt="x">')


def test_without_resolvers_links_and_images_are_listed_only():
    rendered = render_lesson("[a](lesson:x) ![b](images/b.png)")
    assert (rendered.lesson_links, rendered.images) == (("x",), ("images/b.png",))
    assert "lesson:" not in rendered.html
    assert "<img" not in rendered.html


def test_all_problems_are_told_at_once_with_their_lines():
    source = "$\\nope$\n\n[a](lesson:x)\n\n![](images/a.png)\n\n[b](javascript:1)"
    found = problems(source, resolve_lesson=lambda uid: None, resolve_image=lambda src: None)
    assert [problem.line for problem in found] == [1, 3, 5, 5, 7]


def test_an_image_needs_a_text():
    image = Image("/a.png", 1, 1)
    (found,) = problems("a\n\n![](images/a.png)", resolve_image=lambda src: image)
    assert found.line == 3
    assert "images/a.png" in found.message


def test_a_lesson_that_is_too_long_is_refused():
    assert "at most 200000" in problems("a" * 200_001)[0].message


def test_text_for_search_has_no_markdown():
    rendered = render_lesson("## 제목\n\n**강조**를  `code`\n\n- [a](/b/)[^1]\n\n[^1]: 각주")
    assert rendered.text == "제목 강조를 code a1 각주"
    # Hangul written in letters (NFD), as macOS does, is found all the same.
    assert render_lesson("\u1100\u1161").text == "가"


def test_a_table_cell_may_hold_a_bar_in_code():
    assert "<td><code>a|b</code></td>" in html("| x | y |\n|---|---|\n| `a|b` | 1 |")


def test_rendering_twice_gives_the_same():
    source = "## a\n\n$x$ [^1]\n\n[^1]: b\n\n```python\nx\n```"
    assert render_lesson(source) == render_lesson(source)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("`f(x)`로", "<code>f(x)</code>\u2060로"),
        ("**함수(f)**를", "<strong>함수(f)</strong>\u2060를"),
        ("함수(f)는 30%를", "함수(f)\u2060는 30%\u2060를"),
        ("[a](https://a.example/(b)c) (d)", "(d)"),
    ],
)
def test_a_korean_particle_stays_with_its_word(source, shown):
    rendered = render_lesson(source)
    assert shown in rendered.html
    assert "\u2060" not in rendered.text


def test_code_to_copy_has_no_invisible_characters():
    html = render_lesson('```python\nprint("(a)는")\n```\n\n`"(a)는"`\n\n    (a)는').html
    assert "\u2060" not in html
