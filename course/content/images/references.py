"""Images referenced in a lesson's Markdown.

A name may have letters of any script, `![alt](images/그래프.png)`, and spaces,
`![alt](<images/내 그래프.png>)`. It is compared in NFC, because macOS writes names in NFD, and
`%20` is a space, as in other Markdown.
"""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

# The folder is part of the name.
NAME = re.compile(r"images/[^\W_][\w .()+,&~-]{0,99}")
# The target of a picture in angle brackets, else up to a space, with brackets in pairs.
TARGET = r"<(?P<angled>[^<>\n]{1,400})>|(?P<bare>(?:[^\s<>()]|\([^\s()]*\)){1,400})"
REFERENCE = re.compile(rf"!\[(?P<alt>[^\]]{{0,500}})\]\(\s*(?:{TARGET})")


def canonical(target: str) -> str:
    """Return the name that a target in Markdown means; not every such name is one of a picture."""
    return unicodedata.normalize("NFC", unquote(target))


def is_name(name: str) -> bool:
    """Return whether a picture may be called so; no name leaves its folder."""
    return bool(NAME.fullmatch(name))


def names_in(*texts: str) -> dict[str, str]:
    """Return the first alternative text of each image in the Markdown texts, by name."""
    found: dict[str, str] = {}
    for text in texts:
        for match in REFERENCE.finditer(text):
            name = canonical(match["angled"] or match["bare"])
            if is_name(name):
                found.setdefault(name, match["alt"].strip())
    return found


def file_called(folder: Path, name: str) -> Path:
    """Return the file of this name, which the disk may write in another Unicode form."""
    exact = folder / name
    if exact.is_file() or not exact.parent.is_dir():
        return exact
    same = (path for path in exact.parent.iterdir() if canonical_file(path.name) == exact.name)
    return next(same, exact)


def canonical_file(name: str) -> str:
    """Return a file's name in NFC."""
    return unicodedata.normalize("NFC", name)
