import pytest

from markup import MarkupError, render_comment, render_lesson


def html(source, **kwargs):
    return render_lesson(source, language="en", **kwargs).html


def test_a_list_may_stand_right_below_a_sentence():
    assert html("셋이 있다:\n- a\n- b") == (
        "<p>셋이 있다:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    )


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t"])
def test_lists_nest_by_two_spaces_or_more(indent):
    shown = html(f"- a\n{indent}- b")
    assert shown == "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"


def test_code_in_a_list_item_stays_in_the_item():
    shown = html("1. a\n   ```python\n   if x:\n       y\n   ```\n2. b")
    assert shown.count("<ol>") == 1
    assert 'if</span> <span class="n">x</span><span class="p">:</span>\n    <span' in shown


def test_a_list_that_starts_at_another_number_keeps_it():
    assert html("3. a\n4. b").startswith('<ol start="3">')


def test_a_table_may_stand_right_below_a_sentence():
    shown = html("보기:\n| a | b |\n|---|--:|\n| 1 | 2 |")
    assert shown.startswith("<p>보기:</p>\n<div")
    assert '<td align="right">2</td>' in shown


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("| `a|b` | c |", "<td><code>a|b</code></td>\n<td>c</td>"),
        ("| `a\\|b` | c |", "<td><code>a|b</code></td>\n<td>c</td>"),
        ("| a \\| b | c |", "<td>a | b</td>\n<td>c</td>"),
        ("a | c", "<td>a</td>\n<td>c</td>"),
        ("| a |", "<td>a</td>\n<td></td>"),
        ("| a | b | c |", "<td>a</td>\n<td>b</td>\n</tr>"),
        ("| $|x|$ | c |", "</math></td>\n<td>c</td>"),
    ],
)
def test_rows_have_as_many_cells_as_the_titles(row, shown):
    assert shown in html(f"| x | y |\n|---|---|\n{row}")


def test_a_table_ends_where_another_block_starts():
    shown = html("| a | b |\n|---|---|\n| 1 | 2 |\n> quote")
    assert shown.endswith("<blockquote>\n<p>quote</p>\n</blockquote>")


def test_an_underlined_sentence_is_a_title_and_no_table():
    assert "<h2" in html("a | b\n---")


def test_markdown_within_details_is_markdown():
    shown = html("<details>\n<summary>답</summary>\n\n- **a**\n\n</details>\n\n끝")
    assert shown == (
        "<details>\n<summary>답</summary>\n<ul>\n<li><strong>a</strong></li>\n</ul>\n</details>"
        "\n<p>끝</p>"
    )


def test_tasks_have_boxes_that_say_what_they_are():
    shown = html("- [ ] a\n- [x] b\n- c")
    assert '<li class="task"><input type="checkbox" aria-label="to do" disabled=""> a</li>' in shown
    assert '<input type="checkbox" aria-label="done" disabled="" checked=""> b</li>' in shown
    assert "<li>c</li>" in shown


def test_struck_words_need_two_tildes():
    assert html("~~a b~~를 1~2, 3~4") == "<p><del>a b</del>를 1~2, 3~4</p>"


def test_a_bare_address_is_a_link_and_keeps_particles_out():
    link = '<a href="https://a.example/b_c" rel="noopener">https://a.example/b_c</a>'
    assert html("https://a.example/b_c와 `https://a.example`") == (
        f"<p>{link}와 <code>https://a.example</code></p>"
    )


def test_a_heading_may_name_its_own_anchor_and_links_find_it():
    rendered = render_lesson("## 긴 제목 {#short}\n\n[a](#short) [b](#긴-제목-2)\n\n## 긴 제목 2")
    assert [(each.id, each.title) for each in rendered.headings] == [
        ("h-short", "긴 제목"),
        ("h-긴-제목-2", "긴 제목 2"),
    ]
    assert '<a href="#h-short">a</a> <a href="#h-긴-제목-2">b</a>' in rendered.html
    assert rendered.warnings == ()


def test_a_backslash_at_the_end_of_a_line_breaks_it():
    assert html("a\\\nb") == "<p>a<br>\nb</p>"


def test_references_are_found_whatever_their_case_and_marks():
    shown = html("[`jit`] [A\nb][C] [c]\n\n[`jit`]: /j\n[c]: /c 'T'")
    assert '<a href="/j"><code>jit</code></a>' in shown
    assert shown.count('<a href="/c" title="T">') == 2


def test_definitions_hold_blocks_and_end_where_words_begin():
    shown = html("하나\n둘\n:   뜻\n\n    - a\n\n셋\n: x\n: y\n\n끝")
    assert shown.count("<dt>") == 3
    assert "<dd>\n<p>뜻</p>\n<ul>\n<li>a</li>\n</ul>\n</dd>" in shown
    assert shown.endswith("<dd>x</dd>\n<dd>y</dd>\n</dl>\n<p>끝</p>")


def test_a_footnote_holds_blocks_and_ends_at_the_next():
    shown = html("a[^1] b[^2]\n\n[^1]: one\n\n    ```\n    code\n    ```\n[^2]: two")
    assert shown.count("<li id=") == 2
    assert '<code class="language-text">code</code></pre>\n<p><a aria-label="Back' in shown


def test_a_footnote_that_nothing_refers_to_has_no_way_back():
    rendered = render_lesson("a\n\n[^x]: b", language="en")
    assert "backref" not in rendered.html
    assert str(rendered.warnings[0]) == "Line 3: Nothing refers to the footnote “x”."


@pytest.mark.parametrize(
    "source",
    ["5$이고 10$", "값은 5$와 10$", "**5$**와 **10$**", "5$는 a$b", "$가격$"],
)
def test_a_dollar_before_hangul_or_a_star_is_a_price(source):
    assert "<math" not in html(source)


def test_a_long_list_or_table_is_no_paragraph():
    item = "- " + "가" * 200 + "\n"
    row = "| " + "가" * 200 + " | b |\n"
    assert html(item * 100).count("<li>") == 100
    assert html("| a | b |\n|---|---|\n" + row * 100).count("<tr>") == 101
    with pytest.raises(MarkupError, match=r"Line 3: A paragraph may have at most 10000"):
        html("a\n\n- " + "가" * 10_001)


@pytest.mark.parametrize("source", [">!", "a\n\n>! \n>"])
def test_an_empty_spoiler_is_refused(source):
    with pytest.raises(MarkupError, match="spoiler is empty"):
        render_comment(source)


def test_a_comment_is_read_by_the_same_rules():
    shown = render_comment("보기:\n- a\n  - [x] b\n    ~~c~~").html
    assert shown.count("<ul>") == 2
    assert "<del>c</del>" in shown
    assert 'type="checkbox"' in shown


def test_a_formula_of_several_lines_is_none_of_markdowns_lists():
    shown = html("- a\n\n  $$\n  x\n  - y\n  $$")
    assert shown.count("<li>") == 1
    assert '<math display="block">' in shown


def test_a_fault_in_a_formula_is_told_at_its_place_in_the_file():
    quote = "> - b $\\nope$\n>\n>   $$\n>   \\nope\n>   $$"
    with pytest.raises(MarkupError) as caught:
        html(f"a\n\n{quote}\n\n| a | b |\n|-|-|\n| c | $\\nope$ |")
    places = [(each.line, each.column) for each in caught.value.problems]
    assert places == [(3, 7), (5, 5), (11, 7)]


@pytest.mark.parametrize(
    "info", ["python", " python title='x'", "{python}", "{.python}", "python,x"]
)
def test_the_language_of_code_is_known_however_it_is_written(info):
    assert 'class="language-python"' in html(f"```{info}\nx\n```")
