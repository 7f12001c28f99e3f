import pytest

from markup import MarkupError, render_comment


def html(source, **kwargs):
    return render_comment(source, **kwargs).html


def test_emphasis_ends_before_a_particle():
    assert html("**강조**를 *말*은") == "<p><strong>강조</strong>를 <em>말</em>은</p>"


def test_raw_html_is_shown_as_text():
    assert html("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_line_breaks_are_kept():
    assert html("a\nb") == "<p>a<br>\nb</p>"


def test_every_heading_is_of_the_fourth_level_without_an_id():
    assert html("# a\n\n### b") == "<h4>a</h4>\n<h4>b</h4>"


def test_an_image_stays_text():
    assert "<img" not in html("![a](https://a.example/b.png)")


@pytest.mark.parametrize(
    ("source", "address", "after"),
    [
        ("https://example.com와 함께", "https://example.com", "와 함께"),
        ("(https://example.com/a_b_c).", "https://example.com/a_b_c", ")."),
        ("https://example.com/a?b=1#c, 그리고", "https://example.com/a?b=1#c", ", 그리고"),
    ],
)
def test_a_bare_address_is_linked_without_what_is_glued_to_it(source, address, after):
    link = f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>'
    assert link + after in html(source)


@pytest.mark.parametrize("source", ["foo.py", "README.md", "a@b.example", "www.example.com"])
def test_what_only_looks_like_an_address_is_not_linked(source):
    assert html(source) == f"<p>{source}</p>"


def test_an_address_in_code_is_not_linked():
    assert "<a" not in html("`https://example.com`\n\n```\nhttps://example.com\n```")


def test_a_link_to_a_forbidden_scheme_goes_nowhere():
    assert "href" not in html("[x](javascript:alert(1))")


PEOPLE = {"alice": "/learners/alice/", "철수": "/learners/2/"}


def test_mentions_are_linked_and_listed_once():
    rendered = render_comment("@alice, @철수님 @alice @nobody a@alice", resolve_mention=PEOPLE.get)
    assert rendered.mentions == ("alice", "철수")
    assert rendered.html.count('class="mention"') == 3
    assert '<a class="mention" href="/learners/2/">@철수</a>님' in rendered.html


def test_a_mention_in_code_or_in_a_link_is_none():
    rendered = render_comment("`@alice` [@alice](https://a.example)", resolve_mention=PEOPLE.get)
    assert rendered.mentions == ()


def test_a_spoiler_is_folded_away():
    shown = html("앞\n>! 범인은 **집사**\n>! 입니다\n\n뒤", language="en")
    assert '<details class="spoiler">\n<summary>Spoiler</summary>' in shown
    assert "<strong>집사</strong>" in shown
    assert shown.endswith("</details>\n<p>뒤</p>")


def test_code_in_a_quote_is_highlighted():
    shown = html("> 인용\n> ```python\n> def f(): pass\n> ```")
    assert '<pre class="code" tabindex="0"><code class="language-python">' in shown
    assert shown.startswith("<blockquote>")


def test_dollars_are_no_maths_in_a_comment():
    assert html("$x$") == "<p>$x$</p>"


def test_direction_overrides_go_and_joined_emoji_stay():
    assert html("\u202ea\u2066b 👨\u200d👩\u200d👧") == "<p>ab 👨\u200d👩\u200d👧</p>"


def test_a_comment_may_have_four_thousand_characters_and_no_more():
    assert len(render_comment("가" * 4_000).text) == 4_000
    with pytest.raises(MarkupError, match="4001 characters, at most 4000"):
        render_comment("가" * 4_001)


def test_rendering_twice_gives_the_same():
    source = "# a\n\n- **b** `c` https://a.example\n\n>! d"
    assert render_comment(source) == render_comment(source)
