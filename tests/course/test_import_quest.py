"""manage.py import_quest: all of a folder, or nothing and every mistake."""

import io
from hashlib import sha256

import pytest
import yaml
from django.core.management import CommandError, call_command

from course.folders.conflicts import Choice
from course.folders.importer import import_quest
from course.folders.problems import ImportRefused
from course.models import (
    Chapter,
    CodeSample,
    Lesson,
    LessonText,
    OldLessonSlug,
    Quest,
    StreamEntry,
    Tag,
)
from tests.course.folders import front, write, write_lesson, write_quest

pytestmark = pytest.mark.django_db


def problems_of(folder) -> list[str]:
    """The messages of a refused import."""
    with pytest.raises(ImportRefused) as refused:
        import_quest(folder=folder)
    return [str(problem) for problem in refused.value.problems]


def only_problem(folder) -> str:
    """The one message of a refused import."""
    found = problems_of(folder)
    assert len(found) == 1, found
    return found[0]


def test_a_folder_becomes_a_quest_in_two_languages(quest):
    assert [lesson.uid for lesson in Lesson.objects.in_order()] == [
        "demo-lesson-1",
        "demo-lesson-2",
    ]
    assert {text.language: text.title for text in quest.texts.all()} == {
        "ko": "퀘스트 demo",
        "en": "Quest demo",
    }
    text = LessonText.objects.get(lesson__uid="demo-lesson-2", language="en")
    assert "<p>Text 2</p>" in text.body_html
    assert (text.revision, text.source_revision) == (1, 1)


def test_the_outline_is_stored_in_every_language(quest):
    [chapter] = quest.texts.get(language="en").outline
    assert (chapter["title"], [each["title"] for each in chapter["lessons"]]) == (
        "Start",
        ["Lesson 1", "Lesson 2"],
    )


def test_the_same_folder_again_changes_nothing(quest, quest_folder):
    before = list(LessonText.objects.order_by("id").values("id", "revision", "changed_at"))
    counts = import_quest(folder=quest_folder)
    assert (counts.new, counts.changed, counts.same) == (0, 0, 2)
    assert list(LessonText.objects.order_by("id").values("id", "revision", "changed_at")) == before


def test_a_changed_text_gets_the_next_revision_and_a_line_in_the_stream(quest, quest_folder):
    StreamEntry.objects.all().delete()
    write_lesson(quest_folder, number=1, body="새 본문")
    import_quest(folder=quest_folder)
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    revisions = dict(lesson.texts.values_list("language", "revision"))
    assert revisions == {"ko": 2, "en": 1}
    assert StreamEntry.objects.get().kind == StreamEntry.Kind.CHANGED


def test_a_translation_that_did_not_follow_knows_its_old_source(quest, quest_folder):
    write_lesson(quest_folder, number=1, english=False, body="새 본문")
    import_quest(folder=quest_folder)
    english = LessonText.objects.get(lesson__uid="demo-lesson-1", language="en")
    assert english.source_revision == 1
    assert LessonText.objects.get(lesson__uid="demo-lesson-1", language="ko").revision == 2


def test_lessons_may_swap_their_slugs_and_old_addresses_are_kept(quest, quest_folder):
    chapter = quest_folder / "01-start"
    for language in ("ko", "en"):
        first, second = (chapter / f"0{n}-lesson-{n}.{language}.md" for n in (1, 2))
        first.rename(chapter / f"01-lesson-2.{language}.md")
        second.rename(chapter / f"02-lesson-1.{language}.md")
    import_quest(folder=quest_folder)
    slugs = dict(Lesson.objects.values_list("uid", "slug"))
    assert slugs == {"demo-lesson-1": "lesson-2", "demo-lesson-2": "lesson-1"}


def test_a_renamed_lesson_keeps_its_identity_and_its_thread(quest, quest_folder):
    lesson = Lesson.objects.get(uid="demo-lesson-1")
    for language in ("ko", "en"):
        path = quest_folder / "01-start" / f"01-lesson-1.{language}.md"
        path.rename(path.with_name(f"01-renamed.{language}.md"))
    import_quest(folder=quest_folder)
    after = Lesson.objects.select_related("thread").get(uid="demo-lesson-1")
    assert (after.pk, after.thread_id, after.slug) == (lesson.pk, lesson.thread_id, "renamed")
    assert after.thread.url == "/quests/demo/renamed/"
    assert OldLessonSlug.objects.get(slug="lesson-1").lesson_id == lesson.pk


def test_a_lesson_may_move_to_another_chapter(quest, quest_folder):
    write(quest_folder, "02-more/chapter.ko.md", {"uid": "demo-more", "title": "더"})
    for language in ("ko", "en"):
        path = quest_folder / "01-start" / f"02-lesson-2.{language}.md"
        path.rename(quest_folder / "02-more" / path.name)
    import_quest(folder=quest_folder)
    assert Lesson.objects.get(uid="demo-lesson-2").chapter.uid == "demo-more"
    assert Chapter.objects.count() == 2


def test_samples_come_with_their_captures(tmp_path):
    folder = write_quest(tmp_path / "demo", lessons=0)
    code = "print(1)\n"
    capture = {
        "source_sha256": sha256(code.encode()).hexdigest(),
        "ran_on": __import__("datetime").date(2026, 11, 1),
        "python": "3.11.7",
        "versions": {"jax": "0.10.2"},
        "outcome": "ok",
        "output": "1\n",
    }
    write_lesson(folder, samples=[{"file": "samples/a.py", "title": "하나"}], english=False)
    (folder / "01-start" / "samples").mkdir()
    (folder / "01-start" / "samples" / "a.py").write_text(code)
    (folder / "01-start" / "samples" / "a.capture.yaml").write_text(yaml.safe_dump(capture))
    import_quest(folder=folder)
    sample = CodeSample.objects.get()
    assert (sample.output, sample.versions, sample.titles) == (
        "1\n",
        {"jax": "0.10.2"},
        {"ko": "하나"},
    )
    row = LessonText.objects.get().extras["samples"][0]
    assert (row["title"], row["output"], row["ran_on"]) == ("하나", "1\n", "2026-11-01")


def twelve_mistakes(folder):
    """A folder in which twelve different things are wrong."""
    write_quest(folder, lessons=0)
    chapter = folder / "01-start"
    (chapter / "01-bad-yaml.ko.md").write_text("---\nuid: [a\n---\n\ntext\n")
    write(folder, "01-start/02-no-uid.ko.md", {"title": "t"}, "text")
    write(folder, "01-start/03-first.ko.md", {"uid": "same-uid", "title": "t"}, "text")
    write(folder, "01-start/04-second.ko.md", {"uid": "same-uid", "title": "t"}, "text")
    write(folder, "01-start/05-key.ko.md", {"uid": "key-key", "title": "t", "colour": 1}, "text")
    (chapter / "06-french.fr.md").write_text(front({"uid": "fr-fr", "title": "t"}, "texte"))
    write(folder, "01-start/07-link.ko.md", {"uid": "link", "title": "t"}, "a\n\n[x](lesson:gone)")
    samples = [{"file": "samples/gone.py", "title": "t"}]
    write(folder, "01-start/08-s.ko.md", {"uid": "sss", "title": "t", "samples": samples}, "text")
    write(folder, "01-start/09-maths.ko.md", {"uid": "maths", "title": "t"}, "a $\\nope{x}$")
    escape = [{"file": "../../../../etc/passwd", "title": "t"}]
    write(folder, "01-start/10-out.ko.md", {"uid": "out", "title": "t", "samples": escape}, "text")
    (chapter / "11-large.ko.md").write_text(front({"uid": "large", "title": "t"}, "x" * 1_000_001))
    write(folder, "01-start/13-no-text.ko.md", {"uid": "no-text", "title": "t"})
    unsafe = "---\nuid: !!python/object/apply:os.system ['true']\n---\n\ntext\n"
    (chapter / "12-unsafe.ko.md").write_text(unsafe)
    return folder


def test_twelve_mistakes_are_told_at_once_with_file_and_line(tmp_path):
    found = problems_of(twelve_mistakes(tmp_path / "demo"))
    places = [message.split(": ", 1)[0] for message in found]
    assert places == [
        "01-start/01-bad-yaml.ko.md:2",
        "01-start/02-no-uid.ko.md:1",
        "01-start/04-second.ko.md:2",
        "01-start/05-key.ko.md:4",
        "01-start/06-french.fr.md",
        "01-start/07-link.ko.md:8",
        "01-start/08-s.ko.md:4",
        "01-start/09-maths.ko.md:6",
        "01-start/10-out.ko.md:4",
        "01-start/11-large.ko.md",
        "01-start/12-unsafe.ko.md:2",
        "01-start/13-no-text.ko.md:5",
    ]
    assert Quest.objects.count() == Lesson.objects.count() == Tag.objects.count() == 0


def test_the_command_prints_the_mistakes_and_fails(tmp_path):
    errors = io.StringIO()
    with pytest.raises(CommandError, match="mistakes; nothing was written"):
        call_command("import_quest", str(twelve_mistakes(tmp_path / "demo")), stderr=errors)
    assert "01-start/05-key.ko.md:4: unknown key 'colour'" in errors.getvalue()


def test_check_validates_without_writing(quest_folder):
    out = io.StringIO()
    call_command("import_quest", str(quest_folder), check=True, stdout=out)
    assert out.getvalue().strip() == "No mistakes found."
    assert Quest.objects.count() == 0


def test_a_mistake_in_a_re_import_leaves_the_site_as_it_was(quest, quest_folder):
    write_lesson(quest_folder, number=1, body="새 본문")
    write_lesson(quest_folder, number=2, body="$\\nope$")
    problems_of(quest_folder)
    assert "본문 1" in LessonText.objects.get(lesson__uid="demo-lesson-1", language="ko").body


def test_yaml_aliases_are_refused(quest_folder):
    path = quest_folder / "01-start" / "01-lesson-1.ko.md"
    path.write_text("---\nuid: &a abc-def\ntitle: *a\n---\n\ntext\n")
    assert any("aliases are not allowed" in message for message in problems_of(quest_folder))


def test_a_key_twice_is_refused(quest_folder):
    path = quest_folder / "01-start" / "01-lesson-1.en.md"
    path.write_text("---\nuid: demo-lesson-1\ntitle: a\ntitle: b\n---\n\ntext\n")
    assert only_problem(quest_folder).startswith(
        "01-start/01-lesson-1.en.md:4: bad YAML: key 'title'"
    )


def test_a_link_that_leaves_the_folder_by_a_symlink_is_refused(quest_folder, tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text(front({"uid": "demo-outside", "title": "t"}, "text"))
    (quest_folder / "01-start" / "03-outside.ko.md").symlink_to(outside)
    assert "leaves the folder" in only_problem(quest_folder)


def test_a_stale_capture_is_refused(quest_folder):
    samples = [{"file": "samples/a.py", "title": "t"}]
    write_lesson(quest_folder, number=1, english=False, samples=samples)
    folder = quest_folder / "01-start" / "samples"
    folder.mkdir()
    (folder / "a.py").write_text("print(2)\n")
    (folder / "a.capture.yaml").write_text(
        "source_sha256: abc\nran_on: 2026-11-01\npython: '3'\n"
        "versions: {}\noutcome: ok\noutput: ''\n"
    )
    assert any("capture is stale" in message for message in problems_of(quest_folder))


def test_a_sample_without_a_capture_cannot_be_published(quest_folder):
    samples = [{"file": "samples/a.py", "title": "t"}]
    write_lesson(quest_folder, number=1, english=False, samples=samples)
    (quest_folder / "01-start" / "samples").mkdir()
    (quest_folder / "01-start" / "samples" / "a.py").write_text("print(2)\n")
    assert "has no capture" in only_problem(quest_folder)


def test_a_uid_of_another_quest_is_refused(quest, tmp_path):
    other = write_quest(tmp_path / "other", uid="other", lessons=1, english=False)
    write_lesson(other, uid="demo", number=1, english=False)
    assert "belongs to another quest" in only_problem(other)


def test_a_missing_folder_is_one_clear_sentence(tmp_path):
    assert only_problem(tmp_path / "nowhere").endswith("is not a folder")


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({"minutes": 0}, "'minutes' must be a whole number from 1 to 600"),
        ({"status": "secret"}, "'status' must be one of draft, published, retired"),
        ({"tags": ["Upper"]}, "'tags' must be a list of lower-case words"),
        ({"links": [{"title": "t", "url": "http://a.example"}]}, "is not an https:// address"),
        ({"links": [{"title": "t", "url": "javascript:1"}]}, "is not an https:// address"),
        ({"uid": "Bad Uid"}, "'uid' must be 3 to 64 lower-case letters"),
        ({"title": ""}, "'title' must be text"),
    ],
)
def test_a_wrong_value_is_explained(quest_folder, meta, message):
    write_lesson(quest_folder, number=1, english=False, **meta)
    assert any(message in found for found in problems_of(quest_folder))


def replace_in(folder, pattern, old, new):
    """Change a word in every file that the pattern names."""
    for path in folder.glob(pattern):
        path.write_text(path.read_text().replace(old, new))


def rename(folder, old, new):
    """Move both languages of a lesson."""
    for language in ("ko", "en"):
        (folder / f"{old}.{language}.md").rename(folder / f"{new}.{language}.md")


def test_an_address_that_an_import_changed_answers_301_in_one_step(quest, quest_folder, client):
    rename(quest_folder, "01-start/01-lesson-1", "01-start/01-renamed")
    import_quest(folder=quest_folder)
    replace_in(quest_folder, "quest.ko.md", "slug: demo", "slug: moved")
    import_quest(folder=quest_folder)
    for old, new in {
        "/quests/demo/": "/quests/moved/",
        "/quests/demo/lesson-1/": "/quests/moved/renamed/",
        "/quests/moved/lesson-1/": "/quests/moved/renamed/",
        "/en/quests/demo/lesson-1/?a=1": "/en/quests/moved/renamed/?a=1",
    }.items():
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, new)
        assert client.get(new).status_code == 200


def test_an_address_comes_back_to_its_lesson(quest, quest_folder, client):
    rename(quest_folder, "01-start/01-lesson-1", "01-start/01-renamed")
    import_quest(folder=quest_folder)
    rename(quest_folder, "01-start/01-renamed", "01-start/01-lesson-1")
    import_quest(folder=quest_folder)
    assert client.get("/quests/demo/lesson-1/").status_code == 200
    assert client.get("/quests/demo/renamed/")["Location"] == "/quests/demo/lesson-1/"


def test_a_quest_may_take_a_slug_that_another_once_had(quest, quest_folder, tmp_path, client):
    replace_in(quest_folder, "quest.ko.md", "slug: demo", "slug: moved")
    import_quest(folder=quest_folder)
    other = write_quest(tmp_path / "other", uid="other", lessons=1, english=False)
    for before, after in (("other", "demo"), ("demo", "third")):
        replace_in(other, "quest.ko.md", f"slug: {before}", f"slug: {after}")
        import_quest(folder=other)
    assert client.get("/quests/demo/")["Location"] == "/quests/third/"


def test_a_lesson_with_a_new_uid_at_an_old_place_is_refused_with_the_reason(quest, quest_folder):
    replace_in(quest_folder, "01-start/01-*.md", "uid: demo-lesson-1", "uid: demo-lesson-9")
    assert only_problem(quest_folder) == (
        "01-start/01-lesson-1.ko.md:2: slug 'lesson-1' is that of the lesson 'demo-lesson-1'; "
        "a lesson keeps its uid for ever"
    )


def test_a_slug_of_a_lesson_that_stays_as_the_site_has_it_is_not_taken(quest, quest_folder):
    LessonText.objects.filter(lesson__uid="demo-lesson-1").update(title="Edited on the site")
    rename(quest_folder, "01-start/01-lesson-1", "01-start/01-other")
    rename(quest_folder, "01-start/02-lesson-2", "01-start/02-lesson-1")
    with pytest.raises(ImportRefused, match="slug 'lesson-1' is that of the lesson"):
        import_quest(folder=quest_folder, choice=Choice(ours=frozenset({"demo-lesson-1"})))
    assert Lesson.objects.get(uid="demo-lesson-2").slug == "lesson-2"


def test_a_chapter_whose_folder_gets_another_uid_leaves_no_empty_shell(quest, quest_folder):
    replace_in(quest_folder, "01-start/chapter.*.md", "uid: demo-start", "uid: demo-begin")
    import_quest(folder=quest_folder)
    assert list(Chapter.objects.values_list("uid", "slug")) == [("demo-begin", "start")]
    assert Lesson.objects.filter(chapter__uid="demo-begin").count() == 2
