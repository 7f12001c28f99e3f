"""Answers within a lesson's page, for checking without a network.

Choices, words and orders are hashed with the question's name; numbers and outputs, which need a
tolerance, are encoded. This only hides the answers from view; it does not protect them. See
docs/decisions/0022-questions-in-the-log.md.
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from unicodedata import normalize

START, PRIME, BITS = 0xCBF29CE484222325, 0x100000001B3, 2**64 - 1  # of FNV-1a with 64 bits
COMPARED = ("number", "output")


def shipped(target: str, kind: str, right: Iterable[str]) -> str:
    """Return what judging.js needs to judge answers to the question `target` (`uid#q:id`)."""
    if kind in COMPARED:
        return b64encode(json.dumps(list(right), ensure_ascii=False).encode()).decode()
    keys = {page_key(value) if kind == "text" else value for value in right}
    return " ".join(sorted(fnv(f"{target}\0{key}") for key in keys))


def page_key(text: str) -> str:
    """Return a word folded as in judging.js: JavaScript has no casefold()."""
    folded = normalize("NFKC", text).upper().lower().replace("ς", "σ")
    return " ".join(normalize("NFC", folded).split())


def fnv(text: str) -> str:
    """Return the FNV-1a hash of a text: sixteen hexadecimal digits."""
    value = START
    for byte in text.encode():
        value = (value ^ byte) * PRIME & BITS
    return f"{value:016x}"
