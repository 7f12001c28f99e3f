"""The production worker on a real Postgres that goes away and comes back."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.config.servers import ROOT, Postgres, eventually, variables
from tests.with_postgres import find_binaries

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="Postgres is not installed"),
]
POST = """
import django; django.setup()
from accounts.mailing.outbox import post
post(to="minji@example.com", subject="Code", body="ABC")
"""
LEFT = """
import django; django.setup()
from accounts.models import OutgoingMail
print(OutgoingMail.objects.count())
"""


def python(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def test_the_worker_waits_for_the_database_and_goes_on():
    postgres, log = Postgres(), tempfile.NamedTemporaryFile()  # noqa: SIM115
    made = {**variables(postgres), "LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1"}
    postgres.start()
    command = [
        sys.executable,
        "manage.py",
        "db_worker",
        "--interval",
        "0.2",
        "--sweep-seconds",
        "1",
    ]
    python(POST, made)
    worker = subprocess.Popen(command, env=made, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        eventually(lambda: python(LEFT, made).strip() == "0", seconds=60)
        postgres.stop()
        eventually(lambda: "waits for the database" in Path(log.name).read_text(), seconds=30)
        postgres.start()
        python(POST, made)
        eventually(lambda: python(LEFT, made).strip() == "0", seconds=60)
        assert worker.poll() is None
    finally:
        worker.terminate()
        worker.wait(30)
        postgres.stop()
        shutil.rmtree(postgres.folder, ignore_errors=True)
    lines = [json.loads(line) for line in Path(log.name).read_text().splitlines()]
    (waiting, *_more) = [line for line in lines if "waits for the database" in line["message"]]
    assert "psycopg." in waiting["message"]
    assert "error" not in waiting
