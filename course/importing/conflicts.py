"""What was edited on the site since the folder was last imported, and what to do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from course.exporting.files import Files, digest, own_files, walk
from course.exporting.tree import quest_node
from course.importing.nodes import Node
from course.models import Chapter, Lesson, Quest

EVERYTHING = "*"
MODELS = {"quest": Quest, "chapter": Chapter, "lesson": Lesson}


@dataclass(frozen=True)
class Conflict:
    """A quest, chapter or lesson that differs; `diff` goes from the site's to the folder's."""

    kind: str
    uid: str
    diff: str

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}: edited on the site since its last import\n{self.diff}"


class ImportConflict(Exception):
    """Somebody edited on the site what the folder would overwrite; nothing was written."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__("\n".join(map(str, conflicts)))


@dataclass(frozen=True)
class Choice:
    """Whose text wins, by uid of a lesson (chapter, quest) or `*` for all that are not named."""

    ours: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()

    def of(self, uid: str) -> str:
        """ "ours", "theirs", or "" when nobody chose; a named uid beats `*`."""
        for wanted in (uid, EVERYTHING):
            if wanted in self.ours:
                return "ours"
            if wanted in self.theirs:
                return "theirs"
        return ""


def kept_uids(folder: Node, choice: Choice) -> frozenset[str]:
    """The uids that stay as the site has them; raises ImportConflict when a choice is missing."""
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
    """Everything that was edited on the site since its last import and differs in the folder."""
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
    """What each part of the quest was when it was last imported; three queries."""
    found = {quest.uid: quest.imported_hash}
    for rows in (quest.chapters.all(), quest.lessons.all()):
        found |= dict(rows.values_list("uid", "imported_hash"))
    return found


def diff_of(here: Files, there: Files) -> str:
    """A unified diff of the files that differ; pictures are only named."""
    parts: list[str] = []
    for name in sorted(here.keys() | there.keys()):
        before, after = here.get(name, b""), there.get(name, b"")
        if before != after:
            parts += file_diff(name, before, after)
    return "\n".join(parts)


def file_diff(name: str, before: bytes, after: bytes) -> Iterable[str]:
    """The lines of one file's diff."""
    if name.startswith("images/"):
        return [f"site/{name} and folder/{name} are different pictures"]
    here, there = (data.decode(errors="replace").splitlines() for data in (before, after))
    return unified_diff(here, there, f"site/{name}", f"folder/{name}", lineterm="")


def remember_imported(quest: Quest, kept: frozenset[str]) -> None:
    """Note what the site has now as the state of the last import, but for what was kept."""
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
