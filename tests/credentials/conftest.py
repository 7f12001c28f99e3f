import pytest

from accounts.models import User
from course.models import Lesson
from course.progress.marking import complete
from credentials.finished import CHAPTER, QUEST, Scope
from credentials.issuing import issue
from credentials.models import Certificate
from tests.factories import make_quest

WHOLE = Scope(QUEST, "jax")
FIRST = Scope(CHAPTER, "jax-ch0")


def finish(learner: User, lessons: list[Lesson]) -> None:
    """Complete these lessons."""
    for lesson in lessons:
        complete(learner=learner, lesson=lesson)


def certify(learner: User, scope: Scope = WHOLE, name: str = "김민지", public: bool = True):
    """Issue a certificate."""
    return issue(learner=learner, scope=scope, name=name, public=public)[0]


@pytest.fixture
def lessons(db) -> list[Lesson]:
    """A quest of two chapters with two lessons each."""
    return make_quest(lessons=4, chapters=2)[1]


@pytest.fixture
def finisher(learner, lessons) -> User:
    """Minji, who finished the quest."""
    finish(learner, lessons)
    return learner


@pytest.fixture
def certificate(finisher) -> Certificate:
    """Minji's public certificate of the quest."""
    return certify(finisher)
