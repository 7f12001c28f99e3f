"""Each gate detects its fault, and reports none on a correct page."""

import random

import pytest

from tests.browser.gate import Watch, faults_of

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = """<!doctype html><html lang="en"><head><title>A page</title>{head}
  <link rel="icon" href="data:,"><meta name="viewport" content="width=device-width"></head>
  <body><main><h1>A page</h1><p>Words <b>that</b> matter.</p>{body}</main></body></html>"""
# As strict as the site's, but for the styles and scripts that the faults below need.
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'nonce-ours'; "
    "script-src 'nonce-ours'"
)
FAULTS = {
    "contrast": ('<style nonce="ours">b { color: #999 }</style>', "", "color-contrast"),
    "contrast in the dark": (
        '<style nonce="ours">@media (prefers-color-scheme: dark) { b { color: #999 } }</style>',
        "",
        "1280 px, dark: color-contrast",
    ),
    "contrast on a phone": (
        '<style nonce="ours">@media (max-width: 400px) { b { color: #999 } }</style>',
        "",
        "360 px, light: color-contrast",
    ),
    "missing label": ("", "<input>", "label"),
    "inline style": ("", '<p style="color: red">Red</p>', "Content Security Policy"),
    "inline script": ("", "<script>1</script>", "Content Security Policy"),
    "script error": ("", '<script nonce="ours">throw new Error("oh")</script>', "page error: oh"),
    "another host": ("", '<img alt="" src="http://elsewhere.invalid/a.png">', "another host"),
    "too wide": (
        '<style nonce="ours">p { width: 500px }</style>',
        "",
        "360 px, light: scrolls sideways",
    ),
    "nothing there": ("", '<img alt="" src="/gone.png">', "status 404"),
}


@pytest.fixture
def look(new_context):
    """`look(head, body)`: what the gate says of a page with these parts."""

    def at(head: str, body: str) -> list[str]:
        page = new_context().new_page()
        html = PAGE.format(head=head, body=body)
        headers = {"Content-Type": "text/html", "Content-Security-Policy": POLICY}
        page.route("**/page/", lambda route: route.fulfill(body=html, headers=headers))
        return faults_of(page, "/page/", Watch(page))

    return at


def test_a_page_without_a_fault_passes(look):
    assert look("", "") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(look, fault):
    head, body, said = FAULTS[fault]
    assert said in "\n".join(look(head, body))


def test_what_moves_later_is_found(look):
    push = """<script nonce="ours" type="module">
      const box = document.createElement("p");
      box.textContent = "Here I come";
      document.querySelector("h1").before(box);
    </script>"""
    assert "moved: " in "\n".join(look("", push))


def test_sixty_kilobytes_of_styles_are_weighed(new_context):
    page = new_context().new_page()
    letters = random.Random(1).choices("0123456789abcdef", k=120_000)
    link = '<link rel="stylesheet" href="/static/fat.css">'
    page.route("**/fat.css", lambda route: route.fulfill(body=f"a {{ --b: '{''.join(letters)}' }}"))
    page.route("**/page/", lambda route: route.fulfill(body=PAGE.format(head=link, body="")))
    watch = Watch(page)
    page.goto("/page/")
    assert sum(watch.transferred().values()) > 50_000
