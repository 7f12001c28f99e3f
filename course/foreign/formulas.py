r"""Formulas: `\(…\)`, `\[…\]` and environments as dollars; others stay as their source."""

import re
from collections.abc import Callable

from course.foreign import callouts
from course.foreign.fences import code_places, reading_of
from course.foreign.pages import Course, Line, Lines, Page, text_of
from course.foreign.passages import Passage, edit
from markup.inline import Formula, Marks
from markup.maths import FormulaRenderer

ENVIRONMENT = re.compile(
    r"[ \t]*\\begin\{(?P<name>(?:equation|align|gather|multline|eqnarray)\*?)\}"
)
OPENING = re.compile(r"^(?P<indent>[ \t>]*)\$\$(?P<rest>.*)$")
CLOSING = re.compile(r"^(?P<body>.*?)(?<!\\)\$\$[ \t]*(?:\((?P<label>[^()\s]+)\))?[ \t]*$")
SPACED = re.compile(r"(?<![\\$])\$(?!\$)((?:[^$\\\n]|\\.)+?)\$(?![\d$])")
BRACKETS = re.compile(r"\\\\\[(.+?)\\\\\]|\\\\\((.+?)\\\\\)", re.DOTALL)
DEFINITION = re.compile(
    r"\\(?:newcommand|renewcommand|def)\*?\{?\\([A-Za-z]+)\}?\{((?:[^{}]|\{[^{}]*\})*)\}"
)
LABEL = re.compile(
    r"\\(?:label|nonumber|notag|hfill|displaystyle|limits)(?:\{[^{}]*\})?(?![A-Za-z])"
)
NUMBERED = re.compile(r"\\tag\*?\{([^{}]*)\}")
TEXT_DOLLAR = re.compile(r"\\(text|mbox|hbox|textrm)\{((?:[^{}$]|\$[^$]*\$)*)\}")
COMMAND = re.compile(r"\\([A-Za-z]+)")
SYNONYMS = {
    "cr": r"\\",
    "mbox": r"\text",
    "hbox": r"\text",
    "textrm": r"\text",
    "widetilde": r"\tilde",
    "widehat": r"\hat",
}
RENAMED = {
    **dict.fromkeys(
        ("align", "align*", "eqnarray", "eqnarray*", "split", "alignat", "flalign"), "aligned"
    ),
    **dict.fromkeys(("gather", "gather*", "multline", "multline*"), "gathered"),
}


def fault_of(latex: str, *, display: bool) -> str:
    """Return why the site can't show a formula, or ""."""
    renderer = FormulaRenderer()
    renderer(Formula(latex, display, 1, 1))
    return renderer.problems[0].message if renderer.problems else ""


def attempts(latex: str, macros: dict[str, str]) -> list[str]:
    """Return a formula in ways that mean the same, from as it is to as simple as it gets."""
    expanded = latex
    for _round in range(3):
        for name, body in macros.items():
            expanded = re.sub(rf"\\{re.escape(name)}(?![A-Za-z])", literal(body), expanded)
    bare = NUMBERED.sub(r"\\qquad\\text{(\1)}", LABEL.sub("", DEFINITION.sub("", expanded)))
    bare = TEXT_DOLLAR.sub(in_pieces, bare).replace("\\bm{", "\\boldsymbol{")
    bare = COMMAND.sub(lambda found: SYNONYMS.get(found[1], found[0]), bare)
    renamed = re.sub(
        r"\\(begin|end)\{([a-z]+\*?)\}",
        lambda found: f"\\{found[1]}{{{RENAMED.get(found[2], found[2])}}}",
        re.sub(r"\\(?:begin|end)\{equation\*?\}", "", bare),
    )
    renamed = "\n".join(line for line in renamed.split("\n") if line.strip())
    return list(
        dict.fromkeys(
            (latex, expanded, bare, renamed, f"\\begin{{gathered}}{renamed}\\end{{gathered}}")
        )
    )


def literal(body: str) -> Callable[[re.Match[str]], str]:
    """Return what replaces a command by its meaning, whose backslashes are its own."""
    return lambda _found: f"{{{body}}}"


def in_pieces(found: re.Match[str]) -> str:
    r"""Return `\text{a $x$ b}` as `\text{a }x\text{ b}`."""
    parts = found[2].split("$")
    if len(parts) == 1:
        return found[0]
    return "".join(f"\\text{{{p}}}" if n % 2 == 0 and p else p for n, p in enumerate(parts))


def shown(course: Course, latex: str, *, display: bool) -> tuple[str, str]:
    """Return (the formula as the site can show it, "") or ("", why it can't)."""
    first = ""
    for attempt in attempts(latex, course.macros):
        fault = fault_of(attempt, display=display)
        if not fault:
            return attempt, ""
        first = first or fault
    return "", first


def with_dollars(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines with every formula between dollars, without blank lines in it."""
    if not course.maths:
        return edit(lines, without_formulas, maths=False)
    code = code_places(lines)
    found: Lines = []
    place = 0
    while place < len(lines):
        opening = None if code[place] else OPENING.match(lines[place].text)
        environment = None if code[place] else ENVIRONMENT.match(lines[place].text)
        if environment:
            place = environment_at(lines, place, environment, found)
        elif opening:
            place = display_at(page, lines, place, opening, found)
        else:
            found.append(lines[place])
            place += 1
    changes = (brackets, without_spaces) if is_tex_like(course, page) else (brackets,)
    return edit(found, *changes, maths=False)


def is_tex_like(course: Course, page: Page) -> bool:
    """Return whether dollars may have spaces within, as MathJax reads them."""
    return course.make in ("Jupyter Book", "MyST") or page.unit == "cell"


def without_spaces(text: str, passage: Passage) -> str:
    """Take away the spaces at the ends of formulas, with which dollars enclose none here."""

    def close(found: re.Match[str]) -> str:
        return f"${found[1].strip()}$" if found[1].strip() else found[0]

    return SPACED.sub(close, text)


def without_formulas(text: str, passage: Passage) -> str:
    """Escape dollars that would enclose a formula, where they are prices and names."""
    out, at = [], 0
    for _mark, span in Marks(text, maths=True, markers=False).spans():
        if span.is_formula:
            inner = text[span.start : span.end].replace("$", "\\$")
            out += [text[at : span.start], inner]
            at = span.end
    return "".join([*out, text[at:]])


def brackets(text: str, passage: Passage) -> str:
    """Turn mdBook's brackets into dollars."""

    def dollars(found: re.Match[str]) -> str:
        return passage.keep(f"$${found[1]}$$" if found[1] else f"${found[2].strip()}$")

    return BRACKETS.sub(dollars, text)


def environment_at(lines: Lines, place: int, opening: re.Match[str], found: Lines) -> int:
    """Put an environment that stands alone between dollars; returns the place behind it."""
    closing = f"\\end{{{opening['name']}}}"
    end = next((n for n in range(place, len(lines)) if closing in lines[n].text), place)
    body = [line for line in lines[place : end + 1] if line.text.strip()]
    found += [Line("$$", lines[place].number), *body, Line("$$", lines[end].number)]
    return end + 1


def display_at(page: Page, lines: Lines, place: int, opening: re.Match[str], found: Lines) -> int:
    """Take a formula of several lines without its blank lines; returns the place behind it."""
    one = CLOSING.match(opening["rest"])
    if one and not one["label"]:
        found.append(lines[place])
        return place + 1
    end = next((n for n in range(place + 1, len(lines)) if CLOSING.match(lines[n].text)), None)
    if one:
        end, body, last = place, [Line(one["body"], lines[place].number)], one
    elif end is None or "$$" in opening["rest"]:
        found.append(lines[place])
        return place + 1
    else:
        last = CLOSING.match(lines[end].text) or opening
        body = [Line(opening["rest"], lines[place].number), *lines[place + 1 : end]]
        body.append(Line(last["body"], lines[end].number))
    indent = opening["indent"]
    rows = [Line(text.strip(" \t>"), number) for text, number in body]
    label = last["label"] if "label" in last.re.groupindex else None
    if label:
        rows.append(Line(rf"\qquad\text{{{page.numbered(label)}}}", rows[-1].number))
    whole = [Line("$$", lines[place].number), *(r for r in rows if r.text.strip())]
    whole.append(Line("$$", lines[end].number))
    found += [Line(f"{indent}{text}", number) for text, number in whole]
    return end + 1


def that_can_be_shown(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines with formulas that the site can show; others stay as code."""
    if not course.maths:
        return lines
    reading = reading_of(lines)
    tokens = [each for each in (reading.tokens if reading else []) if each.type == "formula"]
    blocks = {token.map[0]: token for token in tokens if token.map}
    found: Lines = []
    place = 0
    while place < len(lines):
        token = blocks.get(place)
        if token is None or not token.map:
            found.append(lines[place])
            place += 1
            continue
        found += block(course, page, lines[place : token.map[1]], token.content)
        place = token.map[1]

    def inline(text: str, passage: Passage) -> str:
        for number, piece in enumerate(passage.pieces):
            if piece.startswith("$"):
                at = passage.text.find(f"\ue000{number}\ue001")
                passage.pieces[number] = span(course, page, piece, passage.line(max(0, at)))
        return text

    return edit(found, inline, maths=True)


def block(course: Course, page: Page, lines: Lines, latex: str) -> Lines:
    """Return a formula on lines of its own, as it can be shown."""
    body, why = shown(course, latex, display=True)
    number = lines[0].number
    indent = re.match(r"[ \t>]*", lines[0].text)
    prefix = indent[0] if indent else ""
    if body == latex:
        return lines
    if body:
        rows = ("$$", *body.strip().split("\n"), "$$")
        return [Line(f"{prefix}{text}", number) for text in rows]
    course.report.lost("a formula, shown as its source", page.path, number, f"{why} {latex}")
    source = [Line(text, number) for text in latex.strip("\n").split("\n")]
    return [Line(f"{prefix}{text}", n) for text, n in callouts.code("latex", source, number)]


def span(course: Course, page: Page, written: str, line: int) -> str:
    """Return a formula within a sentence, as it can be shown."""
    marks = "$$" if written.startswith("$$") else "$"
    latex = written[len(marks) : -len(marks)]
    body, why = shown(course, latex, display=marks == "$$")
    if body:
        return written if body == latex else f"{marks}{' '.join(body.split())}{marks}"
    course.report.lost("a formula, shown as its source", page.path, line, f"{why} {latex}")
    return f"`` {' '.join(latex.split())} ``"


def own_macros(lines: Lines) -> dict[str, str]:
    """Return the commands without arguments that a page defines."""
    return {found[1]: found[2] for found in DEFINITION.finditer(text_of(lines))}
