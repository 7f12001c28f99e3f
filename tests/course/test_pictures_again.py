"""A picture comes back as it was put in, and one that is stored costs nothing to look at again."""

import base64
import io
import zlib

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from course.content.images import cleaning
from course.content.images.cleaning import ImageRefused, clean
from course.content.images.stripping import PNG, chunk, chunks_of, stripped_jpeg
from course.folders.importer import import_quest, read_and_check
from course.folders.problems import ImportRefused
from course.folders.writing import export_quest
from course.foreign.mapping import Mapping
from course.foreign.writing import write_folder
from course.models import Image, Quest
from tests.course.authoring.folders import files_in, picture
from tests.course.folders import write_lesson, write_quest
from tests.course.foreign.folders import code, converted, notebook, text, write

HIDDEN = b"<script>alert(1)</script>PK\x03\x04"


def saved(mode: str = "RGB", kind: str = "PNG", **options) -> bytes:
    """A picture of this mode as Pillow writes it by default."""
    buffer = io.BytesIO()
    Pillow.radial_gradient("L").resize((60, 40)).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(data: bytes) -> bytes:
    with Pillow.open(io.BytesIO(data)) as found:
        return found.convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize(
    "options", [{}, {"optimize": True}, {"compress_level": 0}, {"dpi": (96, 96)}]
)
def test_a_png_of_pixels_alone_stays_as_it_is(mode, options):
    data = saved(mode, **options)
    assert clean(data, "x.png").data == data


def test_a_png_loses_its_notes_and_not_a_pixel():
    notes = PngInfo()
    notes.add_text("Software", "Matplotlib version3.10, https://matplotlib.org/")
    notes.add_itxt("Comment", "어디서 찍었는지")
    data = saved(pnginfo=notes, dpi=(100, 100))
    cleaned = clean(data, "x.png").data
    assert b"Matplotlib" not in cleaned
    assert [kind for kind, _body in chunks_of(cleaned)] == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]
    assert pixels(cleaned) == pixels(data)
    assert clean(cleaned, "x.png").data == cleaned


def with_chunks(data: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """The picture with these chunks before its end."""
    kept = list(chunks_of(data))
    return PNG + b"".join(chunk(*each) for each in [*kept[:-1], *more, kept[-1]])


def hidden_behind_the_pixels() -> bytes:
    body = b"".join(body for kind, body in chunks_of(saved()) if kind == b"IDAT")
    head = [each for each in chunks_of(saved()) if each[0] == b"IHDR"]
    parts = [*head, (b"IDAT", body + HIDDEN), (b"IEND", b"")]
    return PNG + b"".join(chunk(*each) for each in parts)


@pytest.mark.parametrize(
    "data",
    [
        saved() + HIDDEN,
        with_chunks(saved(), (b"tEXt", b"a\0" + HIDDEN)),
        with_chunks(saved(), (b"zzZz", HIDDEN)),
        with_chunks(saved(), (b"pHYs", HIDDEN)),
        hidden_behind_the_pixels(),
        saved()[:-4] + zlib.crc32(b"IEND").to_bytes(4, "big") + HIDDEN,
    ],
)
def test_nothing_hides_in_a_png(data):
    cleaned = clean(data, "x.png").data
    assert b"script" not in cleaned
    assert pixels(cleaned) == pixels(saved())


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"optimize": True, "quality": 60}])
def test_a_jpeg_loses_its_notes_and_is_not_blurred(options):
    exif = Pillow.Exif()
    exif[0x010E] = "Sora's kitchen"
    bare = saved(kind="JPEG", **options)
    data = saved(kind="JPEG", exif=exif.tobytes(), comment=HIDDEN, **options) + HIDDEN
    cleaned = clean(data, "x.jpg").data
    assert b"kitchen" not in cleaned
    assert b"script" not in cleaned
    assert pixels(cleaned) == pixels(bare)
    assert clean(cleaned, "x.jpg").data == cleaned


def test_a_jpeg_of_pixels_alone_stays_as_it_is():
    data = saved(kind="JPEG")
    assert clean(data, "x.jpg").data == data


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_a_jpeg_of_any_colours_is_understood(mode):
    once = clean(saved(mode, kind="JPEG"), "x.jpg")
    assert clean(once.data, "x.jpg") == once


def test_a_turned_photo_is_upright_without_its_notes():
    exif = Pillow.Exif()
    exif[cleaning.ORIENTATION] = 6
    for kind, name in (("JPEG", "x.jpg"), ("PNG", "x.png")):
        cleaned = clean(saved(kind=kind, exif=exif.tobytes()), name)
        assert (cleaned.width, cleaned.height) == (40, 60)


def test_any_cut_or_flipped_byte_of_a_jpeg_is_no_fault():
    data = saved(kind="JPEG", comment=b"x" * 40)
    for at in range(2, len(data), 7):
        for odd in (data[:at], data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]):
            stripped_jpeg(odd)
            try:
                clean(odd, "x.jpg")
            except ImageRefused:
                continue


@pytest.fixture
def folder(tmp_path):
    """A quest with a picture as matplotlib writes one, a bare one, a photo and a drawing."""
    folder = write_quest(tmp_path / "demo", lessons=1)
    images = folder / "01-start/images"
    images.mkdir()
    (images / "bare.png").write_bytes(saved())
    (images / "photo.jpg").write_bytes(picture(kind="JPEG"))
    shown = "".join(f"![x](images/{each.name})\n\n" for each in sorted(images.iterdir()))
    write_lesson(folder, body=f"## 제목\n\n{shown}")
    return folder


@pytest.mark.django_db
def test_what_was_put_in_comes_back_in_an_export(folder, tmp_path):
    import_quest(folder=folder)
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    before = {name: data for name, data in files_in(folder).items() if "images/" in name}
    after = {name: data for name, data in files_in(tmp_path / "out").items() if "images/" in name}
    assert after == before


@pytest.mark.django_db
def test_stored_pictures_are_not_decoded_again(folder, monkeypatch):
    import_quest(folder=folder)

    def decode(_data):
        raise AssertionError("it was decoded again")

    monkeypatch.setattr(cleaning, "decode", decode)
    read_and_check(folder)
    import_quest(folder=folder)
    assert Image.objects.count() == 2


@pytest.mark.django_db
def test_a_stored_picture_under_a_wrong_ending_is_refused_as_before(folder):
    import_quest(folder=folder)
    images = folder / "01-start/images"
    (images / "bare.webp").write_bytes((images / "bare.png").read_bytes())
    write_lesson(folder, body="## 제목\n\n![x](images/bare.webp)")
    with pytest.raises(ImportRefused, match="PNG"):
        import_quest(folder=folder)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/a", ".git/x"])
def test_what_a_system_leaves_in_a_folder_stops_no_import(folder, tmp_path, name):
    for place in (folder, folder / "01-start"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(b"\0")
    import_quest(folder=folder)
    out = tmp_path / "out" / name
    out.parent.mkdir(parents=True)
    out.write_bytes(b"\0")
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")


@pytest.fixture
def of_a_notebook(tmp_path):
    """A quest made of a notebook with a figure that a cell drew, and a picture within a cell."""
    image = base64.b64encode(saved()).decode()
    figure = {"output_type": "display_data", "metadata": {}, "data": {"image/png": image}}
    attached = text("# One\n\n![A](attachment:a.png)", attachments={"a.png": {"image/png": image}})
    write(tmp_path / "course", {"01-one.ipynb": notebook(attached, code("plot()", figure))})
    write_folder(converted(tmp_path / "course"), Mapping(), tmp_path / "made")
    return tmp_path / "made"


@pytest.mark.django_db
def test_the_pictures_of_a_notebook_come_back_in_an_export(of_a_notebook, tmp_path):
    import_quest(folder=of_a_notebook)
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    before, after = (
        sorted(data for name, data in files_in(place).items() if name.endswith(".png"))
        for place in (of_a_notebook, tmp_path / "out")
    )
    assert len(before) == 2
    assert after == before


@pytest.mark.django_db
def test_the_pictures_of_a_notebook_are_not_decoded_again(of_a_notebook, monkeypatch):
    import_quest(folder=of_a_notebook)
    monkeypatch.setattr(cleaning, "decode", lambda _data: pytest.fail("it was decoded again"))
    read_and_check(of_a_notebook)
    import_quest(folder=of_a_notebook)
