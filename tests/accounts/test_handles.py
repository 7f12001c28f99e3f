"""Handles: what is allowed, what looks alike."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.handles import normalize_handle, skeleton, validate_handle
from accounts.models import User


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("minji", "MINJI"),
        ("minji", "mlnj1"),
        ("paul", "раul"),  # Cyrillic р, а
        ("corner", "comer"),
        ("room", "r00m"),
        ("minji", "ｍｉｎｊｉ"),
        ("min-ji", "min_ji"),
        ("vvood", "wood"),
    ],
)
def test_handles_that_look_alike_have_one_skeleton(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("minji", "minjo"), ("jun", "june"), ("민지", "민서")])
def test_handles_that_differ_have_different_skeletons(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("handle", ["minji", "민지", "a1", "min-ji_2", "민지-2", "x" * 30])
def test_good_handles_are_accepted(handle):
    assert validate_handle(handle) is None
    assert normalize_handle(handle) == handle


@pytest.mark.parametrize(
    "handle", ["a", "x" * 31, "min ji", "-minji", "minji-", "min--ji", "mın", "раul", "a/b", "<b>"]
)
def test_malformed_handles_are_refused(handle):
    with pytest.raises(ValidationError) as refused:
        validate_handle(handle)
    assert refused.value.code == "malformed"


@pytest.mark.parametrize("handle", ["admin", "adm1n", "root", "r00t", "관리자", "sett1ngs"])
def test_reserved_names_and_their_twins_are_refused(handle):
    with pytest.raises(ValidationError) as refused:
        validate_handle(handle)
    assert refused.value.code == "reserved"


def test_the_database_keeps_twins_apart(learner, transactional_db):
    with pytest.raises(IntegrityError):
        User.objects.create_user(email="twin@example.com", handle="mlnj1")


def test_bulk_created_people_have_skeletons_too(db):
    User.objects.bulk_create([User(email="a@example.com", handle="soyeon")])
    assert User.objects.get().handle_skeleton == skeleton("soyeon")


def test_a_new_account_has_a_random_handle(db):
    user = User.objects.create_user(email="secret.name@example.com")
    assert user.handle.startswith("learner-")
    validate_handle(user.handle)
