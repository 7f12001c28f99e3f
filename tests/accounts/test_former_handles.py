"""A changed handle leads on to its owner and is refused to everybody else."""

import pytest

from accounts import former
from accounts.models import FormerHandle, User
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def rename(client, person, handle: str):
    """Change the handle as the settings page does."""
    client.force_login(person)
    return client.post("/settings/profile/", {"handle": handle, "display_name": ""})


@pytest.fixture
def renamed(client, learner):
    """A learner with a public profile who was `minji` before."""
    User.objects.filter(pk=learner.pk).update(handle="minji", handle_skeleton="mlnjl")
    learner.refresh_from_db()
    assert rename(client, learner, "byeol").status_code == 302
    User.objects.filter(pk=learner.pk).update(profile_public=True)
    client.logout()
    learner.refresh_from_db()
    return learner


def test_the_old_address_leads_to_the_new_one(renamed, client):
    answer = client.get("/u/minji/")
    assert (answer.status_code, answer["Location"]) == (302, "/u/byeol/")
    assert client.get("/u/byeol/").status_code == 200


def test_the_old_address_of_a_private_profile_reveals_nothing(renamed, client):
    User.objects.filter(pk=renamed.pk).update(profile_public=False)
    assert client.get("/u/minji/").status_code == 404


@pytest.mark.parametrize("handle", ["minji", "MINJI", "mlnj1", "min-ji"])
def test_nobody_else_may_take_it_or_one_that_looks_like_it(renamed, client, handle):
    assert rename(client, make_person("jun"), handle).status_code == 400
    assert not User.objects.filter(handle=handle.lower()).exists()


def test_its_owner_may_take_it_back(renamed, client):
    assert rename(client, renamed, "minji").status_code == 302
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["byeol"]


def test_a_handle_that_only_looks_different_now_is_not_kept(renamed, client):
    assert rename(client, renamed, "bye0l").status_code == 302
    assert list(FormerHandle.objects.values_list("handle", flat=True)) == ["minji"]


def test_nobody_collects_handles_without_end(renamed, client, monkeypatch):
    monkeypatch.setattr(former, "MOST", 2)
    assert rename(client, renamed, "star-one").status_code == 302
    answer = rename(client, renamed, "star-two")
    assert answer.status_code == 400
    assert str(former.TOO_MANY) in answer.text


def test_an_erased_account_leaves_no_handle(renamed):
    renamed.delete()
    assert not FormerHandle.objects.exists()
