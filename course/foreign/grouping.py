"""Chapters from a table of contents of any depth: a quest has chapters, and these have lessons."""

from course.foreign.pages import Entry

FULL = 12  # pages of a chapter whose own groups become chapters


def chapters_of(entries: list[Entry], introduction: str) -> list[tuple[str, list[Entry]]]:
    """Return (title, pages) of each chapter, in order.

    An entry with others below it is a chapter. Pages that stand alone form chapters of their own:
    those before the first chapter are the introduction, others are named after their first page.
    """
    found: list[tuple[str, list[Entry]]] = []
    alone: list[Entry] = []
    for entry in entries:
        if not entry.children:
            alone.append(entry)
            continue
        found += introduced(alone, introduction if not found else "")
        alone = []
        found += split(entry, introduction if not found else "")
    found += introduced(alone, "")
    return [(title, pages) for title, pages in found if pages]


def introduced(pages: list[Entry], title: str) -> list[tuple[str, list[Entry]]]:
    """Return pages that stand alone as one chapter; "" names it after its first page."""
    return [(title if len(pages) > 1 else "", pages)] if pages else []


def split(entry: Entry, introduction: str) -> list[tuple[str, list[Entry]]]:
    """Return an entry as a chapter, or as several when it is a part of the book."""
    if not entry.title and not entry.path:
        return chapters_of(entry.children, introduction)
    groups = [child for child in entry.children if child.children]
    if groups and (len(groups) == len(entry.children) or len(entry.paths()) > FULL):
        own = [Entry(entry.title, entry.path)] if entry.path else []
        own += [child for child in entry.children if not child.children]
        return [(entry.title, own), *(row for group in groups for row in split(group, ""))]
    return [(entry.title, leaves(entry))]


def leaves(entry: Entry) -> list[Entry]:
    """Return the pages of an entry and of all below it, in order."""
    own = [Entry(entry.title, entry.path)] if entry.path else []
    return own + [leaf for child in entry.children for leaf in leaves(child)]
