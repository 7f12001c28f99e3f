"""Static files as production stores them."""

import pytest
from django.core.files.base import ContentFile

from config.storage import HashedStaticFiles, smaller


@pytest.fixture
def storage(tmp_path):
    return HashedStaticFiles(location=tmp_path, base_url="/static/")


def collect(storage, **files):
    """Store the files as collectstatic does; returns what a browser gets for the first."""
    names = [name.replace("__", ".") for name in files]
    for name, text in zip(names, files.values(), strict=True):
        storage.save(name, ContentFile(text.encode()))
    done = list(storage.post_process({name: (storage, name) for name in names}))
    assert not [each for *_names, each in done if isinstance(each, Exception)]
    return storage.open(storage.stored_name(names[0])).read().decode()


def test_a_script_loses_its_comments_and_finds_its_modules(storage):
    sent = collect(
        storage,
        a__js='// Why.\nimport { b } from "./b.js";\n\nexport const a = () => `${b}  //`;\n',
        b__js="export const b = 1; // one\n",
    )
    assert f'"./{storage.stored_name("b.js")}"' in sent
    assert "Why" not in sent
    assert "${b}  //" in sent


def test_a_style_sheet_loses_its_comments_and_keeps_blanks_that_mean_something(storage):
    sent = collect(
        storage, a__css="/* Why. */\n.a {\n  /* b */\n  .b :is(i, b) {\n    top: 0;\n  }\n}\n"
    )
    assert sent == "\n.a {\n.b :is(i, b) {\ntop: 0;\n}\n}\n"


def test_a_licence_stays():
    assert smaller("a.js", "/*! MIT */ let a;") == "/*! MIT */let a;"
    assert smaller("a.css", "/*! MIT */") == "/*! MIT */"


def test_other_files_are_stored_as_they_are(storage):
    assert (
        collect(storage, a__svg="<svg>\n  <!-- /* */ -->\n</svg>")
        == "<svg>\n  <!-- /* */ -->\n</svg>"
    )
