"""Questions to begin with: one of each kind, valid as it stands, for the editor's list."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from course.content.yamls import dump

# The editor's script puts a free name, and that of a sample, in their places.
NAME, SAMPLE = "NAME", "SAMPLE"
LABELS = {
    "choice": gettext_lazy("one right choice"),
    "multiple": gettext_lazy("several right choices"),
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a word"),
    "order": gettext_lazy("lines in order"),
    "output": gettext_lazy("what a sample prints"),
}
# What else may be written; the form stores values, so comments are gone once it is saved.
COMMENTS = {
    "choice": gettext_lazy("2 to 8 choices; the answer is the letter of the right one"),
    "multiple": gettext_lazy("2 to 8 choices; the answer has the letters of all right ones"),
    "number": gettext_lazy("a number as near as the tolerance is right; 1e-3 and 0,5 are read"),
    "text": gettext_lazy("other words that are right: accept: [one, another]"),
    "order": gettext_lazy("2 to 10 lines in the right order; the page shuffles them"),
    "output": gettext_lazy("lines: 1-2 are some lines; without it all that the sample prints"),
}


def parts_of(kind: str) -> dict[str, Any]:
    """Return what a question of this kind has besides prompt and why, in the active language."""
    choices = [_("First choice"), _("Second choice")]
    found: dict[str, dict[str, Any]] = {
        "choice": {"choices": choices, "answer": "a"},
        "multiple": {"choices": [*choices, _("Third choice")], "answer": ["a", "b"]},
        "number": {"answer": 1, "tolerance": 0.01},
        "text": {"answer": _("word")},
        "order": {"choices": ["x = 1", "print(x)"]},
        "output": {"sample": SAMPLE, "lines": 1},
    }
    return found[kind]


def skeletons(language: str) -> list[dict[str, Any]]:
    """Return kind, label and YAML of a question of each kind, written in `language`."""
    found = []
    for kind, label in LABELS.items():
        with override(language):
            question = {"id": NAME, "kind": kind, "prompt": _("What is asked?"), **parts_of(kind)}
            question["why"] = _("Why that is right.")
            told = [COMMENTS[kind], _("prompt, choices and why are Markdown; hint: may be added")]
            comments = "".join(f"# {each}\n" for each in told)
        found.append({"kind": kind, "label": label, "yaml": comments + dump([question])})
    return found
