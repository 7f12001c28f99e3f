"""Edits on the site since the last import of a folder, and how to resolve them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from course.folders.canonical import Files, digest, own_files, walk
from course.folders.nodes import Node
from course.folders.tree import quest_node
from course.models import Chapter, Lesson, Quest

EVERYTHING = "*"
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".svg")
MODELS = {"quest": Quest, "chapter": Chapter, "lesson": Lesson}


@dataclass(frozen=True)
class Conflict:
    """A quest, chapter or lesson that differs; `diff` goes from the site to the folder."""

    kind: str
    uid: str
    diff: str

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}: edited on the site since its last import\n{self.diff}"


class ImportConflict(Exception):
    """The folder would overwrite edits made on the site; nothing was written."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__("\n".join(map(str, conflicts)))


@dataclass(frozen=True)
class Choice:
    """Which side wins, by uid of a lesson (chapter, quest) or `*` for all others."""

    ours: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()

    def of(self, uid: str) -> str:
        """Return "ours", "theirs", or "" if not decided; a named uid takes precedence over `*`."""
        for wanted in (uid, EVERYTHING):
            if wanted in self.ours:
                return "ours"
            if wanted in self.theirs:
                return "theirs"
        return ""


def kept_uids(folder: Node, choice: Choice) -> frozenset[str]:
    """Return the uids that keep the site's text. Raises ImportConflict if undecided."""
    kept, open_conflicts = set(), []
    for conflict in find_conflicts(folder):
        chosen = choice.of(conflict.uid)
        if chosen == "ours":
            kept.add(conflict.uid)
        elif not chosen:
            open_conflicts.append(conflict)
    if open_conflicts:
        raise ImportConflict(open_conflicts)
    return frozenset(kept)


def find_conflicts(folder: Node) -> Iterator[Conflict]:
    """Return everything edited on the site since its last import that differs."""
    quest = Quest.objects.select_for_update().filter(uid=folder.uid).first()
    if quest is None:
        return
    here = {node.uid: own_files(node, parent) for node, parent in walk(quest_node(quest))}
    imported = imported_hashes(quest)
    for node, parent in walk(folder):
        site = here.get(node.uid)
        there = own_files(node, parent)
        if site is None or site == there or digest(site) == imported.get(node.uid):
            continue
        yield Conflict(node.kind, node.uid, diff_of(site, there))


def imported_hashes(quest: Quest) -> dict[str, str]:
    """Return the hash of each part at its last import; three queries."""
    found = {quest.uid: quest.imported_hash}
    for rows in (quest.chapters.all(), quest.lessons.all()):
        found |= dict(rows.values_list("uid", "imported_hash"))
    return found


def diff_of(here: Files, there: Files) -> str:
    """Return a unified diff of the files that differ; pictures are only named."""
    parts: list[str] = []
    for name in sorted(here.keys() | there.keys()):
        before, after = here.get(name, b""), there.get(name, b"")
        if before != after:
            parts += file_diff(name, before, after)
    return "\n".join(parts)


def file_diff(name: str, before: bytes, after: bytes) -> Iterable[str]:
    """Return the lines of one file's diff."""
    if name.endswith(PICTURES):
        return [f"site/{name} and folder/{name} are different pictures"]
    here, there = (data.decode(errors="replace").splitlines() for data in (before, after))
    return unified_diff(here, there, f"site/{name}", f"folder/{name}", lineterm="")


def remember_imported(quest: Quest, kept: frozenset[str]) -> None:
    """Record the site's current state as imported, except what was kept."""
    changed: dict[str, list[Any]] = {kind: [] for kind in MODELS}
    parts: list[Any] = [quest, *quest.chapters.all(), *quest.lessons.only("uid", "imported_hash")]
    rows = {row.uid: row for row in parts}
    for node, parent in walk(quest_node(quest)):
        row, now = rows[node.uid], digest(own_files(node, parent))
        if node.uid not in kept and row.imported_hash != now:
            row.imported_hash = now
            changed[node.kind].append(row)
    for kind, model in MODELS.items():
        model._default_manager.bulk_update(changed[kind], ["imported_hash"], batch_size=200)
