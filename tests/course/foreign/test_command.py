"""manage.py import_quest --from: told first, written when that is agreed, matched the next time."""

import io
import re

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from course.management.commands import import_quest
from course.models import CodeSample, Lesson, LessonText, Quest
from tests.course.foreign.folders import code, notebook, png, printed, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write(
        tmp_path / "class",
        {
            "README.md": "# A small class\n\nIt teaches two things to those who read it.\n",
            "LICENSE.md": "Free.",
            "one/first.md": "# First\n\n> [!TIP]\n> Look at ![P](../p.png)\n\n[on](second.md)\n",
            "one/second.md": "# Second\n\n[back](first.md) and [away](gone.md)\n",
            "two/run.ipynb": notebook(code("print(1)", printed("1\n"))),
            "p.png": png(),
        },
    )


def run(folder, **options) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("import_quest", foreign=folder, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_without_agreement_all_is_told_and_nothing_written(folder):
    before = sorted(folder.rglob("*"))
    said = run(folder)
    assert "A small class (Markdown folder, English): 2 chapters, 3 lessons" in said
    assert "one/second.md:3: gone.md" in said
    assert "LICENSE.md says under which terms the course may be used." in said
    assert said.endswith("Nothing was written. `--write` imports it.\n")
    assert (Quest.objects.count(), sorted(folder.rglob("*"))) == (0, before)


def test_check_tells_and_never_writes(folder):
    run(folder, check=True)
    assert Quest.objects.count() == 0


def test_write_imports_the_course(folder):
    assert "3 new lessons" in run(folder, write=True)
    quest = Quest.objects.get()
    assert (quest.slug, quest.source_language, quest.status) == ("small-class", "en", "published")
    html = LessonText.objects.get(lesson__slug="first").body_html
    assert 'class="admonition tip"' in html
    assert '<img src="' in html
    assert 'href="/en/quests/small-class/second/"' in html
    sample = CodeSample.objects.get()
    assert (sample.source, sample.output, sample.titles) == ("print(1)\n", "1\n", {"en": "Code 1"})


@pytest.mark.parametrize(
    ("version", "shown"),
    [("3.12.1", r"ran on [^<]+ with Python 3\.12\.1<"), ("", r"ran on [^<]*\d<")],
)
def test_a_sample_says_on_what_its_notebook_ran(client, folder, version, shown):
    ran = notebook(code("print(1)", printed("1\n")), version=version)
    run(write(folder, {"two/run.ipynb": ran}), write=True)
    with override("en"):
        page = client.get(reverse("lesson", args=["small-class", "run"]))
    assert re.search(shown, page.text.replace(" ·", "<"))


def test_a_question_on_the_terminal_agrees_as_well(folder, monkeypatch):
    monkeypatch.setattr(import_quest, "agreed", lambda question: True)
    assert "3 new lessons" in run(folder)


def test_a_second_import_finds_the_same_lessons(folder):
    run(folder, write=True)
    before = dict(Lesson.objects.values_list("uid", "pk"))
    assert "0 new lessons, 0 changed, 3 as they were" in run(folder, write=True)
    write(folder, {"one/first.md": "# Another title\n\nAnother text.\n"})
    assert "0 new lessons, 1 changed" in run(folder, write=True)
    assert dict(Lesson.objects.values_list("uid", "pk")) == before


def test_a_file_that_moved_keeps_its_lesson(folder):
    run(folder, write=True)
    before = Lesson.objects.get(slug="first").pk
    (folder / "one" / "first.md").rename(folder / "two" / "first.md")
    said = run(folder, write=True)
    assert "1 × a file that was moved; its lesson stays" in said
    after = Lesson.objects.get(slug="first")
    assert (after.pk, after.chapter.slug) == (before, "two")


def test_what_a_person_adds_to_the_mapping_counts(folder):
    run(folder, write=True)
    path = folder / "quest-import.yaml"
    mapping = yaml.safe_load(path.read_text())
    mapping["quest"]["title"] = "My class"
    mapping["lessons"]["one/first.md"] |= {"title": "Mine", "minutes": 7}
    mapping["lessons"]["two/run.ipynb"]["skip"] = True
    path.write_text(yaml.safe_dump(mapping))
    assert "2 lessons" in run(folder, write=True)
    lesson = Lesson.objects.get(slug="first")
    assert (lesson.minutes, lesson.texts.get().title) == (7, "Mine")
    assert Quest.objects.get().texts.get().title == "My class"


def test_a_mapping_that_cannot_be_read_stops_the_import(folder):
    write(folder, {"quest-import.yaml": "lessons: [1"})
    with pytest.raises(CommandError, match=r"quest-import\.yaml can't be read"):
        run(folder, write=True)


def test_into_writes_a_folder_in_our_format(folder, tmp_path):
    run(folder, into=tmp_path / "own", status="draft")
    assert Quest.objects.count() == 0
    out = io.StringIO()
    call_command("import_quest", str(tmp_path / "own"), stdout=out)
    assert "3 new lessons" in out.getvalue()
    assert Quest.objects.get().status == "draft"


def test_into_leaves_other_folders_alone(folder, tmp_path):
    write(tmp_path / "mine", {"letter.txt": "Dear"})
    with pytest.raises(CommandError, match="has other files in it"):
        run(folder, into=tmp_path / "mine")


def test_mistakes_are_told_in_the_files_of_the_course(folder):
    deep = "".join(f"{' ' * 2 * level}- a\n" for level in range(30))
    write(folder, {"one/second.md": f"# Second\n\nText.\n\n{deep}"})
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 mistakes; nothing was written"):
        call_command(
            "import_quest", foreign=folder, write=True, stdout=io.StringIO(), stderr=errors
        )
    assert errors.getvalue().startswith("one/second.md:")


def test_a_folder_without_pages_is_no_course(tmp_path):
    with pytest.raises(CommandError, match="No pages were found"):
        run(tmp_path)


def test_one_of_folder_and_from_is_named(folder):
    with pytest.raises(CommandError, match="Name either"):
        call_command("import_quest", str(folder), foreign=folder)
    with pytest.raises(CommandError, match="Name either"):
        call_command("import_quest")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_quest_in_english_alone_is_shown_in_both_languages(client, folder, language):
    run(folder, write=True)
    quest, lesson = Quest.objects.get(), Lesson.objects.get(slug="first")
    chapter = lesson.chapter.uid
    with override(language):
        pages = [reverse("home"), reverse("quest", args=[quest.slug])]
        pages += [reverse("chapter", args=[chapter]), reverse("lesson", args=[quest.slug, "first"])]
    shown = [client.get(page) for page in pages]
    assert [response.status_code for response in shown] == [200] * 4
    assert all("A small class" in response.text for response in shown)
    told = "아직 한국어로 번역되지 않아서" in shown[-1].text
    assert told == (language == "ko")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_far_each_step_has_come(tmp_path):
    names = {f"{number:02}.md": f"# Lesson {number}\n\nSome words.\n" for number in range(50)}
    seen = Terminal()
    folder = write(tmp_path / "long", names)
    call_command("import_quest", foreign=folder, write=True, stdout=seen, stderr=seen)
    for step in ("read", "converted", "checked", "written"):
        assert f"\r{step}: 49 / 50 lessons\r{step}: 50 / 50 lessons\n" in seen.getvalue()


def test_nothing_but_a_terminal_sees_it(tmp_path):
    names = {f"{number:02}.md": f"# Lesson {number}\n\nSome words.\n" for number in range(50)}
    assert "/ 50" not in run(write(tmp_path / "long", names), write=True)
