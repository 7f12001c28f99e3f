"""A quest as an mdBook: plain Markdown that other programs read, and our own importer."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from course.models import Lesson, LessonText, Quest
from tests.course.full_folder import ENGLISH_BODY, png, put, write_full_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db
MORE = """

See [before](lesson:full-lesson-0#h-going-down), [here](#h-going-down) and
[outside](https://example.org/). ![A red one](<images/my red.png>)

!!! tip "Mind"
    Look twice."""


@pytest.fixture
def quest(tmp_path):
    folder = write_full_quest(tmp_path / "full", english_body=ENGLISH_BODY + MORE)
    put(folder, "01-start/images/my red.png", png())
    import_once(folder)
    return Quest.objects.get()


@pytest.fixture
def book(quest, tmp_path):
    """`book(language)` writes the book and returns its folder."""

    def write(language="en"):
        folder = tmp_path / f"book-{language}"
        call_command("export_book", "full", folder, language=language, stdout=io.StringIO())
        return folder

    return write


def page_of(folder):
    return (folder / "src/start/down.md").read_text()


def test_the_table_of_contents_names_every_page(book):
    folder = book()
    assert (folder / "src/SUMMARY.md").read_text() == (
        "# Summary\n\n[Everything](README.md)\n\n- [Start](start/README.md)\n"
        "  - [Start 0](start/before.md)\n  - [Going down](start/down.md)\n\n"
        "[Glossary](glossary.md)\n"
    )
    assert 'title = "Everything"' in (folder / "book.toml").read_text()


def test_links_lead_within_the_book(book):
    page = page_of(book())
    assert "[before](before.md#going-down), [here](#going-down)" in page
    assert "[outside](https://example.org/)" in page
    assert "![A red one](../images/my%20red.png)" in page
    assert "a [loss](../glossary.md#term-loss) shrinks" in page


def test_every_link_of_the_book_leads_to_a_file(book):
    folder = book() / "src"
    for page in folder.rglob("*.md"):
        targets = re.findall(r"\]\(<?([^)>#]+)", page.read_text())
        for target in (each for each in targets if "://" not in each):
            assert (page.parent / target.replace("%20", " ")).is_file(), (page.name, target)


def test_no_marker_of_the_site_is_left(book):
    for page in (book() / "src").rglob("*.md"):
        text = page.read_text()
        assert not re.search(r"\[\[(sample|question|term|out):|lesson:|^!!!", text, re.M), page


def test_samples_come_with_what_they_printed_and_drew(book):
    folder = book()
    page = page_of(folder)
    assert "```python\nprint('step 1 loss 33.5')" in page
    assert "```text\nstep 1 loss 33.5\nstep 2 loss 0.02\n```" in page
    [name] = re.findall(r"!\[A curve of the loss going down\]\(\.\./(.+?)\)", page)
    assert (folder / "src" / name).read_bytes().startswith(b"\x89PNG")
    assert "<details><summary>Output</summary>" in page, "what is to be guessed is folded"


def test_questions_and_the_exercise_are_there_with_folded_answers(book):
    page = page_of(book())
    assert "**Question** Which **is** it?" in page
    assert "## Exercise\n\nTry it." in page
    assert "<details><summary>Model answer</summary>" in page


def test_each_language_is_a_book_of_its_own(book):
    assert "# 내려가기" in page_of(book("ko"))


def test_what_is_not_translated_is_in_the_source_language(book):
    LessonText.objects.filter(lesson__slug="down", language="en").delete()
    assert "# 내려가기" in page_of(book())


def test_only_published_lessons_are_in_it(book):
    Lesson.objects.filter(slug="before").update(status="draft")
    folder = book()
    assert not (folder / "src/start/before.md").exists()
    assert "http://testserver/en/quests/full/before/#h-going-down" in page_of(folder)


def test_our_importer_reads_it_back(book):
    folder = book()
    said = io.StringIO()
    call_command("import_quest", foreign=folder, stdout=said, stderr=said)
    # Two lessons, the introductions of the quest and its chapter, and the glossary.
    assert said.getvalue().startswith("Everything (mdBook, English): 3 chapters, 5 lessons")
    assert (
        "Could not be taken: nothing\nPerhaps not shown as it was meant: nothing" in said.getvalue()
    )


def test_code_with_fences_stays_within_its_own(book):
    Lesson.objects.get(slug="down").samples.filter(file="samples/grad-2.py").update(
        source='x = """\n```\n"""\n'
    )
    assert '````python\nx = """\n```\n"""\n````' in page_of(book())


def test_a_folder_with_files_in_it_is_refused(quest, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not an empty folder"):
        call_command("export_book", "full", tmp_path / "mine")
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_quest_that_is_not_there_or_has_nothing_to_show_is_refused(quest, tmp_path):
    with pytest.raises(CommandError, match="no quest 'gone'"):
        call_command("export_book", "gone", tmp_path / "new")
    Lesson.objects.update(status="draft")
    with pytest.raises(CommandError, match="no published lesson"):
        call_command("export_book", "full", tmp_path / "new")
    assert not (tmp_path / "new").exists()
