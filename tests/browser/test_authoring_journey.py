"""Journey: an author edits a quest, a learner sees the changes, the author views history."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from course.authoring.schedule import publish_due
from course.models import Clock, Completion, Lesson, LessonReads, LessonText

pytestmark = pytest.mark.django_db(transaction=True)


def begin_quest(page):
    page.goto("/admin/course/quest/add/")
    page.fill("#id_uid", "tea")
    page.fill("#id_slug", "tea")
    page.select_option("#id_status", "published")
    for number, (language, title) in enumerate((("ko", "차 한 잔"), ("en", "A cup of tea"))):
        page.select_option(f"#id_texts-{number}-language", language)
        page.fill(f"#id_texts-{number}-title", title)
    page.click("[name=_save]")
    page.wait_for_url("**/outline/")


def begin(page, slug, ko, en, kind="lessons"):
    form = page.locator(".studio__begin form")
    form.locator("[name=slug]").fill(slug)
    form.locator("[name=title_ko]").fill(ko)
    form.locator("[name=title_en]").fill(en)
    form.locator(
        f"button[formaction*='{kind}']" if kind == "chapters" else "button.default"
    ).click()


def write(page, ko, en):
    page.fill("#id_ko-body", ko)
    page.fill("#id_en-body", en)


def save(page, change=None):
    if change:
        page.check(f"input[name=change][value={change}]")
    with page.expect_navigation():
        page.click("[data-save], .studio__save button.default")


def test_from_an_empty_site_to_a_restored_revision(open_as, staff, learner):
    page = open_as(staff, viewport={"width": 1280, "height": 900})
    begin_quest(page)
    begin(page, "leaves", "찻잎", "Leaves", "chapters")
    begin(page, "green", "녹차", "Green tea")
    write(page, "물은 **80도**예요.", "Use water of **80 degrees**.")
    page.wait_for_selector("[data-preview-of=body] strong >> text=80도")
    page.wait_for_selector("[data-draft-state]:has-text('')")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    page.click("button[value=publish] >> visible=true")
    page.wait_for_selector(".studio__status--published")
    page.click("text='페이지 열기'")
    edit = page.locator("main a:has-text('수정')").get_attribute("href")
    assert edit == f"/admin/course/lesson/{Lesson.objects.get(slug='green').pk}/change/"

    page.goto("/admin/course/quest/")
    page.click("#content a[href$='/outline/']")
    begin(page, "black", "홍차", "Black tea")
    write(page, "물은 100도예요. $x^2$", "Boiling water. $x^2$")
    page.wait_for_selector("[data-preview-of=body] math")
    save(page)
    page.fill("#publish-at", "2099-01-01T09:00")
    page.click("button[value=schedule]")
    page.wait_for_selector("text=2099")
    assert Lesson.objects.get(slug="black").status == "draft"
    Lesson.objects.filter(slug="black").update(publish_at=timezone.now())
    assert publish_due() == 1

    green = Lesson.objects.select_related("quest").get(slug="green")
    Clock.objects.create(learner=learner, revision=1)
    now = timezone.now()
    Completion.objects.create(
        learner=learner, lesson=green, done=True, live=[str(uuid4())], first_at=now, last_at=now
    )
    page.goto(f"/admin/course/lesson/{green.pk}/change/")
    write(page, "물은 **70도**예요.", "Use water of **70 degrees**.")
    save(page, "redo")
    page.wait_for_selector(".messagelist .success")

    reader = open_as(learner, viewport={"width": 1280, "height": 900})
    reader.goto(green.get_absolute_url())
    reader.click("[data-changed] a")
    assert reader.locator("del").first.inner_text() == "80도"
    assert reader.locator("ins").first.inner_text() == "70도"
    assert Completion.objects.get().done

    page.goto(f"/admin/course/lesson/{green.pk}/history/")
    page.click(".history__lines li:nth-last-child(2) a")  # the last is the empty beginning
    save(page, "typo")
    page.wait_for_selector(".messagelist .success")
    assert "80도" in LessonText.objects.get(lesson=green, language="ko").body
    assert page.problems == []
    assert reader.problems == []


def make_lesson(staff):
    """A quest with two published lessons, straight from a folder."""
    import tempfile

    from course.folders.importer import import_quest
    from tests.course.authoring.folders import write_quest

    with tempfile.TemporaryDirectory() as folder:
        import_quest(folder=write_quest(Path(folder) / "made", lessons=8))
    return Lesson.objects.select_related("quest").get(uid="made-1-1")


def test_two_browsers_one_lesson_and_nothing_is_lost(open_as, staff, other_learner):
    lesson = make_lesson(staff)
    other_learner.is_staff = other_learner.is_superuser = True
    other_learner.save()
    first, second = open_as(staff), open_as(other_learner)
    for page in (first, second):
        page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    first.fill("#id_en-body", "The first author's text.")
    second.fill("#id_en-body", "The second author's text.")
    save(first, "clarification")
    first.wait_for_selector(".messagelist .success")
    save(second, "clarification")
    second.wait_for_selector("[data-conflict]")
    assert second.input_value("#id_en-body") == "The second author's text."
    assert "The first author's text." in second.inner_text("[data-conflict]")
    save(second)
    second.wait_for_selector(".messagelist .success")
    text = LessonText.objects.get(lesson=lesson, language="en")
    assert text.body == "The second author's text."


def test_a_closed_browser_loses_no_draft(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.fill("#id_ko-summary", "쓰다 만 요약")
    with page.expect_response("**/autosave/"):
        pass
    page.close()
    again = open_as(staff)
    again.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    again.click("a[href='?draft']")
    assert again.input_value("#id_ko-summary") == "쓰다 만 요약"


HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_long_draft_is_kept_when_the_page_is_left(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.fill("#id_ko-body", "긴 글 " * 12_000)
    with page.expect_response("**/autosave/") as kept:
        page.evaluate(HIDE, "hidden")
    assert kept.value.ok
    assert page.problems == []


def test_a_draft_that_failed_is_sent_again_without_another_key(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    for again in ("dispatchEvent(new Event('online'))", f"({HIDE})('visible')"):
        page.route("**/autosave/", lambda route: route.abort())
        page.fill("#id_ko-summary", again)
        page.wait_for_selector("[data-draft-state]:has-text('아직')")
        page.unroute("**/autosave/")
        with page.expect_response("**/autosave/") as kept:
            page.evaluate(again)
        assert kept.value.ok


def test_an_author_who_was_signed_out_is_told_while_typing(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    Session.objects.all().delete()
    page.fill("#id_ko-body", "쓰던 글")
    page.wait_for_selector("[data-language=ko] [data-problems=body] li >> text=로그아웃됐어요")
    page.wait_for_selector("[data-draft-state]:has-text('로그아웃됐어요')")
    assert page.problems == []


def test_mistakes_are_shown_while_typing_with_their_line(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.fill("#id_ko-body", "하나\n\n![](images/none.png)")
    page.wait_for_selector("[data-language=ko] [data-problems=body] li >> text=3")


def test_a_sample_is_added_and_a_lesson_dragged(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff, viewport={"width": 1280, "height": 1200})
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.click("[data-rows=samples] [data-add]")
    page.fill("#id_samples-1-file", "samples/extra.py")
    page.fill("#id_samples-1-source", "print(2)")
    page.fill("#id_samples-1-title_ko", "하나 더")
    save(page, "typo")
    page.wait_for_selector(".messagelist .success")
    assert lesson.samples.count() == 2
    page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/")
    page.locator("[data-handle]").nth(0).drag_to(page.locator("[data-lesson-row]").nth(2))
    page.click("[data-outline] button.default")
    page.wait_for_selector(".messagelist .success")
    lesson.refresh_from_db()
    assert lesson.position > 1
    assert page.problems == []


def test_a_reader_without_an_account_is_told_of_a_change(open_as, staff):
    lesson = make_lesson(staff)
    reader = open_as(None, viewport={"width": 1280, "height": 900})
    reader.goto(lesson.get_absolute_url())
    reader.click("[data-target=made-1-1] [data-toggle]")
    reader.wait_for_selector("[data-target=made-1-1][data-done=true]")
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    page.fill("#id_ko-body", "Text one.\n\n## Heading\n\nMore, with $x^2$.")
    save(page, "redo")
    page.wait_for_selector(".messagelist .success")
    stranger = open_as(None)
    stranger.goto(lesson.get_absolute_url())
    stranger.wait_for_selector("html[data-progress=ready]")
    assert stranger.locator("[data-changed-at]").is_hidden()
    reader.goto(lesson.get_absolute_url())
    reader.wait_for_selector("[data-changed-at]:visible")
    assert reader.locator("[data-redo-words]").is_visible()
    reader.click("[data-changed-at] a")
    assert reader.locator("del").first.inner_text() == "1"
    assert reader.locator("ins").first.inner_text() == "one"
    reader.go_back()
    reader.click("[data-changed-at] [data-seen]")
    reader.wait_for_selector("[data-changed-at]", state="hidden")
    reader.reload()
    reader.wait_for_selector("html[data-progress=ready]")
    assert reader.locator("[data-changed-at]").is_hidden()
    assert reader.problems == []


def test_two_browsers_one_outline_and_the_second_is_asked(open_as, staff, other_learner):
    lesson = make_lesson(staff)
    other_learner.is_staff = other_learner.is_superuser = True
    other_learner.save()
    first, second = open_as(staff), open_as(other_learner, viewport={"width": 1280, "height": 900})
    for page in (first, second):
        page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/")
    first.fill(f"[name=lesson-{lesson.pk}]", "30")
    second.fill(f"[name=lesson-{lesson.pk}]", "40")
    first.click("[data-outline] button.default")
    first.wait_for_selector(".messagelist .success")
    second.click("[data-outline] button.default")
    second.wait_for_selector("[data-conflict]")
    assert second.input_value(f"[name=lesson-{lesson.pk}]") == "40"
    second.click("[data-outline] button.default")
    second.wait_for_selector(".messagelist .success")
    lesson.refresh_from_db()
    assert lesson.position == 40


def test_an_old_title_of_a_chapter_comes_back(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/")
    page.click(".outline__chapter h2 a")
    page.fill("#id_title_ko", "첫걸음")
    page.click(".studio__form button.default")
    page.wait_for_selector(".messagelist .success")
    page.click(".outline__chapter h2 a >> text=첫걸음")
    page.click(".studio__bar a[href$='/past/']")
    page.click(".history__lines li:last-child a")
    page.click(".studio__save button.default")
    page.wait_for_selector(".messagelist .success")
    page.goto(f"/admin/course/quest/{lesson.quest_id}/outline/")
    page.wait_for_selector(".outline__chapter h2 a >> text=Part 1 ko")
    assert page.problems == []


def publish_something_to_look_at(lesson, staff):
    """Change text and code, leave a translation outdated, add picture and preview link."""
    from course.authoring.previews import make_link
    from course.authoring.revising import ChangeNote
    from course.authoring.saving import save_lesson
    from course.authoring.values import LessonValues
    from course.content.images.cleaning import clean
    from course.content.images.storing import name_image, store_image
    from tests.course.authoring.folders import picture

    image = store_image(cleaned=clean(picture(600, 400), "loss.png"), alt="손실 곡선")
    name_image(quest=lesson.quest, name="images/loss.png", image=image)
    make_link(lesson=lesson, author=staff)
    values = LessonValues.of(lesson)
    values.texts["ko"].body = "글을 고쳤어요.\n\n## 제목\n\n수식 $x^2$.\n\n![손실](images/loss.png)"
    values.samples[0].source = "import jax\n\nprint(jax.grad(lambda x: x**2)(3.0))\n"
    save_lesson(
        lesson=lesson,
        version=lesson.version,
        values=values,
        author=staff,
        change_note=ChangeNote("clarification", "예제를 바꿨어요"),
    )


def test_the_studio_fits_a_phone(open_as, staff):
    lesson = make_lesson(staff)
    for number, row in enumerate(lesson.quest.lessons.all()):
        for ago in range(20):
            day = timezone.now().date() - timedelta(days=ago)
            LessonReads.objects.create(
                lesson=row, day=day, count=(40 - number * 4) // (1 + ago % 4)
            )
    publish_something_to_look_at(lesson, staff)
    page = open_as(staff, viewport={"width": 360, "height": 900}, locale="en")
    for name, path in {
        "outline": f"/quest/{lesson.quest_id}/outline/",
        "lesson": f"/lesson/{lesson.pk}/change/",
        "history": f"/lesson/{lesson.pk}/history/",
        "insights": f"/quest/{lesson.quest_id}/insights/",
        "quest": f"/quest/{lesson.quest_id}/change/",
        "quest-past": f"/quest/{lesson.quest_id}/past/",
        "chapter": f"/quest/{lesson.quest_id}/chapters/{lesson.chapter_id}/",
        "learner": f"/lesson/{lesson.pk}/learner/",
    }.items():
        page.goto(f"/en/admin/course{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, name
    assert page.problems == []


def type_at_the_end(page, words):
    page.locator("#id_ko-body").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_a_picture_is_inserted_where_the_author_types_and_no_word_is_lost(open_as, staff):
    from tests.course.authoring.folders import picture

    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    with page.expect_response("**/autosave/"):
        type_at_the_end(page, "\n\nbefore")
    file = {"name": "loss.png", "mimeType": "image/png", "buffer": picture(60, 40)}
    page.set_input_files("#image-file", file)
    page.fill("#image-alt", "손실")
    with page.expect_response("**/autosave/"):
        page.click("[data-picture-form] button")
    type_at_the_end(page, "after")
    body = page.input_value("#id_ko-body")
    assert body.endswith("before\n\n![손실](images/loss.png)\nafter")
    with page.expect_navigation():
        page.click("form[action$='/links/'] button")
    assert page.input_value("#id_ko-body") == body
    assert page.problems == []


def test_every_other_button_keeps_first_what_was_just_typed(open_as, staff):
    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    for button in ("button[value=retire]", "button[value=draft]", "button[value=publish]"):
        type_at_the_end(page, f" {button}")
        typed = page.input_value("#id_ko-body")
        with page.expect_navigation():
            page.click(button)
        assert page.input_value("#id_ko-body") == typed
    assert page.problems == []


def test_an_older_form_asks_before_it_replaces_a_draft(open_as, staff):
    lesson = make_lesson(staff)
    first, second = open_as(staff), open_as(staff)
    for page in (first, second):
        page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    with first.expect_response("**/autosave/"):
        type_at_the_end(first, " 긴 글")
    with second.expect_response("**/autosave/") as refused:
        type_at_the_end(second, " 다른 글")
    assert refused.value.status == 409
    second.wait_for_selector("[data-other-draft]:visible")
    assert lesson.drafts.get().fields["ko-body"].endswith("긴 글")
    with second.expect_response("**/autosave/") as replaced:
        second.click("[data-replace-draft]")
    assert replaced.value.ok
    assert lesson.drafts.get().fields["ko-body"].endswith("다른 글")


def test_a_form_that_lost_its_session_keeps_the_text_and_goes_on_in_the_next(
    open_as, staff, live_server
):
    from tests.browser.conftest import sign_in

    lesson = make_lesson(staff)
    page = open_as(staff)
    page.goto(f"/admin/course/lesson/{lesson.pk}/change/")
    Session.objects.all().delete()
    type_at_the_end(page, " 쓰던 글")
    page.click("[data-save]")
    page.wait_for_selector("[data-draft-state]:has-text('로그아웃됐어요')")
    assert page.input_value("#id_ko-body").endswith("쓰던 글")
    sign_in(page.context, staff, live_server.url.replace("127.0.0.1", "localhost"))
    cookies = [each for each in page.context.cookies() if "csrf" in each["name"]]
    page.context.add_cookies([{**each, "value": "x" * 32} for each in cookies])
    page.check("input[name=change][value=typo]")
    save(page)
    page.wait_for_selector(".messagelist .success")
    assert LessonText.objects.get(lesson=lesson, language="ko").body.endswith("쓰던 글")
