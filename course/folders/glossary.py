"""The glossary of a quest: `glossary.<language>.yaml` beside `quest.<language>.md`."""

import re
from typing import Any

import yaml

from course.folders.files import Folder, child
from course.folders.nodes import Node, TermNode
from course.folders.schema import UID, text
from course.models import Quest, Term

KEY = re.compile(r"[a-z0-9-]{1,64}")
CHECKS = {"term": text(80, lines=False), "line": text(300, lines=False)}


def file_name(language: str) -> str:
    """Return the file name for a language."""
    return f"glossary.{language}.yaml"


def read_terms(folder: Folder, source_language: str, languages: list[str]) -> list[TermNode]:
    """Return the terms of all languages, in the source's order; records mistakes."""
    found: dict[str, TermNode] = {}
    for language in sorted(languages, key=lambda each: each != source_language):
        file = file_name(language)
        if not (folder.root / file).is_file():
            continue
        is_source = language == source_language
        for key, row, node in rows_in(folder, file):
            line = node.start_mark.line + 1
            if problems := row_problems(key, row, is_source=is_source):
                for where, message in problems:
                    place = child(node, where)
                    at = place.start_mark.line + 1 if place else line
                    folder.problem(file, at, f"'{key}': {message}")
            elif is_source:
                words = {"term": row["term"], "line": row["line"]}
                found[key] = TermNode(key, row.get("lesson", ""), {language: words})
            elif key not in found:
                folder.problem(file, line, f"the source language has no term '{key}'")
            else:
                found[key].texts[language] = dict(row)
    return list(found.values())


def rows_in(folder: Folder, file: str) -> list[tuple[str, Any, yaml.Node]]:
    """Yield (key, value, YAML node of the value) of each term in a file."""
    content = folder.read_text(file)
    if content is None:
        return []
    before = len(folder.problems)
    value, node = folder.load_yaml(content, file)
    if len(folder.problems) > before or value is None:
        return []
    if not isinstance(value, dict):
        folder.problem(file, 1, "must be keys with 'term' and 'line'")
        return []
    return [
        (str(key), row, each)
        for (key, row), (_key, each) in zip(value.items(), node.value, strict=True)
    ]


def row_problems(key: str, row: Any, *, is_source: bool) -> list[tuple[str, str]]:
    """Return (key within the term, message) for each mistake of a term."""
    if not KEY.fullmatch(key):
        return [("", "a key has lower-case letters, digits and hyphens")]
    if not isinstance(row, dict):
        return [("", "must have 'term' and 'line'")]
    found = [(name, f"'{name}' {wrong}") for name, check in CHECKS.items()
             if (wrong := check(row.get(name)))]  # fmt: skip
    for name in row.keys() - CHECKS.keys():
        if name != "lesson":
            found.append((str(name), f"unknown key '{name}'"))
        elif not is_source:
            found.append((name, "'lesson' belongs into the file of the source language only"))
        elif UID(row[name]):
            found.append((name, f"'lesson' {UID(row[name])}"))
    return found


def check_lessons(folder: Folder, quest: Node, known: Any) -> None:
    """Check that the lessons named by terms exist."""
    language = next(iter(quest.texts))
    for term in quest.terms:
        if term.lesson and term.lesson not in known:
            line = line_of(folder, file_name(language), term.key)
            message = f"'{term.key}': there is no lesson '{term.lesson}'"
            folder.problem(file_name(language), line, message)


def line_of(folder: Folder, file: str, key: str) -> int:
    """Return the line of a term."""
    return next((node.start_mark.line + 1 for name, _row, node in rows_in(folder, file)
                 if name == key), 1)  # fmt: skip


def glossary_rows(quest: Node) -> dict[str, dict[str, Any]]:
    """Return what the file of each language that has terms says, by its name."""
    source = next(iter(quest.texts), "")
    languages = {language for term in quest.terms for language in term.texts}
    files = {}
    for language in sorted(languages):
        rows = {
            term.key: {name: term.texts[language][name] for name in CHECKS}
            | ({"lesson": term.lesson} if term.lesson and language == source else {})
            for term in quest.terms
            if language in term.texts
        }
        files[file_name(language)] = rows
    return files


def store_terms(quest: Quest, terms: list[TermNode]) -> None:
    """Store the quest's terms from the folder."""
    rows = [
        Term(quest=quest, position=place, key=each.key, lesson_uid=each.lesson, texts=each.texts)
        for place, each in enumerate(terms)
    ]
    stored = [(row.key, row.lesson_uid, row.texts) for row in quest.terms.all()]
    if stored != [(row.key, row.lesson_uid, row.texts) for row in rows]:
        quest.terms.all().delete()
        Term.objects.bulk_create(rows)


def stored_terms(quest: Quest) -> list[TermNode]:
    """Return the quest's stored terms."""
    return [TermNode(row.key, row.lesson_uid, dict(row.texts)) for row in quest.terms.all()]
