"""Cached parts of pages never contain what was read before a change."""

from pagecache.changes import memory
from pagecache.entries import get_or_build, one_page


def kept(address: str, value: str, on_build=lambda: None) -> str:
    """What is kept at the address, else `value`; it depends on the key "k"."""

    def build() -> str:
        on_build()
        return value

    return get_or_build((address,), build, keys=lambda _value: ["k"], size=len)


def change() -> None:
    """Another process touched what the pieces depend on."""
    memory.forget({"k"})


def test_a_piece_is_built_once_until_its_key_changes(db):
    assert [kept("a", "one"), kept("a", "two")] == ["one", "one"]
    change()
    assert kept("a", "three") == "three"


def test_a_piece_that_changes_while_it_is_built_is_not_kept(db):
    assert kept("a", "old", on_build=change) == "old"
    assert kept("a", "new") == "new"


def test_a_piece_made_of_one_that_changed_meanwhile_is_not_kept(db):
    with one_page():
        inner = kept("inner", "old")
        change()
        assert kept("outer", f"{inner} page") == "old page"
    assert kept("inner", "new") == "new"
    assert kept("outer", "new page") == "new page"


def test_pages_begun_after_a_change_are_kept(db):
    change()
    with one_page():
        kept("outer", "first")
    assert kept("outer", "second") == "first"
