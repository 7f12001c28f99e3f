"""The image and compose.yaml, checked as far as they can be without a builder."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.config.test_production import words_of_the_image, words_of_the_unit

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ADDRESS = {"--uds", "--uds-permissions", "--host", "--port"}


def options(words: list[str]) -> dict[str, str]:
    """Each option with its value, without those of the address."""
    found, name = {}, ""
    for word in words[:-1]:
        if word.startswith("--"):
            name = word
            found[name] = ""
        else:
            found[name] = word
    return {name: value for name, value in found.items() if name not in ADDRESS}


def test_the_image_is_started_as_the_unit_starts_the_site():
    assert options(words_of_the_image()) == options(words_of_the_unit())


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_no_container_fills_the_disk_with_its_log(name):
    assert set(COMPOSE["services"][name]["logging"]["options"]) == {"max-size", "max-file"}


def test_static_files_of_all_releases_are_in_the_volume():
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    volumes = re.findall(r"^VOLUME (\S+)", last, re.MULTILINE)
    assert volumes == ["/data"]
    for name in ("STATIC_ROOT", "MEDIA_ROOT"):
        assert re.search(rf"{name}=(\S+)", last).group(1).startswith("/data/")
    assert "data:/data" in COMPOSE["services"]["migrate"]["volumes"]
    assert "collectstatic" in COMPOSE["services"]["migrate"]["command"][-1]


def test_what_runs_can_not_change_its_code():
    last = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert re.search(r"^USER cwk$", last, re.MULTILINE)
    assert "--chown" not in last
    owned = re.search(r"install -d -o cwk -g cwk ([^\n]+)", last).group(1).split()
    assert all(path.startswith("/data") for path in owned)


def test_the_manual_names_commands_and_services_that_exist():
    text = (ROOT / "docs" / "deploy.md").read_text()
    part = text[text.index("## Containers") : text.index("## Signed certificates")]
    lines = [line for line in part.splitlines() if line.startswith("docker compose")]
    services = {
        word.split(":")[0]
        for line in lines
        for word in re.findall(r"(?:exec(?: -T)?|run --rm|cp) (\w+)", line)
    }
    assert services
    assert services <= set(COMPOSE["services"])
    commands = set(re.findall(r"manage\.py (\w+)", part))
    assert {"backup", "restore", "render", "load_rules"} <= commands
    assert commands <= set(get_commands())
    assert all(shlex.split(line) for line in lines if line.count("'") % 2 == 0)
