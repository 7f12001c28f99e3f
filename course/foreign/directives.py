"""Directives of MyST and Sphinx, and the named `:::` blocks of Docusaurus, VuePress and Quarto.

https://mystmd.org/guide/directives
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.foreign import callouts
from course.foreign.front import load_yaml, words
from course.foreign.includes import normal, part_of
from course.foreign.pages import Course, Line, Lines, Page, lines_of, stripped, text_of
from course.foreign.tables import csv_rows, list_rows, table

OPTION = re.compile(r":([\w-]+):(?:[ \t]+(.*))?$")
CODE = {"code", "code-block", "code-cell", "sourcecode", "prompt", "parsed-literal", "highlight"}
FIGURE = {"en": "Figure", "ko": "그림"}
DROPPED = {
    *("index", "toctree", "tableofcontents", "contents", "bibliography", "footbibliography"),
    *("only", "nb-exec-table", "raw", "meta", "currentmodule", "module", "comment", "anchor"),
}
QUIET = {"index", "toctree", "tableofcontents", "contents", "currentmodule", "comment", "only"}
PLAIN = {
    *("grid", "grid-item", "grid-item-card", "card", "card-carousel", "div", "container", "margin"),
    *("panels", "div-class", "column", "columns", "panel-tabset", "compound", "rst-class", "table"),
    *("tab-set", "tabs", "group-tab", "code-group", "center", "column-margin", "aside", "content"),
}
FOLDED = {"dropdown", "details", "toggle", "collapse", "hide", "solution", "answer"}
TABS = {"tab-item", "tab", "group-tab"}
QUOTES = {"epigraph", "pull-quote", "highlights", "blockquote", "topic", "sidebar", "attribution"}


@dataclass
class Directive:
    """A directive as it is written; `convert` converts the blocks within its body."""

    name: str
    argument: str
    options: dict[str, str]
    body: Lines
    number: int
    convert: Callable[[Lines], Lines]

    @property
    def inner(self) -> Lines:
        """The body with its own blocks converted."""
        return self.convert(stripped(self.body))


def read_options(body: Lines) -> tuple[dict[str, str], Lines]:
    """Return the options at the head of a directive, and the rest of it."""
    if body and body[0].text.strip() == "---":
        end = next((n for n, line in enumerate(body[1:], 1) if line.text.strip() == "---"), 0)
        value: Any = load_yaml(text_of(body[1:end])) if end else None
        if isinstance(value, dict):
            return flat(value), body[end + 1 :]
    options: dict[str, str] = {}
    for place, line in enumerate(body):
        found = OPTION.match(line.text.strip())
        if not found:
            return options, body[place:]
        options[found[1]] = (found[2] or "").strip()
    return options, []


def flat(value: dict[Any, Any]) -> dict[str, str]:
    """Return options in YAML as text; those of a figure that a cell draws are the cell's own."""
    figure = value.get("mystnb", {}).get("figure") if isinstance(value.get("mystnb"), dict) else {}
    found = {str(name): words(each) for name, each in (figure or {}).items()}
    tags = value.get("tags")
    found["tags"] = " ".join(map(str, tags)) if isinstance(tags, list) else words(tags)
    return found | {str(key): words(each) for key, each in value.items() if key != "tags"}


def convert_directive(course: Course, page: Page, it: Directive) -> Lines:
    """Return what a directive becomes."""
    name = it.name.lower().removeprefix("callout-")
    label = it.options.get("label") or it.options.get("name") or ""
    labelled = [Line(f"({label})=", it.number)] if label else []
    if name == "math":
        return math(page, it, label)
    if name in CODE or name.startswith(("python", "r ", "julia")):
        return [*labelled, *code_cell(course, page, it, label)]
    for names, convert in HANDLERS.items():
        if name in names:
            return [*labelled, *convert(course, page, it)]
    if name.startswith("prf:") or name in ("exercise", "theorem", "proof", "example", "definition"):
        return [*labelled, *box(course, page, it, name.removeprefix("prf:"))]
    if name in callouts.KINDS or "admonition" in name:
        return [*labelled, *box(course, page, it, name)]
    course.report.lost(f"the block {{{it.name}}}, shown as code", page.path, it.number, it.argument)
    return callouts.code("", it.body, it.number)


def box(course: Course, page: Page, it: Directive, kind: str) -> Lines:
    """Return a callout, or what unfolds when the author says so."""
    title = it.argument
    folded = {"dropdown", "toggle"} & set(it.options.get("class", "").split())
    course.report.changed("a box, now a callout", page.path, it.number, f"{kind} {title}")
    if folded:
        name = title or callouts.name_of(kind, course.language)
        return callouts.details(name, it.inner, it.number)
    if kind in ("exercise", "theorem", "example", "definition", "lemma", "remark", "algorithm"):
        own = callouts.name_of(kind, course.language)
        title = f"{own}: {title}" if title else own
    return callouts.callout(kind, title, it.inner, it.number, course.language)


def math(page: Page, it: Directive, label: str) -> Lines:
    """Return a formula on lines of its own, with the number that its label refers to."""
    rows = [Line(it.argument, it.number)] if it.argument else []
    rows += [line for line in it.body if line.text.strip()]
    if label:
        rows.append(Line(rf"\qquad\text{{{page.numbered(label)}}}", it.number))
    return [
        Line("", it.number),
        Line("$$", it.number),
        *rows,
        Line("$$", it.number),
        Line("", it.number),
    ]


def code_cell(course: Course, page: Page, it: Directive, label: str) -> Lines:
    """Return code as a block; a cell that is to be hidden unfolds."""
    language = it.argument.split()[0] if it.argument else ""
    language = "python" if language.startswith(("ipython", "python")) else language
    block = callouts.code(language or "python" * (it.name == "code-cell"), it.body, it.number)
    caption = it.options.get("caption", "")
    if caption:
        number = f"**{page.numbered(label, FIGURE[course.language])}.** " if label else ""
        block = [Line("", it.number), Line(f"{number}{caption}", it.number), *block]
    tags = it.options.get("tags", "")
    if "remove-cell" in tags or "remove-input" in tags:
        course.report.changed("a cell that its author hides, folded", page.path, it.number)
    if any(tag in tags for tag in ("hide-", "remove-")):
        return callouts.details("코드" if course.language == "ko" else "Code", block, it.number)
    return block


def picture(course: Course, page: Page, it: Directive) -> Lines:
    """Return a picture with its caption below; links.py finds the file."""
    inner = it.inner
    caption = text_of(inner).strip()
    label = it.options.get("label") or it.options.get("name") or ""
    number = page.numbered(label, FIGURE[course.language]) if label else ""
    if number and inner:
        inner = [Line(f"**{number}.** {inner[0].text}", inner[0].number), *inner[1:]]
    alt = it.options.get("alt") or " ".join(caption.split())[:300]
    alt = re.sub(r"[\[\]`$]|\{[\w:]+\}", "", alt)
    found = [Line("", it.number), Line(f"![{alt}](<{it.argument}>)", it.number)]
    if caption:
        found += [Line("", it.number), *inner]
    return [*found, Line("", it.number)]


def literal(course: Course, page: Page, it: Directive) -> Lines:
    """Return a file that the directive names, as code or as text."""
    file = normal(f"{page.path.rpartition('/')[0]}/{it.argument}")
    if it.argument.startswith("/"):
        file = normal(f"{course.content}/{it.argument}")
    text = course.read(file)
    if text is None:
        course.report.lost("an included file", page.path, it.number, it.argument)
        return []
    chosen = part_of(text.rstrip("\n").split("\n"), it.options.get("lines", "").replace("-", ":"))
    body = [Line(each, it.number) for each in chosen]
    if it.name == "include":
        return it.convert(body)
    suffix = file.rpartition(".")[2]
    language = it.options.get("language") or {"py": "python", "rs": "rust"}.get(suffix, suffix)
    return callouts.code(language, body, it.number)


def dropped(course: Course, page: Page, it: Directive) -> Lines:
    """Leave out what a lesson has no place for; what readers would miss is said."""
    if it.name not in QUIET:
        course.report.lost(f"the block {{{it.name}}}", page.path, it.number, it.argument)
    return []


def plain(course: Course, page: Page, it: Directive) -> Lines:
    """Return a block's content without the block around it."""
    title = [Line(f"**{it.argument}**", it.number)] if it.argument and it.name == "card" else []
    blank = Line("", it.number)
    return [blank, *title, *([blank] if title else []), *it.inner, blank]


def folded(course: Course, page: Page, it: Directive) -> Lines:
    """Return what unfolds."""
    kind = "solution" if it.name in ("solution", "answer") else it.name
    # `{solution} some-label`: the label of the exercise is nothing to read.
    title = "" if kind == "solution" else it.argument
    name = title or callouts.name_of(kind, course.language)
    return callouts.details(name, it.inner, it.number)


def tab(course: Course, page: Page, it: Directive) -> Lines:
    """Return one tab of ours."""
    title = (it.argument or "…").replace('"', "'")
    inner = [Line(f"    {text}" if text.strip() else "", number) for text, number in it.inner]
    return [Line(f'=== "{title}"', it.number), *inner, Line("", it.number)]


def quoted(course: Course, page: Page, it: Directive) -> Lines:
    """Return a quotation, with a title if it has one."""
    title = [Line(f"**{it.argument}**", it.number), Line("", it.number)] if it.argument else []
    return [Line("", it.number), *callouts.quote([*title, *it.inner]), Line("", it.number)]


def data_table(course: Course, page: Page, it: Directive) -> Lines:
    """Return a table that is written as a list or with commas."""
    rows = csv_rows(text_of(it.body)) if it.name == "csv-table" else list_rows(it.body)
    if not rows:
        return plain(course, page, it)
    head = it.options.get("header", "")
    rows = [*csv_rows(head), *rows] if head and it.name == "csv-table" else rows
    caption = [Line(f"*{it.argument}*", it.number), Line("", it.number)] if it.argument else []
    return [Line("", it.number), *caption, *lines_at(table(rows), it.number), Line("", it.number)]


def lines_at(texts: list[str], number: int) -> Lines:
    """Return texts as lines that all come from one."""
    return [Line(text, number) for text in texts]


def video(course: Course, page: Page, it: Directive) -> Lines:
    """Return a link to what can't be shown in place."""
    address = (
        it.argument if "://" in it.argument else f"https://www.youtube.com/watch?v={it.argument}"
    )
    course.report.changed("a film or page in a frame, now a link", page.path, it.number, address)
    return [Line("", it.number), *lines_of(f"<{address}>", it.number), Line("", it.number)]


HANDLERS: dict[frozenset[str], Callable[[Course, Page, Directive], Lines]] = {
    frozenset({"figure", "image"}): picture,
    frozenset({"include", "literalinclude"}): literal,
    frozenset(DROPPED): dropped,
    frozenset(FOLDED): folded,
    frozenset(TABS): tab,
    frozenset(PLAIN - TABS): plain,
    frozenset(QUOTES): quoted,
    frozenset({"list-table", "csv-table"}): data_table,
    frozenset({"youtube", "vimeo", "video", "iframe"}): video,
}
