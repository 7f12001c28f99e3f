"""Our documents by the rules of others: required parts, and a verifier written for PyJWT."""

import base64
import json

import jwt
import pytest
from jsonschema import Draft202012Validator, ValidationError, validate

from credentials.badges.keys import rotated
from credentials.issuing import revoke
from gamification.models import Achievement, Granted
from pagecache.changes import memory
from tests.credentials import open_badges
from tests.credentials.conftest import DID, a_key_set, download, fetched
from tests.credentials.open_badges import Refused
from tests.factories import make_achievement

HOST = "https://learn.example.org"


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.SITE_URL = HOST
    settings.BADGE_KEYS = a_key_set()


@pytest.fixture
def token(client, certificate) -> str:
    """The downloaded credential of Minji's certificate."""
    return download(client, certificate)


def claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def accepted(token: str) -> dict:
    return open_badges.verified(token, DID, fetched)


def forged(token: str, **changed) -> str:
    """The token with other claims, and the signature that it had."""
    head, _body, signature = token.split(".")
    text = json.dumps(claims(token) | changed).encode()
    return f"{head}.{base64.urlsafe_b64encode(text).decode().rstrip('=')}.{signature}"


def test_a_certificate_has_all_that_open_badges_requires(token):
    validate(claims(token), open_badges.CREDENTIAL, cls=Draft202012Validator)
    validate(jwt.get_unverified_header(token), open_badges.HEADER, cls=Draft202012Validator)


def test_an_achievement_has_all_that_open_badges_requires(client, learner):
    make_achievement("first", "lessons", n=1)
    memory.clear()
    Granted.objects.create(learner=learner, achievement=Achievement.objects.get())
    client.force_login(learner)
    token = client.post("/achievements/first/credential/").content.decode()
    validate(claims(token), open_badges.CREDENTIAL, cls=Draft202012Validator)
    assert accepted(token)["credentialSubject"]["achievement"]["achievementType"] == "Badge"


def test_the_documents_of_the_issuer_have_all_that_is_required(token):
    profile = json.loads(fetched(f"{HOST}/.well-known/openbadges/issuer.json"))
    validate(profile, open_badges.PROFILE, cls=Draft202012Validator)
    document = json.loads(fetched(f"{HOST}/.well-known/did.json"))
    validate(document, open_badges.DID_DOCUMENT, cls=Draft202012Validator)
    for key in json.loads(fetched(f"{HOST}/.well-known/jwks.json"))["keys"]:
        validate(key, open_badges.JWK, cls=Draft202012Validator)
    entry = claims(token)["credentialStatus"]
    published = claims(fetched(entry["statusListCredential"]).decode())
    validate(published, open_badges.STATUS_LIST, cls=Draft202012Validator)


@pytest.mark.parametrize("part", ["issuer", "validFrom", "credentialSubject", "@context", "id"])
def test_the_rules_notice_what_is_missing(token, part):
    found = claims(token)
    del found[part]
    with pytest.raises(ValidationError):
        validate(found, open_badges.CREDENTIAL, cls=Draft202012Validator)


def test_a_certificate_is_accepted_and_says_whose_it_is(token):
    found = accepted(token)
    assert found["credentialSubject"]["identifier"][1]["identityHash"] == "김민지"
    assert found["name"] == "jax ko"


def test_other_words_under_the_same_signature_are_refused(token):
    with pytest.raises(Refused, match="Signature"):
        accepted(forged(token, name="Another quest"))


def test_a_key_in_the_header_that_the_issuer_does_not_name_is_refused(token, settings):
    settings.BADGE_KEYS = a_key_set("somebody else's")
    with pytest.raises(Refused, match="no key"):
        accepted(token)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_algorithm_of_the_forger_s_choice_is_refused(token, algorithm):
    secret = "x" * 32 if algorithm == "HS256" else None
    kid = jwt.get_unverified_header(token)["kid"]
    wrong = jwt.encode(claims(token), secret, algorithm=algorithm, headers={"kid": kid})
    with pytest.raises(Refused):
        accepted(wrong)


def test_a_revoked_certificate_is_refused(token, certificate):
    accepted(token)
    revoke(certificate=certificate, reason="x")
    with pytest.raises(Refused, match="revoked"):
        accepted(token)


def test_what_an_old_key_signed_is_accepted_after_rotations(client, token, certificate, settings):
    for _time in range(2):
        settings.BADGE_KEYS = rotated(settings.BADGE_KEYS)
    accepted(token)
    newer = download(client, certificate)
    first, second = (jwt.get_unverified_header(each)["kid"] for each in (token, newer))
    assert first != second
    accepted(newer)
