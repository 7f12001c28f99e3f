"""The settings write nothing where the code is, and promise no more of HTTPS than they are told."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.test_production import PRODUCTION, ROOT, run


@pytest.mark.once
def test_importing_the_settings_makes_no_folder(tmp_path):
    for name in ("config", "runner", "pagecache"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = "import config.settings as s; print(s.STATIC_ROOT, s.DATABASES['default']['NAME'])"
    variables = {key: value for key, value in PRODUCTION.items() if key != "DATABASE_URL"}
    found = subprocess.run(
        [sys.executable, "-B", "-c", code], env=variables, cwd=tmp_path, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert str(Path(tmp_path, "var")) in found.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "pagecache", "runner"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, "True True"), ({"HSTS_PRELOAD": "false"}, "True False"),
     ({"HSTS_INCLUDE_SUBDOMAINS": "false", "HSTS_PRELOAD": "false"}, "False False")],
)  # fmt: skip
def test_what_hsts_promises_for_other_names_can_be_turned_off(variables, expected):
    code = (
        "import config.settings as s; "
        "print(s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"
    )
    assert run("-c", code, **variables).stdout.strip() == expected
