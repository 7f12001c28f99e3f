"""Roles of MyST and Sphinx in running text: {doc}`page`, {eq}`label`, {kbd}`Enter`.

https://mystmd.org/guide/roles
"""

import re

from course.foreign.pages import Course, Lines, Page
from course.foreign.passages import Passage, edit

ROLE = re.compile(
    r"(?<![`\\])\{(?P<name>[a-zA-Z][\w:.+-]*)\}(?P<ticks>`+)(?P<text>[^`]+?)(?P=ticks)(?!`)"
)
TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>\s*$", re.DOTALL)
LINKED = {"doc", "ref", "numref", "prf:ref", "any", "term", "external+doc", "std:ref", "std:doc"}
TAGS = {"kbd": "kbd", "sub": "sub", "subscript": "sub", "sup": "sup", "superscript": "sup"}
CODES = {
    "code",
    "command",
    "file",
    "program",
    "guilabel",
    "menuselection",
    "samp",
    "envvar",
    "option",
}
FORMULAS = {"math"}
# How links.py finds what a role names: a page, or a label anywhere in the course.
PAGE, NAME = "course-page:", "course-name:"


def with_roles(course: Course, page: Page, lines: Lines) -> Lines:
    """Return the lines with roles as Markdown."""

    def change(text: str, passage: Passage) -> str:
        return ROLE.sub(lambda found: role(course, page, found, passage), text)

    return edit(lines, change, maths=False, masked=False)


def role(course: Course, page: Page, found: re.Match[str], passage: Passage) -> str:
    """Return what a role becomes."""
    name, text = found["name"].lower(), " ".join(found["text"].split())
    titled = TITLED.match(text)
    title, target = (titled["title"], titled["target"]) if titled else ("", text)
    number = passage.line(found.start())
    if name == "eq":
        return numbered(course, page, target, number)
    if name in LINKED and name != "term":
        kind = PAGE if "doc" in name else NAME
        return f"[{title.replace('%s', '').replace('{number}', '').strip()}](<{kind}{target}>)"
    if name in TAGS:
        return f"<{TAGS[name]}>{text}</{TAGS[name]}>"
    if name in FORMULAS:
        return f"${text}$"
    if name == "term":
        return title or target
    if name == "index":
        return title or text.partition(":")[2].strip() or text
    if name.startswith("cite"):
        course.report.changed("a citation, now the key of its source", page.path, number, text)
        return f"({text})" if not name.endswith("t") else text
    if name in ("abbr", "abbreviation"):
        short, _, long = text.partition(" (")
        return f'<abbr title="{long.rstrip(")")}">{short}</abbr>'
    if name == "download":
        return f"[{title or target}](<{target}>)"
    if name not in CODES and ":" not in name:
        course.report.lost(f"the role {{{name}}}; its words stay", page.path, number, text)
    return f"`{title or target.lstrip('~!')}`"


def numbered(course: Course, page: Page, label: str, number: int) -> str:
    """Return the number of a formula of this page, or of another one."""
    for other in (page, *course.pages):
        if label in other.numbers:
            return other.numbers[label]
    course.report.lost("a reference to a formula that is not there", page.path, number, label)
    return f"({label})"
