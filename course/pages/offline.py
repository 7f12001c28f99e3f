"""What a browser needs to store a quest, or the offline page, for offline use."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Sum
from django.db.models.functions import Length
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from course.content.outlines import lessons_of
from course.models import LessonText, QuestText, Runs
from runner.pyodide import FILES, URL, VERSION

# Everything that a reading page loads; the browser test of the offline journey notices a gap.
STATIC_FOLDERS = ("css", "js", "img")
# The server writes something in front of them.
WORKERS = ("js/sw.js", "js/python-worker.js")
# What the offline page itself needs.
SHELL = (
    "css/site.css",
    "css/course.css",
    "css/gamification.css",
    "js/theme.js",
    "js/site.js",
    "js/language.js",
    "js/dom.js",
    "js/offline.js",
    "img/icons.svg",
    "img/icon.svg",
)
# A page around its text: head, header, bar, outline, footer.
PAGE_SHELL_BYTES = 16_000


@dataclass(frozen=True)
class Kept:
    """The offline copy of a quest: URLs to fetch, their approximate size, and a version.

    `names` are its title and page by language.
    """

    version: str
    names: dict[str, dict[str, str]]
    pages: list[str]
    files: list[str]
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return vars(self)


def static_names() -> list[str]:
    """Return the site's own static files that reading pages may load."""
    found: set[str] = set()
    for folder in STATIC_FOLDERS:
        for finder in finders.get_finders():
            names = (name for name, _storage in finder.list(["admin", "*.py"]))
            found |= {name for name in names if name.startswith(f"{folder}/")}
    return sorted(found - set(WORKERS))


def reading_files() -> list[str]:
    """Return URLs of the static files of reading pages; constant within a release."""
    return find_reading_files() if settings.DEBUG else list(known_reading_files())


def find_reading_files() -> list[str]:
    """Return the same by searching the folders."""
    private = ("authoring", "admin", "accounts")
    return [
        static(name)
        for name in static_names()
        if not any(part in name for part in private) and "share" not in name
    ]


@cache
def known_reading_files() -> tuple[str, ...]:
    """Return the same, computed once per process."""
    return tuple(find_reading_files())


def release() -> str:
    """Return an id of the running code; it changes with any static file."""
    manifest = getattr(staticfiles_storage, "manifest_hash", "")
    if manifest:
        return str(manifest)
    total = sha256()
    for name in static_names():
        path = finders.find(name)
        total.update(name.encode() + Path(str(path)).read_bytes())
    return total.hexdigest()[:12]


def keep(text: QuestText) -> Kept:
    """Return everything to fetch for a quest, in the text's language and all that it is written in.

    Two queries.
    """
    texts = {text.language: text} | {
        row.language: row for row in QuestText.objects.filter(quest=text.quest).order_by("pk")
    }
    names, pages, uids = {}, [], set()
    for language in dict.fromkeys([get_language() or text.language, *texts]):
        own = texts.get(language, text)
        found = pages_in(language, own)
        names[language] = {"title": own.title, "page": found[0]}
        pages += found
        uids |= {each["uid"] for each in lessons_of(own.outline)}
    weight = LessonText.objects.filter(lesson__uid__in=uids, language__in=texts).aggregate(
        total=Sum(Length("body_html")), revisions=Sum("revision")
    )
    total = (weight["total"] or 0) + PAGE_SHELL_BYTES * len(pages)
    seed = f"{release()}:{weight}:{pages}"
    version = sha256(seed.encode()).hexdigest()[:16]
    return Kept(version, names, pages, reading_files() + python_files(text), total)


def pages_in(language: str, text: QuestText) -> list[str]:
    """Return the URLs of a quest's pages in one language, its own first."""
    slug = text.quest.slug
    with override(language):
        lessons = (reverse("lesson", args=[slug, row["slug"]]) for row in lessons_of(text.outline))
        others = (reverse("notes"), reverse("review"), reverse("quest-cards", args=[slug]))
        return [reverse("quest", args=[slug]), *lessons, *others]


def python_files(text: QuestText) -> list[str]:
    """Return the URLs of what runs the quest's code in the browser."""
    if text.quest.runs != Runs.BROWSER or not settings.PYODIDE_INSTALLED:
        return []
    return [reverse("python-worker"), *(f"{URL}{name}" for name in FILES)]


def worker_source() -> str:
    """Return the service worker with this release's id and files."""
    files = [static(name) for name in SHELL]
    shell, words = [], {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            shell.append(reverse("offline"))
            words[language] = _("Offline copy of DATE")
    python = {"cache": f"python-{VERSION}", "files": URL, "worker": reverse("python-worker")}
    shell += files
    head = json.dumps({"id": release(), "shell": shell, "words": words, "python": python})
    return f"const RELEASE = {head};\n{static_text('js/sw.js')}"


def static_text(name: str) -> str:
    """Return the text of one of the site's own static files."""
    path = finders.find(name) or settings.STATIC_ROOT / name
    return Path(str(path)).read_text()
