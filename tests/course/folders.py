"""Quest folders for tests."""

from pathlib import Path

import yaml


def front(meta: dict, body: str = "") -> str:
    """A Markdown file with this front matter."""
    header = yaml.safe_dump(meta, allow_unicode=True, sort_keys=False)
    return f"---\n{header}---\n\n{body}\n" if body else f"---\n{header}---\n"


def write(root: Path, name: str, meta: dict, body: str = "") -> Path:
    """Write one file of a quest folder."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(front(meta, body), encoding="utf-8")
    return path


def write_quest(root: Path, *, uid: str = "demo", lessons: int = 2, english: bool = True) -> Path:
    """A quest with one chapter and so many lessons, `<uid>-lesson-1` being the first."""
    write(
        root,
        "quest.ko.md",
        {"uid": uid, "slug": uid, "title": f"퀘스트 {uid}", "summary": "짧은 설명", "emoji": "🌱"},
        "- 첫째\n- 둘째",
    )
    write(root, "01-start/chapter.ko.md", {"uid": f"{uid}-start", "title": "시작"})
    if english:
        write(root, "quest.en.md", {"uid": uid, "title": f"Quest {uid}"}, "- one\n- two")
        write(root, "01-start/chapter.en.md", {"uid": f"{uid}-start", "title": "Start"})
    for number in range(1, lessons + 1):
        write_lesson(root, uid=uid, number=number, english=english)
    return root


def write_lesson(root: Path, *, uid: str = "demo", number: int = 1, english: bool = True, **meta):
    """One lesson of `write_quest`; `meta` adds to the Korean front matter, `body` to its text."""
    body = meta.pop("body", f"## 제목 {number}\n\n본문 {number}")
    stem = f"01-start/{number:02d}-lesson-{number}"
    korean = {"uid": f"{uid}-lesson-{number}", "title": f"레슨 {number}", "minutes": 5} | meta
    write(root, f"{stem}.ko.md", korean, body)
    if english:
        meta = {"uid": f"{uid}-lesson-{number}", "title": f"Lesson {number}"}
        write(root, f"{stem}.en.md", meta, f"## Heading {number}\n\nText {number}")
