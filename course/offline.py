"""What a browser needs to keep a quest, or the offline page, without a network."""

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
from django.utils.translation import override

from course.models import LessonText, QuestText
from course.outlines import lessons_of

# Everything that a reading page loads; the browser test of the offline journey notices a gap.
STATIC_FOLDERS = ("css", "js", "img")
# What the offline page itself needs.
SHELL = (
    "css/site.css",
    "css/course.css",
    "css/gamification.css",
    "js/theme.js",
    "js/site.js",
    "js/dom.js",
    "js/offline.js",
    "img/icons.svg",
    "img/icon.svg",
)
# A page around its text: head, header, bar, outline, footer.
PAGE_SHELL_BYTES = 16_000


@dataclass(frozen=True)
class Kept:
    """What keeping a quest means: addresses to fetch, their rough weight, and a version."""

    version: str
    pages: list[str]
    files: list[str]
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """The fields by name."""
        return vars(self)


def static_names() -> list[str]:
    """The static files of our own that reading pages may load."""
    found: set[str] = set()
    for folder in STATIC_FOLDERS:
        for finder in finders.get_finders():
            names = (name for name, _storage in finder.list(["admin", "*.py"]))
            found |= {name for name in names if name.startswith(f"{folder}/")}
    return sorted(name for name in found if not name.startswith("js/sw.js"))


def reading_files() -> list[str]:
    """Addresses of the static files that reading pages load; a release never changes its own."""
    return find_reading_files() if settings.DEBUG else list(known_reading_files())


def find_reading_files() -> list[str]:
    """The same, by walking through the folders."""
    private = ("authoring", "admin", "accounts")
    return [
        static(name)
        for name in static_names()
        if not any(part in name for part in private) and "share" not in name
    ]


@cache
def known_reading_files() -> tuple[str, ...]:
    """The same, found once in each process."""
    return tuple(find_reading_files())


def release() -> str:
    """A name for the code that is running: it changes with any static file."""
    manifest = getattr(staticfiles_storage, "manifest_hash", "")
    if manifest:
        return str(manifest)
    total = sha256()
    for name in static_names():
        path = finders.find(name)
        total.update(name.encode() + Path(str(path)).read_bytes())
    return total.hexdigest()[:12]


def keep(text: QuestText) -> Kept:
    """Everything to fetch for one quest in the text's language; one query."""
    lessons = lessons_of(text.outline)
    slug = text.quest.slug
    pages = [reverse("quest", args=[slug])]
    pages += [reverse("lesson", args=[slug, each["slug"]]) for each in lessons]
    texts = LessonText.objects.filter(lesson__uid__in=[each["uid"] for each in lessons])
    weight = texts.filter(language=text.language).aggregate(
        total=Sum(Length("body_html")), revisions=Sum("revision")
    )
    total = (weight["total"] or 0) + PAGE_SHELL_BYTES * len(pages)
    seed = f"{release()}:{weight}:{pages}"
    version = sha256(seed.encode()).hexdigest()[:16]
    return Kept(version, pages, reading_files(), total)


def worker_source() -> str:
    """The service worker with this release's name and shell in front."""
    files = [static(name) for name in SHELL]
    with override("ko"):
        korean = reverse("offline")
    with override("en"):
        english = reverse("offline")
    head = json.dumps({"id": release(), "shell": [korean, english, *files]})
    path = finders.find("js/sw.js") or settings.STATIC_ROOT / "js/sw.js"
    return f"const RELEASE = {head};\n{Path(str(path)).read_text()}"
