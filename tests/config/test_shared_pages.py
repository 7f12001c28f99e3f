"""Two real server processes that share their finished pages, and lose their database."""

import shutil
import subprocess
import sys

import pytest

from tests.config.servers import LESSON, ROOT, SEED, Postgres, Server, eventually, variables
from tests.with_postgres import find_binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="Postgres is not installed"),
]


def test_two_processes_build_a_page_once_and_show_one_face_in_an_outage(tmp_path):
    postgres = Postgres()
    postgres.start()
    environment = {**variables(postgres), "PAGECACHE_DIR": str(tmp_path / "pages")}
    subprocess.run([sys.executable, "-c", SEED], env=environment, cwd=ROOT, check=True)
    warmed = subprocess.run(
        [sys.executable, "manage.py", "warm_pages"],
        env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "14 pages built" in warmed.stdout, warmed
    servers = [Server(environment) for _ in range(2)]
    try:
        for server in servers:
            server.wait_until_ready()
        # Found, not built: the release of the command is that of the processes.
        pages = [server.ask(LESSON)[2] for server in servers]
        assert pages[0] == pages[1]
        numbers = [server.numbers() for server in servers]
        assert [found["cwk_page_cache_built_total"] for found in numbers] == [0, 0]
        assert [found["cwk_page_cache_taken_total"] for found in numbers] == [1, 1]
        only_of_one = servers[0].ask("/quests/one/glossary/")[0], servers[0].ask("/stream/feed/")[2]
        assert only_of_one[0] == 404
        postgres.stop()
        for server in servers:
            eventually(lambda s=server: s.try_status("/quests/one/glossary/") == 503, seconds=15)
            assert server.ask("/stream/feed/")[2] == only_of_one[1]
            assert server.ask(LESSON)[2] == pages[0]
    finally:
        for server in servers:
            server.stop()
        postgres.stop()
        shutil.rmtree(postgres.folder, ignore_errors=True)
