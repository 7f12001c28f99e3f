"""Validation and normalization of handles, and detection of look-alikes."""

import re
import secrets
import unicodedata
from functools import cache

from confusable_homoglyphs import confusables
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ALLOWED = re.compile(r"[a-z0-9가-힣]+(?:[-_][a-z0-9가-힣]+)*")
SHORTEST, LONGEST = 2, 30
# What reads alike in most typefaces although Unicode keeps it apart.
ALIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"))
RESERVED = """
about abuse account accounts admin administrator anonymous api blog bot comments contact cwk
deleted deleted-learner everyone feed guest help home info learner legal login logout mail
me mod moderator moderators new news nobody noreply null official owner postmaster privacy
profile quest quests root search security settings signup site staff stream support system
team terms undefined user users webmaster www 관리자 공식 도움말 매니저 모더레이터 안내 알림
운영자 운영진 탈퇴한-학습자 학습자
"""


RANDOM = re.compile(r"learner-[0-9a-f]{8}")


def new_handle() -> str:
    """Return a random handle: `learner-` and eight letters or digits."""
    return f"learner-{secrets.token_hex(4)}"


def is_random(handle: str) -> bool:
    """Return whether nobody chose this handle."""
    return bool(RANDOM.fullmatch(handle))


def normalize_handle(handle: str) -> str:
    """Return the stored form of a handle: NFKC-normalized and in lower case."""
    return unicodedata.normalize("NFKC", handle.strip()).casefold()


@cache
def ascii_lookalike(character: str) -> str:
    """Return the ASCII character that Unicode's confusables map this one to, else itself."""
    found = confusables.is_confusable(character, greedy=True, preferred_aliases=[])
    twins = {twin["c"].lower() for entry in found or [] for twin in entry["homoglyphs"]}
    plain = [twin for twin in twins if twin.isascii() and len(twin) == 1 and twin.isalnum()]
    return character if character.isascii() or not plain else max(plain)


def skeleton(handle: str) -> str:
    """Return the look-alike key of a handle; it is unique among all handles."""
    text = "".join(ascii_lookalike(character) for character in normalize_handle(handle)).casefold()
    for seen, meant in ALIKE:
        text = text.replace(seen, meant)
    return re.sub(r"[^\w]|_", "", text)


RESERVED_LOOKS = frozenset(skeleton(name) for name in RESERVED.split())


def validate_handle(handle: str) -> None:
    """Raise ValidationError for a handle that is malformed or reserved."""
    if not SHORTEST <= len(handle) <= LONGEST or not ALLOWED.fullmatch(handle):
        raise ValidationError(
            _("Use 2 to 30 letters (a–z or Hangul) and digits, joined by single hyphens."),
            code="malformed",
        )
    if skeleton(handle) in RESERVED_LOOKS:
        raise ValidationError(_("This handle is reserved. Please choose another."), code="reserved")


class SkeletonField(models.CharField):
    """Column for the skeleton of the row's `handle`, computed on every write."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Compute the value from the handle; called by save() and bulk_create() alike."""
        value = skeleton(model_instance.handle)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value
