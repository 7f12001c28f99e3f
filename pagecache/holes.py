"""HTML that is the same for many readers but for a few holes, cut once and filled for each."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.template import Context
from django.template.base import Node, NodeList
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Whatever else happens, nothing of these can get into a part that others see.
PERSONAL = (
    "learner", "user", "perms", "messages", "csrf_token", "bar", "done", "exercise_done", "answer",
    "done_uids", "resume", "lessons_done", "changed",
)  # fmt: skip
# What a kept form may name of its reader, as holes.
OF_LEARNER = ("public_id", "handle", "name", "initial")
# The name under which a template that is being cut into pieces collects its personal nodes.
COLLECTED = "_personal_nodes"
# Nobody can guess it, so no text of an author can pass for a hole.
PREFIX = f"hole{secrets.token_hex(8)}"
Part = Node | NodeList
PATTERN = re.compile(rf"{PREFIX}-([a-z0-9_-]+)-end")


def hole(path: str) -> SafeString:
    """A mark that stands for the variable `path` ("bar.xp") until it is filled."""
    return mark_safe(f"{PREFIX}-{path.replace('.', '-')}-end")


def blanks(*, member: bool) -> dict[str, Any]:
    """What templates find in the place of personal variables while a shared part is made."""
    learner = {name: hole(f"learner.{name}") for name in OF_LEARNER}
    return {
        **dict.fromkeys(PERSONAL),
        "csrf_token": hole("csrf_token"),
        "form_token": hole("page.form_token"),
        "learner": learner if member else None,
    }


class Skeleton:
    """HTML cut at its holes: texts, and between them nodes or variables of the reader's context."""

    def __init__(
        self, html: str, nodes: Mapping[str, Part], values: Mapping[str, Any] | None = None
    ) -> None:
        self.values = dict(values or {})  # what all readers' parts may look at
        cut = PATTERN.split(html)
        self.texts = [mark_safe(text) for text in cut[::2]]
        self.fillings = [filling_of(name, nodes) for name in cut[1::2]]
        self.size = len(html) * 2

    def fill(self, context: Context) -> SafeString:
        """The HTML with everything that belongs to this reader."""
        pieces: list[str] = [self.texts[0]]
        with context.push(**self.values):
            for filling, text in zip(self.fillings, self.texts[1:], strict=True):
                pieces += (filling(context), text)
        return mark_safe("".join(pieces))


def filling_of(name: str, nodes: Mapping[str, Part]) -> Callable[[Context], str]:
    """What fills a hole: a node of the template, or a variable."""
    if name in nodes:
        return nodes[name].render
    first, *rest = name.split("-")

    def variable(context: Context) -> str:
        value = context[first]
        for part in rest:
            value = getattr(value, part)
        return conditional_escape(value)

    return variable


def set_aside(node: Part, context: Context) -> str | None:
    """A hole for the node while a page is cut into pieces, else None."""
    collected = context.get(COLLECTED)
    if collected is None:
        return None
    name = f"node-{len(collected)}"
    collected[name] = node
    return hole(name)
