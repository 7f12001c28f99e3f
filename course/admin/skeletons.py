"""Questions to begin with: one of each kind, valid as it stands, for the editor's list."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from course.content.yamls import dump

NAME = "NAME"  # the editor's script puts a free name in its place
LABELS = {
    "choice": gettext_lazy("one right choice"),
    "multiple": gettext_lazy("several right choices"),
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a word"),
    "order": gettext_lazy("lines in order"),
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
    }
    return found[kind]


def skeletons(language: str) -> list[dict[str, Any]]:
    """Return kind, label and YAML of a question of each kind, written in `language`."""
    found = []
    for kind, label in LABELS.items():
        with override(language):
            question = {"id": NAME, "kind": kind, "prompt": _("What is asked?"), **parts_of(kind)}
            question["why"] = _("Why that is right.")
        found.append({"kind": kind, "label": label, "yaml": dump([question])})
    return found
