"""Export, import, export again: not a byte differs."""

from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from course.content.yamls import QuickLoader, StrictLoader, dump, loaded
from course.folders.importer import import_quest
from course.folders.writing import export_quest
from course.models import Lesson, LessonText, Quest
from tests.course.authoring.folders import files_in, write_quest
from tests.remembered import import_once

SHIPPED = Path(__file__).parents[3] / "fixtures" / "quests" / "jax"


def empty_the_site():
    from course.models import Chapter, ExternalLink, LessonDraft  # noqa: F401

    Lesson.objects.all().delete()
    Chapter.objects.all().delete()
    Quest.objects.all().delete()


def round_trip(folder: Path, tmp_path: Path) -> tuple[dict, dict]:
    """(files of the first export, files of the second one, made from an import of the first)."""
    import_quest(folder=folder)
    first, second = tmp_path / "first", tmp_path / "second"
    export_quest(quest=Quest.objects.get(), folder=first)
    empty_the_site()
    import_quest(folder=first)
    export_quest(quest=Quest.objects.get(), folder=second)
    return files_in(first), files_in(second)


@pytest.mark.once  # the round trips below are on both databases
def test_the_shipped_quest_is_exported_as_it_ships(db, tmp_path):
    import_once(SHIPPED)
    export_quest(quest=Quest.objects.get(), folder=tmp_path / "out")
    shipped = files_in(SHIPPED)
    shipped.pop("README.md", None)
    exported = files_in(tmp_path / "out")
    assert exported.keys() == shipped.keys()
    assert [name for name in shipped if shipped[name] != exported[name]] == []


@pytest.mark.parametrize(("written", "exported"), [("browser", "browser"), ("server", None)])
def test_where_code_runs_survives_the_round_trip(db, tmp_path, written, exported):
    folder = write_quest(tmp_path / "made", chapters=1, lessons=1)
    file = folder / "quest.ko.md"
    file.write_text(file.read_text().replace("---\n", f"---\nruns: {written}\n", 1))
    first, second = round_trip(folder, tmp_path)
    assert first == second
    assert Quest.objects.get().runs == written
    said = [line for line in first["quest.ko.md"].decode().splitlines() if "runs:" in line]
    assert said == ([f"runs: {exported}"] if exported else [])


@pytest.mark.once  # many of what the others here have on both databases
def test_a_quest_of_500_lessons_survives_the_round_trip(db, tmp_path):
    write_quest(tmp_path / "made", chapters=5, lessons=100)
    first, second = round_trip(tmp_path / "made", tmp_path)
    assert len([name for name in first if name.endswith(".ko.md")]) == 506
    assert first == second


def test_unicode_images_samples_and_captures_survive_the_round_trip(db, tmp_path):
    write_quest(tmp_path / "made", chapters=1, lessons=3, picture=True, strange=True)
    first, second = round_trip(tmp_path / "made", tmp_path)
    assert "01-part-1/images/plot.png" in first
    assert "01-part-1/images/photo.jpg" in first
    assert "01-part-1/samples/part-1-1.capture.yaml" in first
    assert first == second


def test_numbers_keep_their_width(db, tmp_path):
    write_quest(tmp_path / "made", chapters=1, lessons=2, width=3)
    first, second = round_trip(tmp_path / "made", tmp_path)
    assert "001-part-1/002-lesson-2.ko.md" in first
    assert first == second


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_every_text_survives_the_front_matter(text):
    text = text.replace("\r", "\n")
    try:
        text.encode()
        yaml.load(f'"{text}"', Loader=StrictLoader)
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        return
    except yaml.YAMLError:
        pass
    assert yaml.load(dump({"exercise": text}), Loader=StrictLoader) == {"exercise": text}


@given(
    st.text(alphabet=st.sampled_from("ab:-|>#\"'{}[],&*%@`\\\n\t 1.\u2028\x85가🌱"), max_size=60)
)
@example("|\n  x\n y")
@example("&x 1\nb: *x")
@example("1\nkey: 2")
def test_both_readers_of_yaml_read_the_same(text):
    """libyaml takes tabs where the other doesn't, and the other way round."""
    found = {read_by(kind, f"key: {text}") for kind in (QuickLoader, StrictLoader)}
    assert len(found - {None}) <= 1


def read_by(kind, text):
    """What a reader finds, and on which lines; None for what it refuses."""
    try:
        value, node = loaded(kind(text))
    except (yaml.YAMLError, ValueError):
        return None
    return repr(value), tuple(lines_in(node))


def lines_in(node) -> list[int]:
    if node is None:
        return []
    below = node.value if isinstance(node.value, list) else []
    flat = [each for row in below for each in (row if isinstance(row, tuple) else (row,))]
    return [node.start_mark.line, *(line for each in flat for line in lines_in(each))]


def test_an_export_removes_what_the_quest_no_longer_has(db, tmp_path):
    write_quest(tmp_path / "made", chapters=1, lessons=2)
    import_quest(folder=tmp_path / "made")
    out = tmp_path / "out"
    export_quest(quest=Quest.objects.get(), folder=out)
    (out / "README.md").write_text("kept")
    Lesson.objects.filter(slug="lesson-2").update(slug="renamed")
    export_quest(quest=Quest.objects.get(), folder=out)
    assert (out / "README.md").read_text() == "kept"
    assert (out / "01-part-1" / "02-renamed.ko.md").is_file()
    assert not (out / "01-part-1" / "02-lesson-2.ko.md").exists()


def test_a_folder_with_other_things_is_left_alone(db, tmp_path):
    write_quest(tmp_path / "made", chapters=1, lessons=1)
    import_quest(folder=tmp_path / "made")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    with pytest.raises(CommandError, match="other files"):
        call_command("export_quest", "made", str(tmp_path / "home"))
    assert files_in(tmp_path / "home") == {"letter.txt": b"dear"}


def test_a_lesson_without_its_source_text_is_named(db, tmp_path):
    write_quest(tmp_path / "made", chapters=1, lessons=1)
    import_quest(folder=tmp_path / "made")
    LessonText.objects.filter(language="ko").delete()
    with pytest.raises(CommandError, match="made-1-1"):
        call_command("export_quest", "made", str(tmp_path / "out"))


def test_an_unknown_quest_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("export_quest", "nowhere", str(tmp_path / "out"))
