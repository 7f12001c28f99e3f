"""Links and pictures of a page: relative ones lead to lessons, pictures come with the lesson."""

import re

from markdown_it.common.utils import normalizeReference

from course.foreign.addresses import Addresses
from course.foreign.fences import reading_of
from course.foreign.pages import Course, Lines, Page
from course.foreign.passages import Passage, edit
from course.foreign.pictures import Pictures

DESTINATION = (
    r"\([ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*+)>|(?P<bare>(?:[^\s()<]++|\([^\s()]*+\))*+))"
    r"(?:\s++(?P<title>\"[^\"\n]{0,300}+\"|'[^'\n]{0,300}+'|\([^()\n]{0,300}+\)))?+\s*+\)"
)
LABEL = r"\[(?P<label>(?:[^\[\]\\]++|\\.|\[(?:[^\[\]\\]++|\\.|\[[^\[\]]*+\])*+\])*+)\]"
IMAGE = re.compile(rf"(?<!\\)!{LABEL}{DESTINATION}(?P<attributes>\{{[^{{}}\n]*\}})?")
LINK = re.compile(rf"(?<![\\!]){LABEL}{DESTINATION}(?P<attributes>\{{:?[ \t]*[.#:][^{{}}\n]*\}})?")
REFERENCE = re.compile(rf"(?<!\\)(?P<image>!?){LABEL}(?:\[(?P<name>[^\[\]]*+)\])?(?![\[(:])")
DEFINITION = re.compile(
    r"^(?P<before>[ \t>]*)\[(?P<name>[^\]\n^][^\]\n]*)\]:[ \t]*\n?[ \t]*(?:<[^<>\n]*>|\S+)"
    r"(?:[ \t]*\n?[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$",
    re.M,
)
AUTOLINK = re.compile(r"<(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,31}):(?P<rest>[^\s<>]*)>")


class Links:
    """Converts the links and pictures of one page."""

    def __init__(self, course: Course, page: Page, addresses: Addresses, pictures: Pictures):
        self.course, self.page = course, page
        self.addresses, self.pictures = addresses, pictures
        self.references: dict[str, dict[str, str]] = {}

    def run(self, lines: Lines) -> Lines:
        """Return the lines with all links and pictures converted."""
        reading = reading_of(lines)
        self.references = reading.references if reading else {}
        changes = [self.without_definitions, self.written_out] if self.references else []
        changes += [self.with_pictures_and_links, self.safe_autolinks]
        return edit(lines, *changes, maths=self.course.maths)

    def without_definitions(self, text: str, passage: Passage) -> str:
        """Drop the definitions of references, which are written out where they are used."""

        def blank(found: re.Match[str]) -> str:
            known = normalizeReference(passage.whole(found["name"])) in self.references
            return found["before"] + "\n" * found[0].count("\n") if known else found[0]

        return DEFINITION.sub(blank, text)

    def written_out(self, text: str, passage: Passage) -> str:
        """Write references out as links with addresses."""

        def write(found: re.Match[str]) -> str:
            label = self.with_inner_references(found["label"], passage)
            name = passage.whole(found["name"] or found["label"])
            known = self.references.get(normalizeReference(name))
            if known is None:
                return found[0].replace(found["label"], label, 1)
            title = known.get("title", "").replace('"', "'")
            behind = f' "{title}"' if title else ""
            return f"{found['image']}[{label}](<{known['href']}>{behind})"

        return REFERENCE.sub(write, text)

    def with_inner_references(self, label: str, passage: Passage) -> str:
        """Write out references within a label, such as a picture that is a link."""
        return self.written_out(label, passage) if "![" in label else label

    def with_pictures_and_links(self, text: str, passage: Passage) -> str:
        """Convert pictures first, because a link's words may be one."""
        text = IMAGE.sub(lambda found: self.image(found, passage), text)
        return LINK.sub(lambda found: self.link(found, passage), text)

    def image(self, found: re.Match[str], passage: Passage) -> str:
        """Return a picture that comes with the lesson, or what is left of it."""
        name = found["angled"] if found["angled"] is not None else found["bare"]
        alt = " ".join(passage.whole(found["label"]).split())
        title = f" {found['title']}" if found["title"] and found["title"][0] != "(" else ""
        number = passage.line(passage.text.find(found[0])) if found[0] in passage.text else 0
        written = self.pictures.written(self.page, name, alt, title, number)
        return passage.keep(written + "\n" * (found[0].count("\n") if not title else 0))

    def link(self, found: re.Match[str], passage: Passage) -> str:
        """Return a link that leads to a lesson or another site, or its words."""
        href = found["angled"] if found["angled"] is not None else found["bare"]
        label = found["label"]
        inner = LINK.sub(lambda each: self.link(each, passage), label) if "](" in label else label
        goal = self.addresses.goal(self.page, href)
        if goal.kind:
            start = (
                passage.text.find(f"]({found['bare'] or ''}") if found["bare"] else found.start()
            )
            note = self.course.report.lost if goal.is_lost else self.course.report.changed
            at = passage.line(max(0, min(start, len(passage.text))))
            note(
                goal.kind, self.page.path, at, href.partition(":")[2] if "course-" in href else href
            )
        words = without_links(inner, passage) or goal.title
        if not goal.href:
            return inner or goal.title
        title = f" {found['title']}" if found["title"] and found["title"][0] != "(" else ""
        address = f"<{goal.href}>" if re.search(r"[()\s]", goal.href) else goal.href
        return f"[{words}]({address}{title})"

    def safe_autolinks(self, text: str, passage: Passage) -> str:
        """Show addresses in angle brackets that lessons don't take as code."""

        def safe(found: re.Match[str]) -> str:
            if found["scheme"].lower() in ("http", "https", "mailto"):
                return found[0]
            return passage.keep(f"`{found['scheme']}:{found['rest']}`")

        return AUTOLINK.sub(safe, text)


def without_links(label: str, passage: Passage) -> str:
    """Return a link's words; a picture of another site within them became a link, and is one's."""
    whole = passage.whole(label)
    plain = LINK.sub(lambda found: str(found["label"]), whole) if "](" in whole else whole
    return label if plain == whole else passage.keep(plain)
