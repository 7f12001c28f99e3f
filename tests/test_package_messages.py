"""The messages of allauth and Django translated here still exist."""

import re
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

from tools import messages


def said_by_packages() -> set[str]:
    folders = [Path(allauth.__file__).parent, Path(django.__file__).parent]
    found: set[str] = set()
    for folder in folders:
        for path in folder.rglob("locale/de/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                catalog = read_po(file)
            for message in (*catalog, *catalog.obsolete.values()):
                found.add(message.id[0] if isinstance(message.id, tuple | list) else message.id)
    return found


def ids_of(path: Path) -> list[str]:
    """Every message that is in our words in a catalogue."""
    rows = (m.id[0] if isinstance(m.id, tuple | list) else m.id for m in messages.stored(path))
    return [each for each in rows if each]


CATALOGUES = [messages.PACKAGES_PO, messages.ENGLISH_PO]


@pytest.mark.parametrize("path", CATALOGUES, ids=["ko", "en"])
def test_each_message_is_one_of_a_package(path):
    known = said_by_packages()
    assert [each for each in ids_of(path) if each not in known] == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_one_word_is_said_for_two_step_sign_in_and_for_passkeys(language):
    stock = re.compile(r"two-?factor|security key|보안 ?키|이중 ?인증|2단계 ?인증", re.IGNORECASE)
    spoken = [each for each in said_by_packages() if stock.search(each)]
    assert len(spoken) > 20
    with override(language):
        assert [each for each in spoken if stock.search(gettext(each))] == []
    ours = [str(each.string) for each in messages.stored() if each.id]
    assert [each for each in ours if stock.search(each)] == []
