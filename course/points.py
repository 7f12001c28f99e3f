"""How much XP each piece of recorded work is worth."""

from typing import Final

LESSON: Final = 20
EXERCISE: Final = 15
