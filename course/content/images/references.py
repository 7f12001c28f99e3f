"""Images referenced in a lesson's Markdown."""

import re
from typing import Any

# The name inside `![alt](images/name.png)`; the folder is part of the name.
NAME = r"images/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
REFERENCE = re.compile(rf"!\[(?P<alt>[^\]]{{0,500}})\]\(\s*<?(?P<name>{NAME})")


def names_in(*texts: str) -> dict[str, str]:
    """Return the first alternative text of each image in the Markdown texts, by name."""
    found: dict[str, str] = {}
    for text in texts:
        for match in REFERENCE.finditer(text):
            found.setdefault(match["name"], match["alt"].strip())
    return found


def used_names(text: Any) -> dict[str, str]:
    """Return the image names in a stored lesson text."""
    return names_in(text.body, text.exercise, text.answer)
