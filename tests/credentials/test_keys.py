import json
import stat

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from joserfc.jwk import RSAKey

from credentials.badges.keys import BadKeys, read_keys
from tests.credentials.conftest import a_key_set


def run(*words) -> list[str]:
    """Run `manage.py badge_keys` and return its lines."""
    from io import StringIO

    out = StringIO()
    call_command("badge_keys", *map(str, words), stdout=out)
    return out.getvalue().splitlines()


def test_keys_are_made_in_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "badges.json"
    assert run("make", path)[0].endswith(" signs")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_keys(path.read_text())[0].is_private


def test_making_never_overwrites_keys(tmp_path):
    path = tmp_path / "badges.json"
    run("make", path)
    with pytest.raises(CommandError, match="rotate"):
        run("make", path)


def test_rotating_puts_a_new_key_first(tmp_path):
    path = tmp_path / "badges.json"
    first = run("make", path)[0].split()[0]
    run("rotate", path)
    lines = run("show", path)
    assert [line.split()[1] for line in lines] == ["signs", "verifies"]
    assert lines[1].split()[0] == first
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    ["x", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "YWJj"}]}', '{"keys": [{}]}'],
)
def test_what_is_no_key_is_refused(tmp_path, text):
    with pytest.raises(BadKeys):
        read_keys(text)
    path = tmp_path / "badges.json"
    path.write_text(text)
    with pytest.raises(CommandError):
        run("rotate", path)


def test_a_public_key_alone_can_not_sign():
    row = json.loads(a_key_set())["keys"][0]
    public = {name: row[name] for name in ("kty", "n", "e")}
    with pytest.raises(BadKeys, match="private half"):
        read_keys(json.dumps({"keys": [public]}))


def test_a_short_key_is_refused():
    row = RSAKey.generate_key(2048).as_dict(private=True)
    with pytest.raises(BadKeys, match="3072 bits"):
        read_keys(json.dumps({"keys": [row]}))


def test_a_missing_file_is_said_plainly(tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        run("rotate", tmp_path / "nowhere.json")


def test_the_check_names_what_is_wrong_with_keys_and_font(settings):
    settings.BADGE_KEYS, settings.CERTIFICATE_FONT = "x", "/nowhere.otf"
    found = {each.id for each in run_checks() if each.id.startswith("credentials")}
    assert found == {"credentials.E001", "credentials.E002"}
    settings.BADGE_KEYS, settings.CERTIFICATE_FONT = a_key_set(), ""
    assert not [each for each in run_checks() if each.id.startswith("credentials")]
