"""Search is work for the machine: counted by network and member, and linear in what is pasted."""

from itertools import count
from time import process_time

import pytest
from django.test import Client

from course.pages import searching
from course.search.messages import may_be_message, pasted
from tests.course.readers import member
from tests.factories import make_quest

numbers = count()
ADDRESSES = ["/search/", "/search/suggestions/"]


@pytest.fixture
def few(db, monkeypatch):
    """A site that allows three searches to a network and five to a member."""
    make_quest(lessons=1)
    monkeypatch.setattr(searching, "MOST_OF_A_NETWORK", 3)
    monkeypatch.setattr(searching, "MOST_OF_A_MEMBER", 5)


def codes(client: Client, address: str, times: int, **more) -> list[int]:
    """Search so many times for words that nobody asked for."""
    return [
        client.get(address, {"q": f"new{next(numbers)}"}, **more).status_code for _ in range(times)
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_network_searches_so_often_in_a_minute(few, client, address):
    assert codes(client, address, 4) == [200, 200, 200, 429]
    assert codes(Client(), address, 1, REMOTE_ADDR="127.0.0.77") == [429]
    assert codes(Client(), address, 1, REMOTE_ADDR="198.51.100.7") == [200]


@pytest.mark.parametrize("address", ADDRESSES)
def test_members_are_counted_alone_and_may_search_more(
    few, client, learner, other_learner, address
):
    codes(client, address, 4)
    assert codes(member(learner), address, 6) == [200] * 5 + [429]
    assert codes(member(other_learner), address, 1) == [200]


def test_what_was_found_before_is_never_too_much(few, client):
    client.get("/search/", {"q": "jax"})
    codes(client, "/search/", 4)
    assert client.get("/search/", {"q": "jax"}).status_code == 200
    assert client.get("/search/suggestions/", {"q": "jax"}).status_code == 200
    assert client.get("/search/").status_code == 200


def test_one_too_many_is_told_when_to_come_back_and_keeps_the_query(few, client):
    codes(client, "/search/", 3)
    answer = client.get("/search/", {"q": "아직 없던 말"})
    assert answer.status_code == 429
    assert f"{answer['Retry-After']}초 뒤에" in answer.text
    assert 'value="아직 없던 말"' in answer.text
    assert "429" not in answer.text


@pytest.mark.parametrize(
    "piece", ["a.", "a", "aError.", "x.Error:", "é.", "Error", ". ", "_", "StopIteration:"]
)
def test_a_long_pasted_message_costs_what_its_length_does(piece):
    def cost(length: int) -> float:
        text = piece * (length // len(piece))
        start = process_time()
        may_be_message(text)
        pasted(text)
        return process_time() - start

    # Quadratic: minutes.
    assert min(cost(500_000) for _ in range(3)) < 5


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("Traceback: x jax.errors.KeyReuseError: bad key", "jax.errors.KeyReuseError: bad key"),
        ("A.Error: one B.Warning: two", "B.Warning: two"),
        ("ValueError: given 3", "ValueError: given 3"),
        ("오류는jax.errors.KeyReuseError: bad", "jax.errors.KeyReuseError: bad"),
        ("no error here: none", "no error here: none"),
        ("Errors: none", "Errors: none"),
    ],
)
def test_the_end_of_a_traceback_begins_with_the_name(query, told):
    assert pasted(query) == told
