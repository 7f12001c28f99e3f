"""Check prerequisites (`needs`) and links to later lessons."""

from course.folders.files import Folder
from course.folders.nodes import Node, Text


def check_needs(folder: Folder, quest: Node, known: object) -> None:
    """Record prerequisites that don't exist, and cycles."""
    lessons = {lesson.uid: lesson for chapter in quest.children for lesson in chapter.children}
    needs = {uid: list(lesson.meta["needs"]) for uid, lesson in lessons.items()}
    for uid, lesson in lessons.items():
        source = next(iter(lesson.texts.values())).source
        for place, needed in enumerate(needs[uid]):
            line = source.line_of("needs", place)
            if needed not in known:  # type: ignore[operator]
                folder.problem(source.path, line, f"'needs': there is no lesson '{needed}'")
            elif leads_to(needs, needed, uid):
                message = f"'needs': '{needed}' needs this lesson itself"
                folder.problem(source.path, line, message)


def leads_to(needs: dict[str, list[str]], start: str, goal: str) -> bool:
    """Return whether a lesson requires another, directly or indirectly."""
    seen, ahead = set(), [start]
    while ahead:
        uid = ahead.pop()
        if uid == goal:
            return True
        if uid not in seen:
            seen.add(uid)
            ahead += needs.get(uid, [])
    return False


def check_order(folder: Folder, quest: Node) -> None:
    """Warn about links to later lessons that are no prerequisites.

    A lesson's last section may point on to what comes.
    """
    lessons = [lesson for chapter in quest.children for lesson in chapter.children]
    lessons.sort(key=lambda lesson: order_of(quest)[lesson.uid])
    places = {lesson.uid: place for place, lesson in enumerate(lessons)}
    named = {uid for lesson in lessons for uid in lesson.meta["needs"]}
    for place, lesson in enumerate(lessons):
        for text in lesson.texts.values():
            for uid in text.recipe.get("body_links", ()):
                line = line_of_link(text.source.body, uid)
                if places.get(uid, -1) > place and uid not in named and not is_last(text, line):
                    message = f"links to '{uid}', which is taught later and in nobody's 'needs'"
                    folder.warn(text.source.path, line + text.source.body_line - 1, message)


def is_last(text: Text, line: int) -> bool:
    """Return whether a line of a text's body stands below its last heading."""
    lines = text.source.body.split("\n")
    headings = [number for number, each in enumerate(lines, 1) if each.startswith("## ")]
    return bool(headings) and line > headings[-1]


def order_of(quest: Node) -> dict[str, tuple[int, int]]:
    """Return each lesson's position: chapter, then number."""
    return {
        lesson.uid: (chapter.position, lesson.position)
        for chapter in quest.children
        for lesson in chapter.children
    }


def line_of_link(body: str, uid: str) -> int:
    """Return the line of the first link to a lesson."""
    lines = body.split("\n")
    return next((n for n, line in enumerate(lines, 1) if f"lesson:{uid})" in line), 1)
