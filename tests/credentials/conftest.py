from functools import cache
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import User
from course.models import Lesson
from course.progress.marking import complete
from credentials.badges.keys import new_keys
from credentials.finished import CHAPTER, QUEST, Scope
from credentials.issuing import issue
from credentials.models import Certificate
from tests.factories import make_quest

WHOLE = Scope(QUEST, "jax")
FIRST = Scope(CHAPTER, "jax-ch0")
DID = "did:web:learn.example.org"


@cache
def a_key_set(whose: str = "the site's") -> str:
    """A key set with one key, made once in a run: that takes a quarter of a second."""
    return new_keys()


def fetched(url: str) -> bytes:
    """What the site answers at an address of its own."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.hostname) == ("https", "learn.example.org")
    answer = Client().get(parts.path)
    assert answer.status_code == 200, url
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.content


def download(client: Client, certificate: Certificate) -> str:
    """The signed credential that a certificate's learner downloads."""
    assert certificate.learner
    client.force_login(certificate.learner)
    return client.post(f"{certificate.get_absolute_url()}credential/").content.decode()


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
