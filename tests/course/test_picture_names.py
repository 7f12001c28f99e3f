"""Pictures are found by names in any script, with spaces, in either Unicode form."""

import unicodedata

import pytest

from course.folders.importer import import_quest
from course.folders.problems import ImportRefused
from course.folders.writing import export_quest
from course.models import LessonText, Quest, QuestImage
from markup import render_lesson
from tests.course.authoring.folders import files_in, picture
from tests.course.authoring.test_uploads import send
from tests.course.folders import write_lesson, write_quest

pytestmark = pytest.mark.django_db
NFD = {form: unicodedata.normalize(form, "images/그래프.png") for form in ("NFC", "NFD")}["NFD"]


@pytest.fixture
def folder(tmp_path):
    """A quest; `draw(name, markdown)` adds a picture that its first lesson shows."""
    return write_quest(tmp_path / "demo", lessons=1)


def draw(folder, file: str, markdown: str) -> None:
    """Put a picture into the folder, and a lesson that shows it."""
    path = folder / "01-start" / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture())
    write_lesson(folder, body=f"## 제목\n\n![곡선]({markdown})")


def shown() -> str:
    return LessonText.objects.get(lesson__uid="demo-lesson-1", language="ko").body_html


@pytest.mark.parametrize(
    ("file", "markdown", "name"),
    [
        ("images/그래프.png", "images/그래프.png", "images/그래프.png"),
        (NFD, "images/그래프.png", "images/그래프.png"),
        ("images/그래프.png", NFD, "images/그래프.png"),
        ("images/내 그림.png", "<images/내 그림.png>", "images/내 그림.png"),
        ("images/내 그림.png", "images/내%20그림.png", "images/내 그림.png"),
        ("images/그래프.png", "images/%EA%B7%B8%EB%9E%98%ED%94%84.png", "images/그래프.png"),
        ("images/a (1).png", "<images/a (1).png>", "images/a (1).png"),
        ("images/a(1).png", "images/a(1).png", "images/a(1).png"),
        ("images/Größe_2.png", "images/Größe_2.png", "images/Größe_2.png"),
        ("images/plain-1.png", 'images/plain-1.png "title"', "images/plain-1.png"),
    ],
)
def test_a_picture_is_found_and_comes_back_in_an_export(folder, tmp_path, file, markdown, name):
    draw(folder, file, markdown)
    import_quest(folder=folder)
    image = QuestImage.objects.get()
    assert image.name == name
    assert image.image.sha256 in shown()
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    assert f"01-start/{name}" in files_in(tmp_path / "out")
    import_quest(folder=tmp_path / "out")
    assert QuestImage.objects.get() == image


def test_an_export_over_a_folder_in_the_other_form_leaves_one_file(folder, tmp_path):
    draw(folder, NFD, "images/그래프.png")
    import_quest(folder=folder)
    export_quest(quest=Quest.objects.get(), folder=folder)
    pictures = [name for name in files_in(folder) if "images/" in name]
    assert pictures == ["01-start/images/그래프.png"]
    import_quest(folder=folder)
    assert QuestImage.objects.get().image.sha256 in shown()


@pytest.mark.parametrize(
    "markdown",
    [
        "images/..%2f..%2fetc%2fpasswd",
        "<images/../../secret.png>",
        "images/%2e%2e/a.png",
        "images/.hidden.png",
        "images/a%00b.png",
        "images/없는.png",
    ],
)
def test_no_name_leaves_the_folder(folder, markdown):
    draw(folder, "images/a.png", markdown)
    (folder / "secret.png").write_bytes(picture())
    with pytest.raises(ImportRefused, match="There is no image"):
        import_quest(folder=folder)


def test_a_name_with_spaces_and_no_brackets_is_told_of():
    found = render_lesson("글\n\n![곡선](images/내 그림.png)", language="ko")
    [warning] = found.warnings
    assert warning.line == 3
    assert "<images/내 그림.png>" in warning.message


def test_an_upload_keeps_the_letters_of_its_name(client, staff, folder):
    import_quest(folder=folder)
    lesson = Quest.objects.get().lessons.get()
    client.force_login(staff)
    for file in ("오차 곡선.png", unicodedata.normalize("NFD", "오차 곡선.png")):
        send(client, lesson, name=file)
    image = QuestImage.objects.get()
    assert image.name == "images/오차-곡선.png"
    assert image.markdown.endswith("(images/오차-곡선.png)")


def test_the_studio_offers_markdown_that_works_for_a_name_with_spaces(folder):
    draw(folder, "images/내 그림.png", "<images/내 그림.png>")
    import_quest(folder=folder)
    assert QuestImage.objects.get().markdown.endswith("](<images/내 그림.png>)")
