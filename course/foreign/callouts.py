"""Boxes of other makes as our callouts, and what folds as `<details>`."""

from course.foreign.pages import Line, Lines, indented, stripped

# Kinds of other makes -> ours; a kind that is not here is a note.
LOOKS = {
    **dict.fromkeys(("tip", "hint", "success", "check", "done", "solution", "answer"), "tip"),
    **dict.fromkeys(("warning", "attention", "warn", "question", "todo"), "warning"),
    **dict.fromkeys(("danger", "error", "failure", "fail", "bug", "caution"), "danger"),
}
OWN_TITLE = {"note", "tip", "important", "warning", "caution", "danger"}
NOT_SHOWN = {"admonition", "callout", "alert", "notice", "note"}
KINDS = {
    *LOOKS,
    *OWN_TITLE,
    *NOT_SHOWN,
    *("info", "abstract", "summary", "tldr", "example", "seealso", "see-also", "quote", "cite"),
    *("help", "faq", "missing", "secondary", "primary", "definition", "exercise", "remark"),
}
KOREAN = {
    "info": "정보",
    "example": "예",
    "exercise": "연습 문제",
    "solution": "풀이",
    "theorem": "정리",
    "definition": "정의",
    "proof": "증명",
    "lemma": "보조정리",
    "corollary": "따름정리",
    "proposition": "명제",
    "remark": "참고",
    "algorithm": "알고리즘",
    "hint": "도움말",
    "question": "질문",
    "summary": "요약",
    "seealso": "함께 보기",
}


def name_of(kind: str, language: str) -> str:
    """Return what a kind of box is called on the page."""
    english = {"seealso": "See also", "tldr": "In short", "faq": "Questions"}.get(kind)
    spaced = kind.replace("-", " ").replace("_", " ")
    own = KOREAN.get(kind) if language == "ko" else None
    return own or english or spaced[:1].upper() + spaced[1:]


def callout(kind: str, title: str, body: Lines, number: int, language: str = "en") -> Lines:
    """Return a box with a title; "" gives it the title of its kind."""
    kind = kind.lower()
    look = LOOKS.get(kind, "note")
    if not title and kind not in OWN_TITLE | NOT_SHOWN:
        title = name_of(kind, language)
    if kind in ("important", "caution") and not title:
        look = kind
    opening = f'!!! {look} "{title}"' if title else f"!!! {look}"
    inner = stripped(body) or [Line("\u00a0", number)]
    return [
        Line("", number),
        Line(opening, number),
        *indented(inner, "    "),
        Line("", inner[-1].number),
    ]


def details(title: str, body: Lines, number: int, *, is_open: bool = False) -> Lines:
    """Return what readers unfold."""
    inner = stripped(body)
    last = inner[-1].number if inner else number
    return [
        Line("", number),
        Line("<details open>" if is_open else "<details>", number),
        Line(f"<summary>{title}</summary>", number),
        Line("", number),
        *inner,
        Line("", last),
        Line("</details>", last),
        Line("", last),
    ]


def quote(body: Lines) -> Lines:
    """Return the lines as a block quote."""
    return [Line(f"> {text}".rstrip(), number) for text, number in stripped(body)]


def code(language: str, body: Lines, number: int) -> Lines:
    """Return the lines as a code block."""
    marks = "```"
    while any(marks in line.text for line in body):
        marks += "`"
    last = body[-1].number if body else number
    return [
        Line("", number),
        Line(f"{marks}{language}", number),
        *body,
        Line(marks, last),
        Line("", last),
    ]
