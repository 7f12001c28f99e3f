"""Display names: which letters, and whose names nobody else may take."""

import re
import unicodedata
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.handles import RESERVED, skeleton

# Letters that show nothing although Unicode calls them letters or symbols: Hangul fillers,
# the blank Braille pattern, the Khmer inherent vowels.
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5"
# A reserved word as a part of a name: "C.W.K. 운영진" speaks for the site as "운영진" does.
OFFICIAL = ("운영자", "운영진", "관리자", "모더레이터")
OFFICIAL_WORDS = {"admin", "administrator", "moderator", "staff", "official", "root", "support"}

# Vowels that most speakers no longer tell apart, and doubled consonants: 관리쟈 is nearly 관리자.
ALIKE_JAMO = str.maketrans(
    "\u1166\u1164\u1168\u116c\u1170\u1163\u1167\u1101\u1104\u1108\u110a\u110d\u1172\u116d",
    "\u1162\u1162\u1162\u116b\u116b\u1161\u1165\u1100\u1103\u1107\u1109\u110c\u116e\u1169",
)
# Vowels written one after the other: ㅗㅏ for ㅘ.
TWO_VOWELS = (("\u1169\u1161", "\u116a"), ("\u116e\u1165", "\u116f"), ("\u1173\u1175", "\u1174"))
# Single Jamo that look like a Latin letter or digit.
ALONE = str.maketrans("ㅇㅣ", "ol")


@cache
def plain_jamo(letter: str) -> str:
    """Return the consonant as it stands before a vowel: single letters know no other place."""
    name = unicodedata.name(letter, "")
    try:
        return unicodedata.lookup(name.replace("JONGSEONG", "CHOSEONG")) if name else letter
    except KeyError:
        return letter  # two consonants that never begin a syllable


def clean_name(name: str) -> str:
    """Return the name as it is stored: NFC, one line, without invisible and direction characters.

    Cf, Cc, Co, Cn and Cs are what Unicode calls format, control, private, unassigned and surrogate.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if letter.isspace() else letter for letter in text)
    shown = (
        letter
        for letter in text
        if letter not in BLANK and not unicodedata.category(letter).startswith("C")
    )
    return re.sub(r" {2,}", " ", "".join(shown)).strip()


def look(name: str) -> str:
    """Return what names that are read alike share: Jamo of one sound or shape count as one.

    Only for the names of the site and its staff: among learners 재민 and 제민 are two people.
    """
    letters = unicodedata.normalize("NFD", skeleton(name))
    letters = "".join(map(plain_jamo, letters)).translate(ALIKE_JAMO)
    for two, one in TWO_VOWELS:
        letters = letters.replace(two, one)
    return letters


def looks(name: str) -> set[str]:
    """Return how the name may be read: a single Jamo may stand for a Latin letter."""
    return {look(name), look(name.translate(ALONE))} - {""}


def is_official(name: str) -> bool:
    """Return whether the name reads as if the site itself spoke."""
    words = {key for word in re.split(r"[\W_]+", name) for key in looks(word)}
    return (
        bool(looks(name) & RESERVED_NAMES)
        or bool(words & {look(word) for word in OFFICIAL_WORDS})
        or any(look(word) in key for word in OFFICIAL for key in looks(name))
    )


RESERVED_NAMES = frozenset(look(name) for name in RESERVED.split())


def validate_name(name: str, *, own: int | None) -> None:
    """Raise ValidationError for a name of the site, or of a member of staff other than `own`."""
    from accounts.models import User

    if not name:
        return
    if is_official(name):
        raise ValidationError(_("This name is reserved. Please choose another."), code="reserved")
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(pk=own or 0)
    taken = {look(each) for row in staff.values_list("display_name", "handle") for each in row}
    if looks(name) & taken:
        raise ValidationError(_("This name is taken by somebody who runs this site."), code="staff")
