from pathlib import Path

import pytest

from tests.tools.quests import Quest


@pytest.fixture
def quest(tmp_path: Path) -> Quest:
    return Quest(tmp_path)
