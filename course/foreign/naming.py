"""Uids and slugs: taken from the mapping, else proposed from titles and file names."""

import re
from unicodedata import normalize

from course.folders.reading import RESERVED
from course.foreign.mapping import Mapping
from course.foreign.pages import Course, Page
from course.foreign.plain import DATED, FIRST, NUMBER

MAX_SLUG, MAX_UID = 64, 64
CHAPTER_NUMBER = re.compile(
    r"^(?:ch(?:apter)?|part|lec(?:ture)?|unit|week|appendix)?[-_ ]?\d+(?:[-_.]\d+)*[-_ ]+"
)


def slug_of(text: str, limit: int = MAX_SLUG) -> str:
    """Return a text as a slug; "" when nothing of it is Latin."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    return (
        slug[:limit].strip("-")
        if len(slug) <= limit
        else slug[:limit].rpartition("-")[0] or slug[:limit]
    )


def page_slug(page: Page) -> str:
    """Return a slug from a file's name, or from its folder's or title's where that says nothing."""
    folder, _, name = page.path.rpartition("/")
    stem = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "-", name.rpartition(".")[0])
    bare = CHAPTER_NUMBER.sub("", DATED.sub("", stem.lower()))
    bare = NUMBER.sub("", bare) or stem
    if stem.lower() in FIRST and stem.lower() not in ("intro", "introduction"):
        bare = NUMBER.sub("", folder.rpartition("/")[2]) or page.title or stem
    return slug_of(bare, 50) or slug_of(page.title, 50) or "lesson"


def name_everything(course: Course, mapping: Mapping) -> None:
    """Give the quest, its chapters and its lessons uids and slugs, and note them in the mapping."""
    quest = mapping.quest
    course.slug = str(quest.setdefault("slug", course.slug or quest_slug(course.title)))
    course.uid = str(quest.setdefault("uid", at_least_three(course.slug)))
    uids = {course.uid, *(str(row.get("uid")) for row in mapping.lessons.values())}
    uids |= {str(row.get("uid")) for row in mapping.chapters.values()}
    slugs = {str(row.get("slug")) for row in mapping.lessons.values()} | RESERVED
    chapter_slugs = {str(row.get("slug")) for row in mapping.chapters.values()}
    for group in course.groups:
        name = (
            f"{group.title} ({group.pages[0].path})"
            if repeated(course, group.title)
            else group.title
        )
        row = mapping.chapters.setdefault(name, {})
        slug = slug_of(group.title, 50) or page_slug(group.pages[0])
        group.slug = str(row.setdefault("slug", free(slug, chapter_slugs)))
        group.uid = str(row.setdefault("uid", free(uid_of(course, f"ch-{group.slug}"), uids)))
        chapter_slugs.add(group.slug)
        uids.add(group.uid)
    for page in course.pages:
        row = mapping.lessons.setdefault(page.path, {})
        page.slug = str(row.setdefault("slug", free(page_slug(page), slugs)))
        page.uid = str(row.setdefault("uid", free(uid_of(course, page.slug), uids)))
        slugs.add(page.slug)
        uids.add(page.uid)


def quest_slug(title: str) -> str:
    """Return a course's slug, without an article at its beginning."""
    slug = slug_of(title, 40)
    return re.sub(r"^(?:the|an?)-(?=.)", "", slug) or "course"


def repeated(course: Course, title: str) -> bool:
    """Return whether several chapters have this title."""
    return sum(group.title == title for group in course.groups) > 1


def uid_of(course: Course, slug: str) -> str:
    """Return a uid that begins with the quest's."""
    return f"{course.uid[:30].strip('-')}-{slug}"[: MAX_UID - 4].strip("-")


def at_least_three(slug: str) -> str:
    """Return a slug that is long enough for a uid."""
    return slug if len(slug) >= 3 else f"{slug}-quest"


def free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken, with a number if need be."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
