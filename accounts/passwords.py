"""A password made of the site's own words is the first that is tried."""

import re
import unicodedata
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Beside the site's name and the parts of its address (OWASP ASVS 6.1.2).
WORDS = ("password", "비밀번호", "admin", "jax", "quest", "lesson", "learn", "cwk")
LEFT = 4  # letters that must be left without these words


class SiteWordsValidator:
    """Refuses passwords in which little is left without the site's words."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when fewer than four letters are left, and some word was there."""
        letters = whole = _letters(password)
        for word in sorted(context_words(), key=len, reverse=True):
            letters = letters.replace(word, "")
        if letters != whole and len(letters) < LEFT:
            raise ValidationError(self.get_help_text(), code="password_of_site_words")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("The password can't be little more than the name of this site.")


def context_words() -> set[str]:
    """Return the words, as letters alone, of three letters at least."""
    address = settings.SITE_HOST.split(".")
    words = {_letters(each) for each in (settings.SITE_NAME, *address, *WORDS)}
    return {word for word in words if len(word) >= 3}


def _letters(text: str) -> str:
    """Return the letters of a text: no case, width, digits or signs."""
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text).casefold())
