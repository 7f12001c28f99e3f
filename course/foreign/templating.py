"""Programs within texts: Liquid (Jekyll), shortcodes (Hugo), imports and expressions (MDX)."""

import re
from functools import partial

from course.foreign.fences import code_places
from course.foreign.front import split_front
from course.foreign.includes import normal
from course.foreign.pages import Course, Line, Lines, Page
from course.foreign.passages import Passage, edit

RAW_INLINE = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}")
RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
HIGHLIGHT = re.compile(r"^[ \t]*\{%-?\s*highlight\s+([\w+#-]+)[^%]*-?%\}[ \t]*$")
HIGHLIGHT_END = re.compile(r"^[ \t]*\{%-?\s*endhighlight\s*-?%\}[ \t]*$")
COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}")
COMMENT_END = re.compile(r"\{%-?\s*endcomment\s*-?%\}")
LINK = re.compile(r"\{%-?\s*(?:link|post_url)\s+(\S+?)\s*-?%\}")
RELATIVE = re.compile(r"\{\{\s*(['\"])([^'\"]*)\1\s*\|\s*(?:relative_url|absolute_url)\s*\}\}")
BASE = re.compile(r"\{\{\s*(?:site\.(?:baseurl|url)|page\.root)\s*\}\}")
LIQUID = re.compile(r"\{%-?\s*(\w+)[^%]*?-?%\}|\{\{[^{}<%]*\}\}")
SHORTCODE = re.compile(
    r"\{\{(?P<mark>[<%])\s*(?P<end>/?)\s*(?P<name>\w[\w./-]*)(?P<rest>.*?)/?\s*[>%]\}\}"
)
SHOWN_SHORTCODE = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}")  # written out, not run
ARGUMENT = re.compile(
    r"(?:(?P<key>[\w-]+)=)?(?:\"(?P<quoted>[^\"]*)\"|`(?P<raw>[^`]*)`|(?P<bare>[^\s\"]+))"
)
IMPORT = re.compile(
    r"(?:import\s+(?:.+\s+from\s+)?['\"]|import\s*\{|export\s+(?:const|default|function|let)\b)"
)
HYPHENS = re.compile(r"(?<=[^\s|:-] )---?(?= [^\s|:-])|(?<=\w)---?(?=\w)")
PARTIAL = re.compile(r"import (?P<name>\w+) from ['\"](?P<file>\.[^'\"]+\.mdx?)['\"]")
ALONE = re.compile(r"[ \t]*<([A-Z]\w*)[^<>]*/>[ \t]*$")
MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
BOXES = {"notice", "alert", "hint", "admonition", "callout", "note", "tip", "warning", "info"}
CODE = {"code", "code-toggle"}  # no part of Hugo, but with code between them wherever they are
FOLDED = {"details", "expand", "collapse", "spoiler"}


def without_liquid(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines without Liquid: what it says of code, links and addresses is kept."""
    found: Lines = []
    in_comment = is_raw = False
    for text, number in lines:
        if RAW.search(text):
            is_raw = "endraw" not in text
        if COMMENT.search(text):
            in_comment = True
        if in_comment:
            in_comment = not COMMENT_END.search(text)
            found.append(Line("", number))
            continue
        opening = HIGHLIGHT.match(text)
        if opening or HIGHLIGHT_END.match(text):
            found.append(Line(f"```{opening[1]}" if opening else "```", number))
            continue
        found.append(Line(liquid_line(course, page, text, number, is_raw=is_raw), number))
    return found


def liquid_line(course: Course, page: Page, text: str, number: int, *, is_raw: bool) -> str:
    """Return a line without Liquid."""
    if "{%" not in text and "{{" not in text:
        return text
    if is_raw:
        return RAW.sub("", text)
    whole = RAW_INLINE.findall(text)
    text = RAW_INLINE.sub("\ue000", text)
    text = RAW.sub("", BASE.sub("", RELATIVE.sub(r"\2", LINK.sub(r"/\1", text))))

    def drop(found: re.Match[str]) -> str:
        course.report.lost(f"Liquid: {found[1] or 'a value'}", page.path, number, found[0])
        return ""

    text = LIQUID.sub(drop, text)
    for each in whole:
        text = text.replace("\ue000", each, 1)
    return text


def without_shortcodes(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines with Hugo's shortcodes as Markdown; unknown ones leave their content."""
    code = code_places(lines)
    found: Lines = []
    stack: list[str] = []
    for place, line in enumerate(lines):
        text = line.text
        if "{{" in text and not code[place]:
            text = SHORTCODE.sub(partial(shortcode, course, page, line.number, stack), text)
        text = SHOWN_SHORTCODE.sub(r"{{\1\2\3}}", text)
        found += [Line(each, line.number) for each in text.split("\n")]
    return found


def shortcode(
    course: Course, page: Page, number: int, stack: list[str], match: re.Match[str]
) -> str:
    """Return what a shortcode becomes."""
    name = match["name"].lower()
    named, words = arguments(match["rest"])
    if match["end"]:
        return stack.pop() if stack else ""
    first = words[0] if words else ""
    if name in ("ref", "relref"):
        return first
    if name in BOXES:
        stack.append("\n:::\n")
        kind = named.get("type") or (
            first if name not in ("note", "tip", "warning", "info") else name
        )
        return f"\n:::{kind or 'note'} {named.get('title', '')}\n"
    if name in FOLDED:
        stack.append("\n:::\n")
        return f"\n:::details {named.get('title') or named.get('summary') or first}\n"
    if name == "highlight":
        stack.append("\n```\n")
        return f"\n```{first}\n"
    if name in CODE:
        stack.append("\n```\n")
        return f"\n```{named.get('lang', '')}\n"
    if name == "figure":
        caption = named.get("caption") or named.get("title") or ""
        alt = named.get("alt") or caption
        return f"\n![{alt}](<{named.get('src', first)}>)\n" + (f"\n{caption}\n" if caption else "")
    if name in ("youtube", "vimeo"):
        course.report.changed("a film or page in a frame, now a link", page.path, number, match[0])
        host = "https://www.youtube.com/watch?v=" if name == "youtube" else "https://vimeo.com/"
        return f"<{host}{named.get('id', first)}>"
    if match["mark"] == "%" or name in ("tabs", "tab", "tabpane", "columns", "steps", "cards"):
        stack.append("")
    course.report.lost(f"the shortcode {name}; its content stays", page.path, number, match[0])
    return f"**{named.get('name') or named.get('header') or first}**" if name == "tab" else ""


def arguments(text: str) -> tuple[dict[str, str], list[str]]:
    """Return a shortcode's named arguments, and the others."""
    named: dict[str, str] = {}
    words: list[str] = []
    for found in ARGUMENT.finditer(text):
        value = (
            found["quoted"] if found["quoted"] is not None else found["raw"] or found["bare"] or ""
        )
        if found["key"]:
            named[found["key"]] = value
        else:
            words.append(value)
    return named, words


def without_mdx(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines without the program that MDX has among its text."""
    lines = with_partials(course, page, lines)
    code = code_places(lines)
    found: Lines = []
    inside = False
    for place, line in enumerate(lines):
        text = line.text
        if not code[place] and (inside or IMPORT.match(text)):
            if not inside:
                course.report.changed(
                    "an import or export of MDX, left out", page.path, line.number, text
                )
            inside = bool(text.strip()) and not text.rstrip().endswith((";", "'", '"', "}"))
            found.append(Line("", line.number))
            continue
        found.append(line if code[place] else Line(MDX_COMMENT.sub("", text), line.number))
    return found


def with_partials(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines with Markdown files in place of the tags that they are imported as."""
    folder = page.path.rpartition("/")[0]
    imported = [PARTIAL.match(line.text) for line in lines]
    files = {each["name"]: normal(f"{folder}/{each['file']}") for each in imported if each}
    found: Lines = []
    for line in lines:
        tag = ALONE.match(line.text)
        file = files.get(tag[1], "") if tag else ""
        if file and course.inside(course.root / file):
            _meta, body, _first = split_front(course.read(file) or "")
            found += [Line(each, line.number) for each in body.strip("\n").split("\n")]
        else:
            found.append(line)
    return found


def with_dashes(lines: Lines) -> Lines:
    """Return the lines with dashes for hyphens in a row."""

    def change(text: str, passage: Passage) -> str:
        return HYPHENS.sub(lambda found: "—" if len(found[0]) == 3 else "–", text)

    return edit(lines, change, maths=True)


def without_myst_marks(lines: Lines) -> Lines:
    """Return the lines without MyST's comments and the marks between its blocks."""
    code = code_places(lines)
    return [
        Line("", line.number)
        if not code[place] and re.match(r"%(?:\s|$)|\+\+\+(?:\s|$)", line.text)
        else line
        for place, line in enumerate(lines)
    ]
