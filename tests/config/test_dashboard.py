"""The shipped dashboard and alert rules ask for metrics that exist."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from config import metrics
from pagecache.models import SiteFact

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"


def asked_by_alerts() -> set[str]:
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    return {rule["expr"] for group in groups for rule in group["rules"]}


def asked_by_the_dashboard() -> set[str]:
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]
    return {target["expr"] for panel in panels for target in panel["targets"]}


class Pool:
    def get_stats(self):
        return {"pool_size": 2}


@pytest.fixture
def shown(client, settings, db, monkeypatch):
    """The names of all metrics of a site where everything is on."""
    settings.METRICS_TOKEN = "s3cret"
    settings.RUNNER_URLS = ["unix:/nowhere"]
    SiteFact.note("sweep")
    SiteFact.note("backup")
    monkeypatch.setattr(metrics, "connection", SimpleNamespace(pool=Pool()))
    cache = SimpleNamespace(
        hits=1, taken=1, built=1, refused=0,
        store=SimpleNamespace(bytes=1), watcher=SimpleNamespace(down=False),
    )  # fmt: skip
    monkeypatch.setattr(metrics.page_cache, "cache", cache)
    client.get("/nowhere/")
    page = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).text
    families = text_string_to_metric_families(page)
    declared = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    return declared | {each.name for family in families for each in family.samples}


@pytest.mark.parametrize("asked", [asked_by_alerts, asked_by_the_dashboard])
def test_each_metric_that_is_asked_for_exists(shown, asked):
    names = set(re.findall(r"\bcwk_\w+", " ".join(asked())))
    assert len(names) > 8
    assert names <= shown


def test_each_rule_says_what_to_look_at():
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)
