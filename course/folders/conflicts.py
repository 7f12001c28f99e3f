"""Edits on the site since the last import of a folder, and how to resolve them."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from course.folders.canonical import Files, digest, own_contents, walk, written
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


@dataclass(frozen=True)
class Comparison:
    """What differs between the site and the folder, found under the quest's lock.

    `same` has the hash of each part whose files, number's width included, are the folder's.
    """

    conflicts: list[Conflict]
    same: dict[str, str]


def kept_uids(found: list[Conflict], choice: Choice) -> frozenset[str]:
    """Return the uids that keep the site's text. Raises ImportConflict if undecided."""
    kept, open_conflicts = set(), []
    for conflict in found:
        chosen = choice.of(conflict.uid)
        if chosen == "ours":
            kept.add(conflict.uid)
        elif not chosen:
            open_conflicts.append(conflict)
    if open_conflicts:
        raise ImportConflict(open_conflicts)
    return frozenset(kept)


def compare(folder: Node) -> Comparison:
    """Return everything edited on the site since its last import that differs, and what is same."""
    found = Comparison([], {})
    quest = Quest.objects.select_for_update().filter(uid=folder.uid).first()
    if quest is None:
        return found
    here = {node.uid: (node, parent) for node, parent in walk(quest_node(quest))}
    imported = imported_hashes(quest)
    for node, parent in walk(folder):
        if node.uid not in here:
            continue
        own, there = own_contents(*here[node.uid]), own_contents(node, parent)
        site = written(own)
        now = digest(site)
        if own == there or site == written(there):
            if here[node.uid][0].width == node.width:
                found.same[node.uid] = now
        elif now != imported.get(node.uid):
            found.conflicts.append(Conflict(node.kind, node.uid, diff_of(site, written(there))))
    return found


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


def remember_imported(quest: Quest, kept: frozenset[str], same: dict[str, str]) -> None:
    """Record the site's current state as imported, except what was kept.

    `same` has the hash of each part that the import left as it was.
    """
    changed: dict[str, list[Any]] = {kind: [] for kind in MODELS}
    lessons = quest.lessons.only("uid", "quest", "imported_hash")  # "quest": which it is set to
    parts: list[Any] = [quest, *quest.chapters.all(), *lessons]
    rows = {row.uid: row for row in parts}
    others = [uid for uid in rows.keys() - same.keys() if uid not in kept]
    hashes = dict(same)
    for node, parent in walk(quest_node(quest, others)):
        if node.uid not in same:
            hashes[node.uid] = digest(written(own_contents(node, parent)))
    for uid, now in hashes.items():
        row = rows[uid]
        if uid not in kept and row.imported_hash != now:
            row.imported_hash = now
            changed[row._meta.model_name or ""].append(row)
    for kind, model in MODELS.items():
        model._default_manager.bulk_update(changed[kind], ["imported_hash"], batch_size=200)
