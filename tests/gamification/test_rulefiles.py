from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from gamification import providers
from gamification.management.commands.load_rules import FOLDER
from gamification.models import Achievement, Level, RuleChange
from gamification.providers import Possible
from gamification.reachability import reach_of, unreachable
from gamification.rulefiles import RuleFileError, read_rule_files
from gamification.rules import read_rules
from tests.remembered import import_once

pytestmark = pytest.mark.django_db

SHIPPED = settings.BASE_DIR / "fixtures" / "quests" / "jax"
LEVELS = "- {number: 0, xp_from: 0, ko: 가, en: A}\n- {number: 1, xp_from: 100, ko: 나, en: B}\n"
ACHIEVEMENT = "- {slug: one, icon: x, kind: lessons, params: {n: 1}, ko: [가, 나], en: [A, B]}\n"

# The first ten lessons with an exercise and three questions each.
TOTALS = {
    "lessons": 10,
    "exercises": 10,
    "lessons:quest:jax": 10,
    "exercises:quest:jax": 10,
    "questions": 30,
    "questions:quest:jax": 30,
    "lessons:chapter:jax-first-steps": 5,
    "lessons:chapter:jax-ecosystem": 5,
    "lessons:tag:arrays": 2,
    "lessons:tag:jit": 1,
    "lessons:tag:autodiff": 1,
    "lessons:tag:ecosystem": 5,
    "lessons:tag:bayesian": 1,
}
A_LESSON = 20 + 15 + 3 * 5  # XP with its exercise and questions


def load(*arguments, folder=FOLDER) -> str:
    out = StringIO()
    call_command("load_rules", *arguments, folder=folder, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "levels.yaml").write_text(LEVELS)
    (tmp_path / "achievements.yaml").write_text(ACHIEVEMENT)
    return tmp_path


def test_the_shipped_rules_load_and_loading_again_changes_nothing():
    assert "0 changed" in load()
    versions = RuleChange.objects.count()
    # Without lessons nothing can be reached yet, which the command says in further lines.
    assert load().startswith("0 added, 0 changed\n")
    assert RuleChange.objects.count() == versions
    assert Level.objects.get(number=0).title_ko == "호기심"
    assert Level.objects.get(number=1).xp_from == 100
    assert Level.objects.count() >= 9


def test_the_jax_quest_has_seventeen_achievements_and_the_site_a_few():
    load()
    active = Achievement.objects.filter(active=True)
    assert active.filter(scope="jax").count() == 17
    assert 4 <= active.filter(scope="").count() <= 8
    assert Achievement.objects.filter(hidden=True).exists()


def test_every_achievement_can_be_reached_with_the_lessons_that_ship():
    import_once(SHIPPED)
    out = load()
    assert "nobody can reach yet: jax" not in out
    assert unreachable(read_rules(), providers.possible())[0] == []


def test_ten_lessons_lead_to_level_three_or_four():
    load()
    rules = read_rules()
    alone = reach_of(rules, Possible(TOTALS, 10 * A_LESSON))
    assert rules.level_at(alone.xp).number in (3, 4)


def test_seventy_three_lessons_lead_to_the_last_level():
    load()
    rules = read_rules()
    totals = {**TOTALS, "lessons": 73, "exercises": 73, "lessons:quest:jax": 73}
    assert rules.level_at(reach_of(rules, Possible(totals, 73 * A_LESSON)).xp) == rules.levels[-1]


def test_the_command_warns_of_what_nobody_can_reach(monkeypatch):
    monkeypatch.setattr(providers, "_possible", [lambda: Possible({"lessons": 1}, 20)])
    out = load()
    assert "nobody can reach yet: jax-quest" in out
    assert "nobody can reach yet: level 9" in out


def test_what_staff_edited_stays_until_it_is_overwritten(folder):
    load(folder=folder)
    level = Level.objects.get(number=1)
    level.title_ko, level.edited_at = "직원이 고침", timezone.now()
    level.save()
    assert "kept as staff edited it: level 1" in load(folder=folder)
    level.refresh_from_db()
    assert level.title_ko == "직원이 고침"
    load("--overwrite", folder=folder)
    level.refresh_from_db()
    assert (level.title_ko, level.edited_at) == ("나", None)


def test_a_changed_file_changes_the_row_and_keeps_its_identity(folder):
    load(folder=folder)
    before = Achievement.objects.get()
    (folder / "achievements.yaml").write_text(ACHIEVEMENT.replace("n: 1", "n: 2"))
    assert "1 changed" in load(folder=folder)
    after = Achievement.objects.get()
    assert (after.pk, after.params) == (before.pk, {"n": 2})


def test_all_errors_are_told_at_once_and_nothing_is_stored(folder):
    (folder / "levels.yaml").write_text(
        "- {number: 0, xp_from: 5, ko: 가, en: A}\n"
        "- {number: 1, xp_from: 3, ko: 나, en: B}\n"
        "- {number: 1, xp_from: 30, ko: 다, en: C}\n"
        "- {number: x, xp_from: 9, ko: 라, en: D}\n"
        "- {number: 3}\n"
        "- 7\n"
    )
    (folder / "achievements.yaml").write_text(
        ACHIEVEMENT
        + ACHIEVEMENT
        + "- {slug: two, icon: x, kind: dancing, params: {}, ko: [가, 나], en: [A, B]}\n"
        "- {slug: three, icon: x, kind: lessons, params: {n: 0}, ko: [가, 나], en: [A]}\n"
        "- {slug: four, icon: x, kind: xp, params: {m: 0}, ko: [가, 나], en: [A, B], xp: -3}\n"
        "- {slug: five, icon: x, kind: xp, params: {n: 1}, ko: [가, 나], colour: red}\n"
    )
    with pytest.raises(RuleFileError) as caught, translation.override("en"):
        read_rule_files(folder)
    problems = "\n".join(caught.value.problems)
    for part in (
        "level 0 that starts at 0 XP",
        "level 1 must start above level 0",
        "levels: 1 appears 2 times",
        "level x: number",
        "level 3: en is missing",
        "level None: must be a mapping",
        "achievements: one appears 2 times",
        "achievement two: kind",
        "achievement three: en must be",
        "achievement four: n:",
        "achievement four: xp:",
        "achievement five: unknown key 'colour'",
        "achievement five: en is missing",
    ):
        assert part in problems
    with pytest.raises(CommandError, match="Nothing was stored"):
        load(folder=folder)
    assert not Level.objects.exists()


@pytest.mark.parametrize("text", ["{", "a: b", "", "- [1", "\x00"])
def test_a_file_that_is_no_list_is_told(folder, text):
    (folder / "levels.yaml").write_text(text)
    with pytest.raises(CommandError, match=r"levels\.yaml"):
        load(folder=folder)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"achievements\.yaml"):
        load(folder=tmp_path)
