"""Numbers of certificates: 60 random bits in letters that nobody confuses."""

import re
import secrets

# Crockford's base 32: no I, L, O (read as 1, 1 and 0) and no U.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
READ_AS = str.maketrans("ILO", "110")
NUMBER = re.compile(rf"[{LETTERS}]{{{LENGTH}}}")


def new_number() -> str:
    """Return a random number; 2^60 of them, so that guessing finds none."""
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def read_number(text: str) -> str | None:
    """Return the stored form of a number as people type it, or None when it can't be one."""
    found = re.sub(r"[\s\-–—‐]", "", text[:64]).upper().translate(READ_AS)
    return found if NUMBER.fullmatch(found) else None


def shown_number(number: str) -> str:
    """Return the number in groups of four: "7K3M-9QZX-2HTD"."""
    return "-".join(number[i : i + GROUP] for i in range(0, len(number), GROUP))
