"""Where a link of a foreign course leads: to one of its pages, to a file, or out of it."""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

from course.foreign.headings import key
from course.foreign.includes import normal
from course.foreign.pages import Course, Page
from course.foreign.plain import DATED, NUMBER, PAGES
from course.foreign.roles import NAME, PAGE
from markup.policy import SAFE_URL

INDEXES = ("index", "README", "_index", "readme")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass
class Goal:
    """What a link becomes: an address, or none and why. `title` is that of the page it leads to."""

    href: str = ""
    kind: str = ""  # of what is reported; "" when there is nothing to say
    is_lost: bool = False
    title: str = ""


@dataclass
class Addresses:
    """Finds pages by all the ways in which links of other makes name them."""

    course: Course
    by_path: dict[str, Page] = field(default_factory=dict)
    by_route: dict[str, Page] = field(default_factory=dict)
    by_name: dict[str, tuple[Page, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for page in self.course.pages:
            self.by_path[page.path] = page
            for name in routes_of(self.course, page):
                self.by_route.setdefault(name, page)
            for name, heading in page.anchors.items():
                self.by_name.setdefault(name, (page, heading))
            for name in page.numbers:
                self.by_name.setdefault(key(name), (page, ""))

    @property
    def is_myst(self) -> bool:
        """Whether links may name a label instead of a file."""
        return self.course.make in ("Jupyter Book", "MyST")

    def goal(self, page: Page, href: str) -> Goal:
        """Return what a link on a page becomes."""
        href = href.strip()
        if href.startswith((PAGE, NAME)):
            return self.role(page, href)
        if not href:
            return Goal(kind="a link without an address", is_lost=True)
        if href.startswith("#"):
            return self.on_page(page, page, href[1:])
        if self.is_myst and ("/" not in href and key(href) in self.by_name):
            return self.role(page, f"{NAME}{href}")
        if href.startswith("//"):
            href = f"https:{href}"
        if SCHEME.match(href):
            return self.elsewhere(href)
        path, _, fragment = href.partition("#")
        path = unquote(path.partition("?")[0])
        found = self.find(page, path)
        if found:
            return self.on_page(page, found, fragment)
        return self.outside(page, href, path)

    def role(self, page: Page, href: str) -> Goal:
        """Return what `{doc}` and `{ref}` name."""
        kind, _, target = href.partition(":")
        if f"{kind}:" == PAGE and ":" not in target:
            found = self.find(page, target)
            if found:
                return Goal(f"lesson:{found.uid}", title=found.title)
        named = self.by_name.get(key(target))
        if named:
            goal = self.on_page(page, named[0], named[1])
            return Goal(goal.href, goal.kind, goal.is_lost, self.words(page, target, named))
        return Goal(kind="a reference to what is not in the course", is_lost=True, title=target)

    def words(self, page: Page, target: str, named: tuple[Page, str]) -> str:
        """Return the words of a reference without words: a figure's number, or the page's title."""
        number = named[0].numbers.get(target)
        if number:
            return number
        return named[0].title if named[0] is not page else (named[1] or target).replace("-", " ")

    def on_page(self, page: Page, found: Page, fragment: str) -> Goal:
        """Return the address of a page, or of a heading on it."""
        own = found is page
        heading = found.anchors.get(key(fragment)) if fragment else ""
        if own:
            if heading:
                return Goal(f"#{heading}")
            # A link to the page's own title leads nowhere: the title is not in the text.
            kind = "a link to no heading of its page" if heading is None else ""
            return Goal(kind=kind, is_lost=True)
        if heading:
            return Goal(f"lesson:{found.uid}#h-{quote(heading)}", title=found.title)
        kind = "a link to no heading of another page, now to the page" if heading is None else ""
        return Goal(f"lesson:{found.uid}", kind, title=found.title)

    def elsewhere(self, href: str) -> Goal:
        """Return an absolute address, or the lesson that stands for it."""
        address = self.course.address.rstrip("/")
        if address and href.startswith(f"{address}/"):
            rest, _, fragment = href[len(address) + 1 :].partition("#")
            found = self.by_route.get(route(rest)) if rest else None
            if found:
                heading = found.anchors.get(key(fragment), "")
                return Goal(f"lesson:{found.uid}" + (f"#h-{quote(heading)}" if heading else ""))
        safe = re.sub(r"[\s\\]", lambda sign: quote(sign[0]), href)
        if SAFE_URL.fullmatch(safe):
            return Goal(safe)
        return Goal(kind="a link with an address that lessons don't take", is_lost=True)

    def find(self, page: Page, path: str) -> Page | None:
        """Return the page that a relative or absolute path names."""
        course = self.course
        for base in self.bases(page, path):
            candidate = normal(f"{base}/{path}")
            stem = re.sub(r"\.(?:html?|mdx?|ipynb|markdown)$", "", candidate)
            names = [candidate, *(f"{stem}{suffix}" for suffix in PAGES)]
            names += [f"{stem}/{name}{suffix}" for name in INDEXES for suffix in PAGES]
            found = next((self.by_path[name] for name in names if name in self.by_path), None)
            if found:
                return found
            inner = candidate.removeprefix(f"{course.content}/") if course.content else candidate
            if route(inner) and route(inner) in self.by_route:
                return self.by_route[route(inner)]
        return None

    def bases(self, page: Page, path: str) -> list[str]:
        """Return the folders from which a path may be meant."""
        course = self.course
        here = str(PurePosixPath(page.path).parent)
        if path.startswith("/"):
            return [course.content, "", *course.statics]
        as_folder = page.path.rpartition(".")[0]
        return [here, as_folder, course.content] if course.make != "mdBook" else [here]

    def outside(self, page: Page, href: str, path: str) -> Goal:
        """Return where a link leads that names no page: to the published course, or nowhere."""
        files = [normal(f"{base}/{path}") for base in self.bases(page, path)]
        is_file = any(file and self.course.inside(self.course.root / file) for file in files)
        kind = "a link to a file that is no lesson" if is_file else "a link out of the course"
        if not self.course.address:
            return Goal(kind=kind, is_lost=True)
        inner = page.path.removeprefix(f"{self.course.content}/")
        base = urljoin(f"{self.course.address.rstrip('/')}/", quote(inner))
        target = urljoin(base, re.sub(r"\s", "%20", href))
        if urlsplit(target).scheme in ("http", "https") and SAFE_URL.fullmatch(target):
            return Goal(target, f"{kind}, now to its site")
        return Goal(kind=kind, is_lost=True)


def route(path: str) -> str:
    """Return a path as the addresses of a site have it: without numbers, dates and endings."""
    path = re.sub(r"\.(?:html?|mdx?|ipynb|markdown)$", "", path.strip("/"))
    parts = [DATED.sub("", NUMBER.sub("", part)) or part for part in path.split("/") if part]
    if parts and parts[-1] in INDEXES:
        parts.pop()
    return "/".join(part.lstrip("_") for part in parts).lower()


def routes_of(course: Course, page: Page) -> list[str]:
    """Return every route by which links may name a page."""
    inner = page.path.removeprefix(f"{course.content}/") if course.content else page.path
    folder = str(PurePosixPath(inner).parent)
    found = [route(inner)]
    for name in ("slug", "permalink", "url", "id"):
        value = page.meta.get(name)
        if isinstance(value, str) and value.strip("/"):
            found.append(route(value))
            found.append(route(f"{folder}/{value}"))
    found += [route(value) for value in page.meta.get("aliases") or [] if isinstance(value, str)]
    return [name for name in found if name]
