import pytest

from markup import SvgError, clean_svg, svg_size

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def drawing(inner, root='viewBox="0 0 320 160"'):
    return f"{HEAD}{root}>{inner}</svg>".encode()


def cleaned(inner):
    return clean_svg(drawing(inner)).decode()


def test_a_drawing_keeps_its_shapes_texts_and_colours():
    inner = (
        '<title>메시</title><g fill="none" stroke="#667788"><path d="M0 0 L10 10"/></g>'
        '<text x="4" y="5" font-family="\'Fira Code\', monospace">a &lt; b <tspan>c</tspan></text>'
    )
    shown = cleaned(inner)
    assert "<title>메시</title>" in shown
    assert '<g fill="none" stroke="#667788"><path d="M0 0 L10 10"/></g>' in shown
    assert ">a &lt; b <tspan>c</tspan></text>" in shown


def test_the_same_drawing_comes_out_the_same_and_stays_so():
    once = clean_svg(drawing('<rect y="1" x="0" width="3" height="4"/>\n  <!-- note -->'))
    assert once == clean_svg(drawing('<rect  height="4" width="3" x="0" y="1" />'))
    assert clean_svg(once) == once


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('viewBox="0 0 320 160"', (320, 160)),
        ('width="80" height="40px"', (80, 40)),
        ('width="1in" height="72pt"', (96, 96)),
        ('viewBox="0 0 320 160" width="100%"', (320, 160)),
        ('viewBox="0,0,320,160" width="160"', (160, 80)),
        ('viewBox="0 0 320 160" height="80"', (160, 80)),
    ],
)
def test_a_drawing_has_the_size_that_it_says(root, size):
    written = clean_svg(drawing("<g/>", root))
    assert svg_size(written) == size
    assert b" viewBox=" in written


@pytest.mark.parametrize(
    "root", ["", 'width="5"', 'viewBox="0 0 0 5"', 'viewBox="0 0 nan 5"', 'viewBox="0 0 99999 5"']
)
def test_a_drawing_without_a_usable_size_is_refused(root):
    with pytest.raises(SvgError, match=r"viewBox|pixels"):
        clean_svg(drawing("", root))


def test_references_within_the_drawing_are_kept():
    shown = cleaned(
        '<defs><linearGradient id="a"/><g id="b"><path d="M0 0"/></g></defs>'
        '<rect fill="url(#a)"/><use xlink:href="#b" x="5"/>'
    )
    assert '<rect fill="url(#a)"/><use href="#b" x="5"/>' in shown


def test_styles_become_attributes_and_what_editors_add_is_left_out():
    shown = cleaned(
        '<metadata><b/></metadata><i:view xmlns:i="urn:i" i:x="1"><path/></i:view>'
        '<g class="x" data-y="z"><path style="fill:#888; -inkscape-font: x; stroke:none"/></g>'
    )
    assert shown.endswith('<g><path fill="#888" stroke="none"/></g></svg>\n')


REFUSED = [
    "<script>alert(1)</script>",
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script>',
    '<i:v xmlns:i="urn:i"><script/></i:v>',
    "<style>*{fill:red}</style>",
    "<foreignObject><p/></foreignObject>",
    '<image href="#a"/>',
    '<a href="#a"/>',
    '<animate attributeName="href"/>',
    '<set attributeName="onload"/>',
    '<filter id="a"/>',
    "<svg/>",
    '<g onload="alert(1)"/>',
    '<g ONCLICK="alert(1)"/>',
    '<g filter="url(#a)"/>',
    '<use href="https://evil.example/a.svg#b"/>',
    '<use href="//evil.example/a.svg#b"/>',
    '<use xlink:href="data:image/svg+xml,x"/>',
    '<g id="a"/><path href="#a"/>',
    '<g fill="url(https://evil.example/#a)"/>',
    '<g fill="u\\72l(https://evil.example)"/>',
    '<g style="fill:url(//evil.example)"/>',
    '<g style="fill:url(data:x)"/>',
    '<g fill="javascript:alert(1)"/>',
    '<g fill="url(#nowhere)"/>',
    '<use href="#nowhere"/>',
    '<g id="a"/><g id="a"/>',
    '<g id="a b"/>',
    '<?xml-stylesheet href="x.css"?>',
    "<g>",
    "&nbsp;",
    '<g id="a"><use href="#a"/></g>',
    '<g id="a"/><g id="b"><use href="#a"/></g><use href="#b"/>',
    '<marker id="a"><path marker-end="url(#a)"/></marker>',
    "<g>" * 40 + "</g>" * 40,
    "<g/>" * 6_000,
    '<g id="a"/>' + '<use href="#a"/>' * 201,
    '<g id="a">' + "<g/>" * 400 + "</g>" + '<use href="#a"/>' * 60,
]


@pytest.mark.parametrize("inner", REFUSED)
def test_what_could_harm_is_refused_with_a_reason(inner):
    with pytest.raises(SvgError) as caught:
        clean_svg(drawing(inner))
    assert str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no drawing",
        b"<html/>",
        b'<svg viewBox="0 0 1 1"/>',
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="klingon"?><svg/>',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">' + drawing(""),
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + drawing("&a;"),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawing("<text>&a;</text>"),
        drawing("x" * 500_001),
    ],
)
def test_what_is_no_safe_drawing_is_refused(data):
    with pytest.raises(SvgError):
        clean_svg(data)


def test_a_refusal_says_the_line():
    with pytest.raises(SvgError, match=r"Line 2: <script> may not be in a drawing\."):
        clean_svg(drawing("\n<script/>"))
