# ruff: noqa: E501
"""Generator of hostile comments; a seed determines all of them."""

import random
from collections.abc import Callable

CODE = ["alert(1)", "window.pwned=1", "top.pwned=1", "fetch('//x.example')", "window['pwned']=1"]
SCHEMES = [
    *("javascript:", "JaVaScRiPt:", "java\tscript:", "java&#10;script:", "&#106;avascript:"),
    *(
        "data:text/html;base64,",
        "vbscript:",
        "file:///",
        "blob:",
        "//",
        "\\\\",
        "javascript&colon;",
    ),
    *(
        "\x01javascript:",
        "javascript\u200b:",
        "feed:javascript:",
        "view-source:",
        "mailto:",
        "tel:",
    ),
]
TAGS = [
    *("script", "img", "svg", "math", "iframe", "style", "noscript", "textarea", "xmp", "template"),
    *("form", "input", "button", "object", "embed", "link", "meta", "base", "details", "video"),
    *("annotation-xml", "mtext", "mglyph", "table", "select", "a", "p", "body", "plaintext"),
]
EVENTS = ["onerror", "onload", "onclick", "ontoggle", "onfocus autofocus", "onmouseover", "ONERROR"]
INVISIBLE = [
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ufeff",
    "\u00ad",
    "\u3164",
    "\u115f",
]
EMOJI = ["😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇰🇷", "❤️", "👍🏽", "🫠"]
MUTATIONS = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={c}&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror={c}>">',
    '<noscript><p title="</noscript><img src=x onerror={c}>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={c}>",
    '<svg><![CDATA[><image xlink:href="]]><img src=x onerror={c}>',
    '<a href="\x02javascript:{c}">x</a><!--><img src=x onerror={c}>-->',
]


def tag(r: random.Random) -> str:
    """Raw HTML with an event handler or an address."""
    name, event, code = r.choice(TAGS), r.choice(EVENTS), r.choice(CODE)
    quote = r.choice(['"', "'", "`", ""])
    return f"<{name} {event}={quote}{code}{quote} src={quote}{link(r)}{quote}>{code}</{name}>"


def link(r: random.Random) -> str:
    """An address with an odd scheme."""
    return r.choice(SCHEMES) + r.choice([*CODE, "x.example/" + "a" * r.randint(0, 300)])


def markdown_link(r: random.Random) -> str:
    """A link in Markdown, with odd labels and titles."""
    label = r.choice(["x", tag(r), "[[x]", "`]`", "![y](z)", r.choice(EMOJI)])
    shape = r.choice(["[{l}]({u})", "![{l}]({u})", "<{u}>", "[{l}](<{u}>)", '[{l}]({u} "{l}")',
                      "[{l}][a]\n\n[a]: {u}", "{u}"])  # fmt: skip
    return shape.format(l=label, u=link(r))


def mutation(r: random.Random) -> str:
    """HTML that changes its meaning when it is parsed twice."""
    return r.choice(MUTATIONS).format(c=r.choice(CODE))


def nesting(r: random.Random) -> str:
    """Return many copies of one opening delimiter."""
    mark = r.choice(
        ["[", "> ", "- ", "1. ", "*", "_", "**", "`", "(", "![", ">! ", "<b>", "# ", "~"]
    )
    return mark * r.choice([5, 19, 60, 500, 4000 // len(mark)]) + "x"


def long_word(r: random.Random) -> str:
    """Something without a place to break."""
    return r.choice(
        ["가", "w", "—", "あ", "_", "&", "🧨", "https://a.example/", "`x`"]
    ) * r.randint(50, 400)


def tricks(r: random.Random) -> str:
    """Invisible marks, turned text, stacked accents, emoji."""
    parts = [
        r.choice([*INVISIBLE, *EMOJI, "a\u0300" * 40, "e" + "\u0301" * 80, "한글"])
        for _ in range(60)
    ]
    return "".join(parts)


def block(r: random.Random) -> str:
    """Lists, tables, code, spoilers with hostile contents."""
    inner = r.choice([tag, markdown_link, long_word])(r)
    shape = r.choice(["> {}", "- {}", "```html\n{}\n```", ">! {}", "    {}", "| a |\n|---|\n| {} |",
                      "# {}", "@{}", "$$ {} $$", "&lt;{}&gt;", "`{}`", "**{}*"])  # fmt: skip
    return shape.format(inner)


KINDS: list[Callable[[random.Random], str]] = [
    tag, markdown_link, mutation, nesting, long_word, tricks, block
]  # fmt: skip


def bodies(count: int = 1000, seed: int = 20_261_122) -> list[str]:
    """Hostile bodies, each at most 4,000 characters, none twice."""
    r, found = random.Random(seed), {"[" * 4000: None}
    while len(found) < count:
        parts = [r.choice(KINDS)(r) for _ in range(r.choice([1, 1, 2, 5]))]
        found[r.choice(["\n\n", "\n", " ", ""]).join(parts)[:4000]] = None
    return list(found)
