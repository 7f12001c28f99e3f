"""Execute a lesson: a fresh process per lesson, one shared namespace for its samples."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .captures import tidy_output
from .lessons import Lesson, LessonError, Sample

WORKER = Path(__file__).with_name("worker.py")
TIMEOUT_SECONDS = 300
# Fixed hashes and the CPU: the same order and the same numbers on every machine.
FIXED_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


@dataclass(frozen=True)
class Execution:
    """What one sample did; `problem` says why it is not what the lesson promises."""

    sample: Sample
    output: str
    source_lines: list[int]
    failed: bool
    problem: str | None
    versions: dict[str, str]
    python: str

    def source_line(self, output_line: int) -> int | None:
        """The line of the sample that printed a line of the output (both counted from 1)."""
        if 0 < output_line <= len(self.source_lines):
            return self.source_lines[output_line - 1]
        return None


def execute_lesson(lesson: Lesson, timeout: float = TIMEOUT_SECONDS) -> list[Execution]:
    """Run the samples of a lesson in order.

    Raises LessonError when the process dies or takes longer than `timeout` seconds.
    """
    if not lesson.samples:
        return []
    with tempfile.TemporaryDirectory() as folder:
        results = _run_worker(lesson, Path(folder), timeout)
    return [
        _understand(sample, result) for sample, result in zip(lesson.samples, results, strict=True)
    ]


def _run_worker(lesson: Lesson, folder: Path, timeout: float) -> list[dict[str, Any]]:
    result_file = folder / "results.json"
    samples = [str(sample.path.resolve()) for sample in lesson.samples]
    # -P: a sample must not import by accident what lies beside the worker.
    command = [sys.executable, "-P", str(WORKER), str(result_file), *samples]
    try:
        process = subprocess.run(
            command, cwd=folder, env=_environment(folder), timeout=timeout,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise LessonError(f"{lesson.path}: took longer than {timeout:g} seconds") from error
    if process.returncode:
        raise LessonError(f"{lesson.path}: its process died:\n{process.stderr[-2000:]}")
    results: list[dict[str, Any]] = json.loads(result_file.read_text(encoding="utf-8"))
    return results


def _environment(home: Path) -> dict[str, str]:
    # Nothing of the caller's settings (PYTHONPATH, XLA flags, proxies) may colour an output.
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"} | FIXED_ENVIRONMENT


def _understand(sample: Sample, result: dict[str, Any]) -> Execution:
    error = result["error"]
    return Execution(
        sample=sample,
        output=tidy_output(_join(result["output"], error)),
        source_lines=result["source_lines"] + _error_lines(result),
        failed=error is not None,
        problem=_problem(sample, result),
        versions=result["versions"],
        python=result["python"],
    )


def _join(output: str, error: str | None) -> str:
    if error is None:
        return output
    separator = "\n" if output and not output.endswith("\n") else ""
    return f"{output}{separator}{error}"


def _error_lines(result: dict[str, Any]) -> list[int]:
    if result["error"] is None or result["error_line"] is None:
        return []
    return [result["error_line"]] * len(result["error"].splitlines())


def _problem(sample: Sample, result: dict[str, Any]) -> str | None:
    if result["error"] and not sample.fails:
        return f"line {result['error_line'] or '?'}: {result['error']}"
    if sample.fails and not result["error"]:
        return "is marked `fails: true`, but ran without an error"
    return None
