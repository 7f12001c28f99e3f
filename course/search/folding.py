"""Words as search compares them: width, case and punctuation don't count, letters of Hangul do."""

import re
import unicodedata

# Letters and digits: `block_until_ready()` is three of them.
TOKEN = re.compile(r"[^\W_]+")
HANGUL = re.compile(r"[가-힣]")


def fold(text: str) -> str:
    """Return the text in NFKC (one width), case-folded, white space collapsed."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def tokens(text: str) -> list[str]:
    """Return the runs of letters and digits."""
    return TOKEN.findall(text)


def units(word: str) -> str:
    """Return the letters that a typo changes one of: Jamo for Hangul."""
    return unicodedata.normalize("NFD", word)


def composed(letters: str) -> str:
    """Return the word of such letters."""
    return unicodedata.normalize("NFC", letters)
