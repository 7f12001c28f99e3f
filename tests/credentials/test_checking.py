import pytest

from credentials.issuing import revoke
from credentials.views.checking import MOST_CHECKS
from tests.credentials.conftest import certify
from tests.credentials.test_pages import words

CHECK = "/certificates/check/"


def state(client, number: str) -> str:
    """What the page says of a number."""
    page = words(client.get(CHECK, {"number": number}))
    return page.partition('data-state="')[2].partition('"')[0]


def test_a_valid_number_is_confirmed_with_title_and_date(client, certificate):
    page = words(client.get(CHECK, {"number": certificate.shown_number.lower()}))
    assert 'data-state="valid"' in page
    assert "jax ko" in page
    assert certificate.get_absolute_url() in page


def test_the_name_on_a_private_one_is_not_told(client, finisher):
    made = certify(finisher, public=False)
    page = words(client.get(CHECK, {"number": made.number}))
    assert 'data-state="valid"' in page
    assert "김민지" not in page
    assert made.get_absolute_url() not in page


def test_a_revoked_number_is_told_apart_from_an_unknown_one(client, certificate):
    revoke(certificate=certificate, reason="x")
    assert state(client, certificate.number) == "revoked"
    assert state(client, "000000000000") == "unknown"


@pytest.mark.parametrize("number", ["x", "1" * 5000, "\x00x", "<b>", "김민지", "٣" * 12])
def test_odd_numbers_are_unknown(client, db, number):
    assert state(client, number) == "unknown"


def test_without_a_number_the_page_only_asks(client, db):
    assert state(client, "") == ""


def test_checks_of_one_network_are_limited(client, certificate):
    for _ in range(MOST_CHECKS):
        assert state(client, "000000000000") == "unknown"
    answer = client.get(CHECK, {"number": certificate.number})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "data-state" not in words(answer)
    assert client.get(CHECK).status_code == 200


def test_a_check_costs_the_same_whatever_it_finds(client, certificate, django_assert_num_queries):
    client.get(CHECK, {"number": certificate.number})
    for number in (certificate.number, "000000000000"):
        with django_assert_num_queries(1):
            client.get(CHECK, {"number": number})
