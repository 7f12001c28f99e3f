"""Importing again renders only what would come out differently."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course.content import rerendering
from course.folders import checking, importer, render_inputs
from course.folders.importer import import_quest
from course.folders.render_inputs import Lookup
from course.models import Lesson, LessonText
from markup import Image
from tests.course.folders import write_lesson, write_quest
from tests.remembered import import_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Three lessons, the first of which links to the second; imported once."""
    made = write_quest(tmp_path / "demo", lessons=3)
    write_lesson(made, number=1, body="[둘째](lesson:demo-lesson-2)를 봐요.", english=False)
    import_once(made)
    return made


@pytest.fixture
def rendered(monkeypatch):
    """What an import renders, as (source, part, language)."""
    calls: list[tuple[str, str, str]] = []

    def counting(source, part, language, *resolvers):
        calls.append((source, part, language))
        return render(source, part, language, *resolvers)

    render = checking.render
    monkeypatch.setattr(checking, "render", counting)
    return calls


QUEST_TEXTS = 2  # the quest's own, in two languages: always rendered


def html(uid: str, language: str = "ko") -> str:
    return LessonText.objects.get(lesson__uid=uid, language=language).body_html


def test_an_unchanged_folder_renders_no_lesson(folder, rendered):
    before = list(LessonText.objects.order_by("pk").values())
    counts = import_quest(folder=folder)
    assert (len(rendered), counts.same) == (QUEST_TEXTS, 3)
    assert list(LessonText.objects.order_by("pk").values()) == before


def test_a_changed_text_is_rendered_alone(folder, rendered):
    write_lesson(folder, number=3, body="새 말이에요.", english=False)
    import_quest(folder=folder)
    assert [each[1:] for each in rendered[QUEST_TEXTS:]] == [
        ("body", "ko"), ("exercise", "ko"), ("answer", "ko"),
    ]  # fmt: skip
    assert "새 말이에요." in html("demo-lesson-3")


def test_a_new_title_is_searched_too(folder):
    write_lesson(folder, number=3, title="새 제목", english=False)
    import_quest(folder=folder)
    assert LessonText.objects.get(lesson__uid="demo-lesson-3", language="ko").search_title == (
        "새 제목"
    )


def test_a_new_address_reaches_the_lessons_that_link_to_it(folder, rendered):
    for language in ("ko", "en"):
        old = folder / "01-start" / f"02-lesson-2.{language}.md"
        old.rename(old.with_name(f"02-renamed.{language}.md"))
    import_quest(folder=folder)
    assert "/renamed/" in html("demo-lesson-1")
    assert len(rendered) == QUEST_TEXTS + 3


def test_what_was_rendered_by_others_since_is_rendered_again(folder, rendered):
    rerendering.render_all()
    import_quest(folder=folder)
    assert len(rendered) == QUEST_TEXTS + 3 * 2 * 3


def test_a_new_renderer_renders_everything(folder, rendered, monkeypatch):
    monkeypatch.setattr(render_inputs, "RENDERER_VERSION", render_inputs.RENDERER_VERSION + 1)
    import_quest(folder=folder)
    assert len(rendered) == QUEST_TEXTS + 3 * 2 * 3


def test_a_text_that_is_overwritten_while_the_folder_is_checked_is_rendered(folder, monkeypatch):
    good = html("demo-lesson-1")

    def meanwhile(node, statements):
        LessonText.objects.update(body_html="something else", made_of={})

    monkeypatch.setattr(importer, "check_named", meanwhile)
    import_quest(folder=folder)
    assert html("demo-lesson-1") == good


def lookup_of(picture: str) -> Lookup:
    """Finds this picture under every name, and no term or output."""
    return Lookup(
        lambda uid: "/there/",
        lambda name: Image(picture, 10, 10),
        lambda key: None,
        lambda sample, line, number: None,
    )


def test_another_picture_under_the_same_name_is_another_recipe(folder):
    node = importer.read_and_check(folder)
    text = node.children[0].children[0].texts["ko"]
    lookup = lookup_of("/a.png")
    lookup.resolve_image("a.png")
    recipe = lookup.recipe(text)
    assert lookup.still_valid(recipe, text)
    other = lookup_of("/b.png")
    assert not other.still_valid(recipe, text)


def test_more_unchanged_lessons_cost_as_many_queries(folder):
    def cost(lessons: int) -> int:
        write_quest(folder, lessons=lessons)
        import_quest(folder=folder)
        with CaptureQueriesContext(connection) as caught:
            assert import_quest(folder=folder).same == lessons
        return len(caught)

    assert cost(4) == cost(8)


def test_a_lesson_whose_quest_moved_is_stored_anew(folder):
    file = folder / "quest.ko.md"
    file.write_text(file.read_text().replace("slug: demo", "slug: moved"))
    import_quest(folder=folder)
    assert "/moved/" in html("demo-lesson-1")
    assert Lesson.objects.get(uid="demo-lesson-3").thread.url == "/quests/moved/lesson-3/"


def test_another_width_of_the_number_alone_is_kept(folder):
    for language in ("ko", "en"):
        old = folder / "01-start" / f"03-lesson-3.{language}.md"
        old.rename(old.with_name(f"0003-lesson-3.{language}.md"))
    import_quest(folder=folder)
    assert Lesson.objects.get(uid="demo-lesson-3").number_width == 4


def test_what_was_edited_alike_on_both_sides_is_known_as_imported(folder):
    LessonText.objects.filter(lesson__uid="demo-lesson-3", language="ko").update(title="새 제목")
    write_lesson(folder, number=3, title="새 제목", english=False)
    import_quest(folder=folder)
    write_lesson(folder, number=3, title="또 새 제목", english=False)
    import_quest(folder=folder)  # no conflict: nothing was edited on the site since
    assert LessonText.objects.get(lesson__uid="demo-lesson-3", language="ko").title == "또 새 제목"
