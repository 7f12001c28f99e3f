"""Run code in a worker process and read its results."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .frontmatter import LessonError

WORKER = Path(__file__).with_name("worker.py")
# Figures of programs that learners run on the site look the same.
MATPLOTLIBRC = Path(__file__).parents[2] / "runner" / "inside" / "matplotlibrc"
TIMEOUT_SECONDS = 600
# Fixed hashes and the CPU: the same order and the same numbers on every machine.
FIXED_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "MATPLOTLIBRC": str(MATPLOTLIBRC),
    # The list of fonts, which takes long to make, is kept with the environment.
    "MPLCONFIGDIR": str(Path(sys.prefix) / "share" / "matplotlib-lists"),
}


@dataclass(frozen=True)
class Job:
    """Files to run in order in one fresh namespace, for a lesson."""

    lesson: Path
    files: tuple[Path, ...]
    keeps_figures_open: bool = False


def run_worker(job: Job, folder: Path, timeout: float = TIMEOUT_SECONDS) -> list[dict[str, Any]]:
    """Run the files of a job and write figures into the folder. Returns a result per file.

    Raises LessonError when the process dies or takes longer than `timeout` seconds.
    """
    result_file = folder / "results.json"
    try:
        process = subprocess.run(
            _command(job, result_file, folder), cwd=folder, env=_environment(folder),
            timeout=timeout, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise LessonError(f"{job.lesson}: took longer than {timeout:g} seconds") from error
    if process.returncode:
        raise LessonError(f"{job.lesson}: its process died:\n{process.stderr[-2000:]}")
    results: list[dict[str, Any]] = json.loads(result_file.read_text(encoding="utf-8"))
    return results


def _command(job: Job, result_file: Path, folder: Path) -> list[str]:
    figures = "-" if job.keeps_figures_open else str(folder)
    files = [str(file.resolve()) for file in job.files]
    # -P: a sample must not import by accident what lies beside the worker.
    return [sys.executable, "-P", str(WORKER), str(result_file), figures, *files]


def _environment(home: Path) -> dict[str, str]:
    # Nothing of the caller's settings (PYTHONPATH, XLA flags, proxies) may colour an output.
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"} | FIXED_ENVIRONMENT
