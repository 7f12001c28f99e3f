"""Hostile and honest uploads."""

import io
import json
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow

from course.authoring.notebook_files import NotebookRefused, read_notebook
from course.content.images.cleaning import ImageRefused, clean
from course.models import Image, LessonText, QuestImage
from tests.course.authoring.conftest import form_of
from tests.course.authoring.folders import picture, write_quest


def huge_png(width=10_000, height=10_000) -> bytes:
    """A small file whose header promises 100 megapixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (height * (width // 8 + 1)))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def moving_webp() -> bytes:
    frames = [Pillow.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def gif() -> bytes:
    buffer = io.BytesIO()
    Pillow.new("P", (9, 9)).save(buffer, "GIF")
    return buffer.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "svg": ("x.svg", SVG),
    "svg called png": ("x.png", SVG),
    "svg with a prologue": ("x.png", b'<?xml version="1.0"?>' + SVG),
    "html": ("x.jpg", b"<html><script>alert(1)</script>"),
    "100 megapixels": ("x.png", huge_png()),
    "a long side": ("x.png", huge_png(20_000, 8)),
    "wrong extension": ("x.jpg", picture()),
    "no extension": ("png", picture()),
    "moving": ("x.webp", moving_webp()),
    "gif": ("x.gif", gif()),
    "cut off": ("x.png", picture()[:60]),
    "only a header": ("x.jpg", b"\xff\xd8\xff\xe0"),
    "empty": ("x.png", b""),
    "zip": ("x.png", b"PK\x03\x04rest"),
    "too many bytes": ("x.png", picture() + b"\0" * 10_000_001),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused_with_a_reason(name):
    file, data = HOSTILE[name]
    with pytest.raises(ImageRefused) as refused:
        clean(data, file)
    assert len(str(refused.value)) > 10


def test_a_polyglot_loses_everything_but_its_pixels():
    payload = b"<script>alert(1)</script>PK\x03\x04"
    for kind, name in (("PNG", "x.png"), ("JPEG", "x.jpg"), ("WEBP", "x.webp")):
        cleaned = clean(picture(kind=kind) + payload, name)
        assert payload not in cleaned.data
        assert b"script" not in cleaned.data
        assert (cleaned.width, cleaned.height) == (60, 40)


def test_metadata_is_stripped_and_the_picture_turned_upright():
    exif = Pillow.Exif()
    exif[0x0112], exif[0x010E] = 6, "Sora's kitchen"
    cleaned = clean(picture(kind="JPEG", exif=exif.tobytes()), "x.jpg")
    assert b"kitchen" not in cleaned.data
    assert (cleaned.width, cleaned.height) == (40, 60)


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "x.png"), ("JPEG", "x.jpeg"), ("WEBP", "x.webp")]
)
def test_cleaning_twice_gives_the_same_bytes(kind, name):
    once = clean(picture(kind=kind), name)
    assert clean(once.data, f"x.{once.extension}") == once


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode):
    buffer = io.BytesIO()
    Pillow.new(mode, (20, 10)).save(buffer, "PNG")
    once = clean(buffer.getvalue(), "x.png")
    assert clean(once.data, "x.png").data == once.data


def send(client, lesson, name="Loss Curve.png", data=None, alt="A falling curve"):
    file = SimpleUploadedFile(name, picture(1200, 800) if data is None else data, "text/html")
    url = reverse("admin:lesson-images", args=[lesson.pk])
    return client.post(url, {"file": file, "alt": alt}, follow=True)


def test_an_uploaded_picture_is_stored_under_its_hash_and_shown(client, author, lesson):
    send(client, lesson)
    use = QuestImage.objects.get()
    assert (use.name, use.image.alt, use.image.variants) == (
        "images/loss-curve.png",
        "A falling curve",
        [480, 960],
    )
    url = reverse("admin:course_lesson_change", args=[lesson.pk])
    client.post(url, form_of(lesson, ko__body="보세요\n\n![곡선](images/loss-curve.png)"))
    html = LessonText.objects.get(lesson=lesson, language="ko").body_html
    assert use.image.sha256 in html
    assert "480w" in html
    assert 'width="1200"' in html


def test_a_stored_picture_is_served_with_its_type_for_ever(client, author, lesson):
    send(client, lesson)
    image = Image.objects.get()
    for path, kind in ((image.file, "image/png"), (image.variant_file(480), "image/webp")):
        response = client.get(f"/media/{path}")
        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in response["Cache-Control"]
    for path in ("images/../../manage.py", "images/xx/y.svg", image.file.replace("png", "html")):
        assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize("sent", [{"alt": " "}, {"data": SVG}, {"name": "a.jpg"}, {"data": b""}])
def test_a_refused_upload_stores_nothing(client, author, lesson, sent):
    response = send(client, lesson, **sent)
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not Image.objects.exists()


def test_two_pictures_of_one_name_get_two_names(client, author, lesson):
    send(client, lesson)
    send(client, lesson, data=picture(100, 100))
    assert QuestImage.objects.count() == 2
    send(client, lesson)
    assert QuestImage.objects.count() == 2


def test_a_folder_with_a_hostile_picture_is_refused(db, tmp_path):
    from course.folders.importer import import_quest
    from course.folders.problems import ImportRefused

    folder = write_quest(tmp_path / "made", picture=True)
    (folder / "01-part-1" / "images" / "plot.png").write_bytes(SVG)
    with pytest.raises(ImportRefused, match=r"plot\.png"):
        import_quest(folder=folder)


# --- Notebooks -------------------------------------------------------------------------------


def notebook(*cells, **more) -> bytes:
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | more
    return json.dumps(document).encode()


def text_cell(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code_cell(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs)}


BOMBS = {
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "gzip": b"\x1f\x8b" + b"\0" * 100,
    "no json": b"hello",
    "no utf-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "version 3": notebook(nbformat=3),
    "no cells": notebook(cells=None),
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "many cells": notebook(*[text_cell("x")] * 401),
    "large": b'{"a":"' + b"x" * 5_000_001 + b'"}',
    "long text": notebook(text_cell("word " * 40_000)),
    "a cell that is none": notebook("cell"),
    "half a character": b'{"nbformat": 4, "cells": [], "metadata": {"a": "\\ud800"}}',
    "a huge number": b'{"nbformat": 1' + b"0" * 5_000 + b"}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_no_notebook_is_refused_with_a_reason(name):
    with pytest.raises(NotebookRefused) as refused:
        read_notebook(BOMBS[name])
    assert len(str(refused.value)) > 10


def test_text_code_and_outputs_become_a_lesson(client, author, lesson):
    data = notebook(
        text_cell(["# Grad by hand\n", "\n", "Intro $x^2$.\n", "\n", "# Part"]),
        code_cell("print(1)", {"output_type": "stream", "name": "stdout", "text": ["1\n"]}),
        code_cell(
            "1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division"}
        ),
        code_cell(
            "2", {"output_type": "execute_result", "data": {"text/plain": "2", "text/html": "<b>"}}
        ),
        metadata={"language_info": {"name": "python", "version": "3.11.7"}},
    )
    url = reverse("admin:lesson-notebook", args=[lesson.pk])
    file = SimpleUploadedFile("x.ipynb", data)
    client.post(url, {"file": file, "language": "en"})
    text = LessonText.objects.get(lesson=lesson, language="en")
    assert text.title == "Grad by hand"
    assert text.body == "Intro $x^2$.\n\n## Part"
    samples = list(lesson.samples.values_list("source", "output", "fails", "python"))
    assert samples == [
        ("print(1)\n", "1\n", False, "3.11.7"),
        ("1/0\n", "ZeroDivisionError: division\n", True, "3.11.7"),
        ("2\n", "2\n", False, "3.11.7"),
    ]


@pytest.mark.parametrize(
    ("said", "kind", "note"),
    [
        ({"change": "redo", "note": " New axes. "}, "redo", "New axes."),
        ({"change": "typo"}, "typo", ""),
        ({}, "clarification", ""),
    ],
)
def test_the_author_says_what_a_notebook_changes_for_readers(
    client, author, lesson, said, kind, note
):
    url = reverse("admin:lesson-notebook", args=[lesson.pk])
    file = SimpleUploadedFile("x.ipynb", notebook(text_cell("# Title\n\nOther words.")))
    client.post(url, {"file": file, "language": "en", **said})
    text = LessonText.objects.get(lesson=lesson, language="en")
    assert text.body == "Other words."
    assert (text.change, text.change_note) == (kind, note)


@pytest.mark.parametrize("said", [{"change": "novel"}, {"change": "redo", "note": "x" * 301}])
def test_what_an_author_can_not_say_of_a_notebook_changes_nothing(client, author, lesson, said):
    url = reverse("admin:lesson-notebook", args=[lesson.pk])
    file = SimpleUploadedFile("x.ipynb", notebook(text_cell("# Title\n\nOther words.")))
    response = client.post(url, {"file": file, "language": "en", **said}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert "Other words." not in LessonText.objects.get(lesson=lesson, language="en").body


@pytest.mark.parametrize("name", ["zip", "deep", "no json"])
def test_a_refused_notebook_changes_nothing(client, author, lesson, name):
    url = reverse("admin:lesson-notebook", args=[lesson.pk])
    file = SimpleUploadedFile("x.ipynb", BOMBS[name])
    response = client.post(url, {"file": file, "language": "en"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert lesson.samples.count() == 1


def test_a_lesson_is_downloaded_as_a_notebook_that_reads_back(client, lesson):
    response = client.get(f"{lesson.get_absolute_url()}notebook/")
    assert ".ipynb" in response["Content-Disposition"]
    document = json.loads(response.content)
    assert document["nbformat"] == 4
    assert all(
        {"cell_type", "id", "metadata", "source"} <= cell.keys() for cell in document["cells"]
    )
    again = read_notebook(response.content)
    assert again.cells[0].source == "print(1)\n"
    assert again.cells[0].output == "1\n"
    assert "Text 1." in again.body


def test_the_notebook_of_a_draft_is_not_public(client, lesson):
    lesson.status = "draft"
    lesson.save()
    assert client.get(f"{lesson.get_absolute_url()}notebook/").status_code == 404


def test_a_half_written_or_lost_picture_is_written_again(db):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from course.content.images.storing import store_image

    cleaned = clean(picture(700, 500), "plot.png")
    half = f"images/{cleaned.sha256[:2]}/{cleaned.sha256}.png"
    default_storage.delete(half)
    default_storage.save(half, ContentFile(cleaned.data[:40]))  # as a crash leaves it
    image = store_image(cleaned=cleaned, alt="x")
    small = image.variant_file(480)
    default_storage.delete(small)
    store_image(cleaned=cleaned, alt="x")
    assert default_storage.size(half) == len(cleaned.data)
    assert default_storage.size(small) > 100


def test_brackets_in_a_description_don_t_break_the_words_to_copy(client, author, lesson):
    sent = {"file": SimpleUploadedFile("plot.png", picture()), "alt": "x[0] and ]("}
    response = client.post(reverse("admin:lesson-images", args=[lesson.pk]), sent, follow=True)
    assert "![x(0) and )(](images/plot.png)" in response.content.decode()


def test_a_notebook_with_other_code_is_a_change_in_every_language(client, author, lesson):
    url = reverse("admin:lesson-notebook", args=[lesson.pk])
    cells = [
        {"cell_type": "markdown", "source": "# Lesson 1: ko\n\nText."},
        {"cell_type": "code", "source": "print(42)", "outputs": [
            {"output_type": "stream", "name": "stdout", "text": "<script>alert(1)</script>"},
            {"output_type": "display_data", "data": {"text/html": "<img src=x onerror=alert(1)>"}},
        ]},
    ]  # fmt: skip
    data = json.dumps({"nbformat": 4, "cells": cells, "metadata": {}}).encode()
    client.post(url, {"file": SimpleUploadedFile("a.ipynb", data), "language": "ko"})
    sample = lesson.samples.get()
    assert (sample.source, sample.output) == ("print(42)\n", "<script>alert(1)</script>\n")
    for text in lesson.texts.all():
        assert text.revision == 2
        assert text.beside["samples"][0]["source"] == "print(42)\n"
        assert text.extras["samples"][0]["output"] == sample.output
    page = client.get(lesson.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "onerror" not in page
