import pytest
from django.urls import reverse

from gamification import providers
from gamification.models import Achievement, Level, RuleChange
from gamification.providers import Possible
from gamification.rules import current_rules
from gamification.xp import award
from tests.factories import lesson_grants, make_achievement, make_facts, make_levels

pytestmark = pytest.mark.django_db
THERE_IS = Possible(
    {"lessons": 10, "exercises": 10, "lessons:quest:jax": 10, "lessons:tag:jit": 2}, xp=350
)
FIELDS = {
    "slug": "five",
    "scope": "",
    "title_ko": "다섯",
    "title_en": "Five",
    "description_ko": "레슨 다섯 개",
    "description_en": "Five lessons",
    "icon": "🖐️",
    "kind": "lessons",
    "xp": "10",
    "position": "1",
    "active": "on",
    "n": "5",
    "quest": "",
    "chapter": "",
    "tag": "",
}
ADD = "admin:gamification_achievement_add"


@pytest.fixture
def desk(client, staff, monkeypatch):
    """The admin, as staff see it, on a site with ten lessons."""
    monkeypatch.setattr(providers, "_possible", [lambda: THERE_IS])
    client.force_login(staff)
    return client


def errors_of(response) -> str:
    assert response.status_code == 200
    return " ".join(str(error) for error in response.context["errors"])


def test_staff_add_an_achievement_with_its_rule_as_data(desk):
    assert desk.post(reverse(ADD), FIELDS).status_code == 302
    row = Achievement.objects.get()
    assert (row.kind, row.params, row.xp) == ("lessons", {"n": 5}, 10)
    assert row.edited_at is not None
    assert current_rules().achievements[0].slug == "five"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": ""}, "n: 비어 있어요"),
        ({"n": "0"}, "1"),
        ({"kind": "chapter"}, "chapter: 비어 있어요"),
        ({"tag": "jit", "quest": "jax"}, "하나만"),
        ({"kind": "xp", "tag": "jit"}, "tag"),
        ({"n": "11"}, "아무도 얻을 수 없어요"),
        ({"kind": "chapter", "n": "", "chapter": "gone"}, "공개된 레슨이 없어요"),
    ],
)
def test_a_rule_that_is_wrong_or_out_of_reach_is_refused(desk, change, message):
    assert message in errors_of(desk.post(reverse(ADD), {**FIELDS, **change}))
    assert not Achievement.objects.exists()
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize("field", ["scope", "quest", "chapter", "tag"])
def test_a_name_that_no_lesson_has_is_refused_and_those_there_are_are_named(desk, field):
    answer = desk.post(reverse(ADD), FIELDS | {field: "jaxx"})
    assert "이 이름의 공개된 레슨이 없어요" in errors_of(answer)
    assert ("jax" in errors_of(answer)) == (field in ("scope", "quest"))
    assert not Achievement.objects.exists()
    assert desk.post(reverse(ADD), FIELDS | {field: "jaxx", "active": ""}).status_code == 302


def test_the_form_offers_the_names_that_there_are(desk):
    page = desk.get(reverse(ADD)).content.decode()
    assert '<datalist id="tag-names"><option value="jit">jit</option></datalist>' in page
    assert '<datalist id="quest-names"><option value="jax">' in page
    assert 'list="scope-names"' in page


def test_texts_of_a_rule_out_of_reach_can_still_be_edited(desk):
    row = make_achievement("many", "lessons", n=70)
    url = reverse("admin:gamification_achievement_change", args=[row.pk])
    assert desk.post(url, {**FIELDS, "n": "70", "title_ko": "일흔"}).status_code == 302
    row.refresh_from_db()
    assert (row.title_ko, row.slug) == ("일흔", "many")


def test_the_form_shows_the_stored_parameters(desk):
    row = make_achievement("jit", "lessons", n=3, tag="jit")
    page = desk.get(reverse("admin:gamification_achievement_change", args=[row.pk]))
    assert page.context["adminform"].form["tag"].value() == "jit"
    assert page.context["adminform"].form["n"].value() == 3
    assert reverse("admin:gamification_achievement_preview") in page.content.decode()


def test_the_dry_run_shows_who_would_gain_and_stores_nothing(desk, learner, monkeypatch):
    monkeypatch.setattr(providers, "_facts", [lambda ids: {learner.pk: make_facts(lessons=5)}])
    page = desk.post(reverse("admin:gamification_achievement_preview"), {**FIELDS, "row": ""})
    assert page.status_code == 200
    assert "민지" in page.content.decode()
    assert not Achievement.objects.exists()


def test_the_dry_run_of_a_stored_rule_uses_what_is_entered(desk, learner, monkeypatch):
    row = make_achievement("many", "lessons", n=9)
    monkeypatch.setattr(providers, "_facts", [lambda ids: {learner.pk: make_facts(lessons=5)}])
    data = {key: value for key, value in FIELDS.items() if key != "slug"}
    url = reverse("admin:gamification_achievement_preview")
    assert "민지" in desk.post(url, {**data, "row": str(row.pk)}).content.decode()
    assert "민지" not in desk.post(url, {**data, "n": "6", "row": str(row.pk)}).content.decode()
    row.refresh_from_db()
    assert row.params == {"n": 9}


@pytest.mark.parametrize("row", ["999", "x", "1" * 30])
def test_a_dry_run_of_a_row_that_is_not_there_is_not_found(desk, row):
    url = reverse("admin:gamification_achievement_preview")
    assert desk.post(url, {**FIELDS, "row": row}).status_code == 404


def test_a_dry_run_with_errors_names_them(desk):
    url = reverse("admin:gamification_achievement_preview")
    assert "n: 비어 있어요" in desk.post(url, {**FIELDS, "n": ""}).content.decode()


def test_learners_cannot_see_the_dry_run(client, learner):
    client.force_login(learner)
    url = reverse("admin:gamification_achievement_preview")
    assert client.post(url, FIELDS).status_code in (302, 403)


def test_a_level_must_fit_between_its_neighbours_and_be_within_reach(desk):
    make_levels(0, 100, 200)
    url = reverse("admin:gamification_level_add")
    texts = {"title_ko": "새", "title_en": "New"}
    assert "레벨 3의 시작 XP는 레벨 2(200 XP)보다" in errors_of(
        desk.post(url, {**texts, "number": "3", "xp_from": "150"})
    )
    assert "350 XP" in errors_of(desk.post(url, {**texts, "number": "3", "xp_from": "351"})) or (
        "350" in errors_of(desk.post(url, {**texts, "number": "3", "xp_from": "351"}))
    )
    assert desk.post(url, {**texts, "number": "3", "xp_from": "350"}).status_code == 302
    assert Level.objects.get(number=3).edited_at is not None


def test_a_level_that_somebody_reached_cannot_be_deleted(desk, learner):
    make_levels(0, 10, 300)
    award(learner=learner, grants=lesson_grants(1), facts=make_facts)
    for number, status in ((0, 403), (1, 403), (2, 200)):
        level = Level.objects.get(number=number)
        url = reverse("admin:gamification_level_delete", args=[level.pk])
        assert desk.get(url).status_code == status


def test_an_achievement_that_somebody_holds_cannot_be_deleted_in_the_admin(desk, learner):
    row = make_achievement("first", "lessons", n=1)
    url = reverse("admin:gamification_achievement_delete", args=[row.pk])
    assert desk.get(url).status_code == 200
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    assert desk.get(url).status_code == 403


def test_what_learners_earned_is_listed_by_its_title(desk, learner):
    row = make_achievement("first", "lessons", n=1)
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    page = desk.get(reverse("admin:gamification_granted_changelist")).text
    assert f'<td class="field-title">{row.title_ko}</td>' in page


@pytest.mark.parametrize("model", ["xpentry", "granted"])
def test_what_learners_have_is_shown_and_never_edited(desk, learner, model):
    make_achievement("first", "lessons", n=1)
    award(learner=learner, grants=lesson_grants(1), facts=lambda: make_facts(lessons=1))
    assert desk.get(reverse(f"admin:gamification_{model}_changelist")).status_code == 200
    assert desk.get(reverse(f"admin:gamification_{model}_add")).status_code == 403
