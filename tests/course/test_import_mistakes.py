"""Common mistakes in a quest folder, and the import's message for each."""

import os
from datetime import date
from hashlib import sha256

import pytest
import yaml

from course.folders.importer import import_quest
from course.folders.problems import ImportRefused
from course.models import Lesson, LessonText, Quest
from tests.course.folders import write, write_lesson, write_quest

pytestmark = pytest.mark.django_db
NEW = "01-start/03-new.ko.md"
HEAD = "uid: demo-new\ntitle: t\n"
CODE = "print(1)\n"


@pytest.fixture
def folder(tmp_path):
    return write_quest(tmp_path / "demo", english=False)


def messages(folder) -> list[str]:
    """What the import says; nothing may have been written."""
    with pytest.raises(ImportRefused) as refused:
        import_quest(folder=folder)
    assert Quest.objects.count() == Lesson.objects.count() == 0
    return [str(problem) for problem in refused.value.problems]


def write_raw(folder, data: bytes | str, name: str = NEW) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def lesson(head: str = HEAD, body: str = "text") -> str:
    return f"---\n{head}---\n\n{body}\n"


@pytest.mark.parametrize(
    ("head", "line", "message"),
    [
        (HEAD + "? [a, b]\n: c\n", 4, "bad YAML: a key must be a word"),
        (HEAD + "? {a: b}\n: c\n", 4, "bad YAML: a key must be a word"),
        (HEAD + "summary: " + "[" * 5_000 + "\n", 2, "bad YAML: nested too deeply"),
        (HEAD + "summary: 2026-13-45\n", 2, "bad YAML: month must be in 1..12"),
        (HEAD + "minutes: " + "9" * 5_000 + "\n", 2, "bad YAML: Exceeds the limit"),
        (HEAD + "summary: !!python/name:os.system\n", 4, "bad YAML: could not determine"),
        (HEAD + "tags: !!set {a, b}\n", 4, "'tags' must be a list"),
        (HEAD + 'tags: ["a\\n"]\n', 4, "'tags' must be a list"),
        ('uid: "demo-new\\n"\ntitle: t\n', 2, "'uid' must be 3 to 64"),
        ('uid: demo-new\ntitle: "a\\0b"\n', 3, "'title' has a control character"),
        ('uid: demo-new\ntitle: "a\\uD800b"\n', 3, "'title' has a control character"),
        ('uid: demo-new\ntitle: "a\\nb"\n', 3, "'title' must be one line"),
        (HEAD + 'samples: [{file: "a\\0", title: t}]\n', 4, "'file' must be a path"),
        (HEAD + "samples: [{file: a.py, title: t, language: 5}]\n", 4, "'language' must be a word"),
        (HEAD + "links: [{title: t, url: 'https://a:99999/'}]\n", 4, "is not an https://"),
        (HEAD + "links: [{title: t, url: 'https://a.b'}, {title: u, url: 'https://a.b'}]\n",
         4, "names an address twice"),
        (HEAD + "exercise: |\n  one\n\n  bad $\\nope$\n", 7, "unknown command “\\nope”"),
        (HEAD + "exercise: bad $\\nope$\n", 4, "unknown command “\\nope”"),
        ("uid: demo\ntitle: t\n", 2, "uid 'demo' is used twice"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_front_matter_is_told_with_its_line(folder, head, line, message):
    write_raw(folder, lesson(head))
    [found] = messages(folder)
    assert found.startswith(f"{NEW}:{line}: ")
    assert message in found


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (lesson(body="한글").encode("cp949"), 6, "is not UTF-8 text"),
        (lesson().encode("utf-16"), 1, "is not UTF-8 text"),
        (b"", 1, "must start with front matter"),
        (b"---\nhello\n---\ntext\n", 2, "must be 'key: value' lines"),
        (lesson(body="a\0b").encode(), 6, "has a NUL character"),
        (lesson(body="[" * 10_000).encode(), 6, "nested too deeply"),
        (lesson(body="![a](images/../../../etc/passwd)").encode(), 6, "There is no image"),
    ],
)
def test_a_file_that_is_no_lesson_is_told_with_its_line(folder, data, line, message):
    write_raw(folder, data)
    [found] = messages(folder)
    assert found.startswith(f"{NEW}:{line}: ")
    assert message in found


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + lesson().encode(), lesson().replace("\n", "\r\n").encode()]
)
def test_files_of_windows_editors_are_welcome(folder, data):
    write_raw(folder, data)
    import_quest(folder=folder)
    assert LessonText.objects.get(lesson__uid="demo-new").body_html == "<p>text</p>"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("01-start/03-" + "a" * 65 + ".ko.md", "is longer than 64 characters"),
        ("01-start/03-new\n.ko.md", "must be named like"),
        ("01-start/01-new.ko.md", "number '1' is used twice"),
        ("01-start/03-new.en.md", "is missing: it holds what the languages of a lesson share"),
    ],
)
def test_a_wrong_file_name_is_explained(folder, name, message):
    write_raw(folder, lesson(), name)
    [found] = messages(folder)
    assert message in found


def test_what_is_no_file_is_called_so(folder):
    os.mkfifo(folder / "01-start" / "03-pipe.ko.md")
    (folder / "01-start" / "04-circle.ko.md").symlink_to("04-circle.ko.md")
    (folder / "01-start" / "05-endless.ko.md").symlink_to("/dev/zero")
    assert [each.split(": ")[1] for each in messages(folder)] == ["is not a file"] * 3


def test_a_chapter_that_is_a_link_to_elsewhere_is_not_even_listed(folder):
    (folder / "03-etc").symlink_to("/etc")
    assert messages(folder) == ["03-etc: leaves the folder"]


def test_samples_and_captures_do_not_leave_the_folder_by_links(folder, tmp_path):
    (tmp_path / "secret.py").write_text(CODE)
    samples = folder / "01-start" / "samples"
    samples.mkdir()
    (samples / "a.py").symlink_to(tmp_path / "secret.py")
    (samples / "b.py").write_text(CODE)
    (samples / "b.capture.yaml").symlink_to("/etc/hostname")
    rows = [{"file": f"samples/{name}.py", "title": "t"} for name in "ab"]
    write_lesson(folder, number=1, english=False, samples=rows)
    assert [each.split(": ", 1)[1] for each in messages(folder)] == [
        "'01-start/samples/a.py' leaves the folder",
        "'01-start/samples/b.capture.yaml' leaves the folder",
    ]


def capture(**changes):
    return {
        "source_sha256": sha256(CODE.encode()).hexdigest(),
        "ran_on": date(2026, 11, 1),
        "python": "3.11.7",
        "versions": {"jax": "0.10.2"},
        "outcome": "ok",
        "output": "1\n",
    } | changes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (yaml.safe_dump(capture(output="a\0b")), "text without control characters"),
        (yaml.safe_dump(capture(output=5)), "text without control characters"),
        (yaml.safe_dump(capture(python="3" * 21)), "'python' is longer"),
        (yaml.safe_dump(capture(outcome="error")), "'outcome' must be 'ok'"),
        (yaml.safe_dump(capture(ran_on="yesterday")), "'ran_on' must be a date"),
        (yaml.safe_dump(capture(source_sha256="0")), "capture is stale"),
        ("? [a]\n: b\n", "a key must be a word"),
        ("- a\n", "must have the keys"),
        ("{", "bad YAML"),
    ],
)
def test_a_bad_capture_is_told_once(folder, text, message):
    (folder / "01-start" / "samples").mkdir()
    write_raw(folder, CODE, "01-start/samples/a.py")
    write_raw(folder, text, "01-start/samples/a.capture.yaml")
    write_lesson(folder, number=1, english=False, samples=[{"file": "samples/a.py", "title": "t"}])
    [found] = messages(folder)
    assert found.startswith("01-start/samples/a.capture.yaml:1: ")
    assert message in found


def test_labels_are_in_the_language_of_the_text_and_ids_of_one_page_differ(folder):
    write(folder, "quest.en.md", {"uid": "demo", "title": "t"})
    body = "## Same\n\n!!! note\n    text"
    meta = {"uid": "demo-lesson-1", "title": "t", "exercise": "## Same\n"}
    write(folder, "01-start/01-lesson-1.en.md", meta, body)
    import_quest(folder=folder)
    text = LessonText.objects.get(lesson__uid="demo-lesson-1", language="en")
    assert '<p class="admonition-title">Note</p>' in text.body_html
    assert '<h2 id="h-same">' in text.body_html
    assert '<h2 id="exercise-h-same">' in text.exercise_html


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("quest.ko.md", "phone", "'runs' must be one of server, browser"),
        ("quest.ko.md", "[browser]", "'runs' must be one of server, browser"),
        ("quest.en.md", "browser", "'runs' belongs into the file of the source language only"),
    ],
)
def test_where_code_runs_is_one_of_two_and_said_once(tmp_path, name, value, message):
    folder = write_quest(tmp_path / "demo")
    file = folder / name
    file.write_text(file.read_text().replace("---\n", f"---\nruns: {value}\n", 1))
    assert messages(folder) == [f"{name}:2: {message}"]
