"""XP values of recorded work."""

from typing import Final

LESSON: Final = 20
EXERCISE: Final = 15
QUESTION: Final = 5
