"""Display names: which letters, and whose names nobody else may take."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.handles import RESERVED, skeleton

# Letters that show nothing although Unicode calls them letters or symbols: Hangul fillers,
# the blank Braille pattern, the Khmer inherent vowels.
BLANK = "\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5"
# A reserved word as a part of a name: "C.W.K. 운영진" speaks for the site as "운영진" does.
OFFICIAL = ("운영자", "운영진", "관리자", "모더레이터")
OFFICIAL_WORDS = {"admin", "administrator", "moderator", "staff", "official", "root", "support"}
RESERVED_NAMES = frozenset(skeleton(name) for name in RESERVED.split())


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


def is_official(name: str) -> bool:
    """Return whether the name reads as if the site itself spoke."""
    key = skeleton(name)
    words = {skeleton(word) for word in re.split(r"[\W_]+", name) if word}
    officials = {skeleton(word) for word in OFFICIAL_WORDS}
    return key in RESERVED_NAMES or bool(words & officials) or any(word in key for word in OFFICIAL)


def validate_name(name: str, *, own: int | None) -> None:
    """Raise ValidationError for a name of the site, or of a member of staff other than `own`."""
    from accounts.models import User

    if not name:
        return
    if is_official(name):
        raise ValidationError(_("This name is reserved. Please choose another."), code="reserved")
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(pk=own or 0)
    taken = {skeleton(each) for row in staff.values_list("display_name", "handle") for each in row}
    if skeleton(name) in taken - {""}:
        raise ValidationError(_("This name is taken by somebody who runs this site."), code="staff")
