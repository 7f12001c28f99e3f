"""Execute the samples of a lesson: a fresh process per lesson, one namespace for all samples."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .captures import tidy_output
from .figures import MAX_BYTES, MAX_FIGURES, bare
from .lessons import Lesson, Sample
from .process import TIMEOUT_SECONDS, Job, run_worker


@dataclass(frozen=True)
class Execution:
    """Result of one sample; `problem` says how it differs from what the lesson states."""

    sample: Sample
    output: str
    source_lines: list[int]
    failed: bool
    problem: str | None
    versions: dict[str, str]
    python: str
    seconds: float = 0.0
    figures: tuple[bytes, ...] = ()

    def source_line(self, output_line: int) -> int | None:
        """Return the line of the sample that printed an output line (both from 1)."""
        if 0 < output_line <= len(self.source_lines):
            return self.source_lines[output_line - 1]
        return None


def execute_lesson(lesson: Lesson, timeout: float = TIMEOUT_SECONDS) -> list[Execution]:
    """Run the samples of a lesson in order.

    Raises LessonError when the process dies or takes longer than `timeout` seconds.
    """
    if not lesson.samples:
        return []
    job = Job(lesson.path, tuple(sample.path for sample in lesson.samples))
    with tempfile.TemporaryDirectory() as folder:
        results = run_worker(job, Path(folder), timeout)
        return [
            _understand(sample, result, _figures(result, Path(folder)))
            for sample, result in zip(lesson.samples, results, strict=True)
        ]


def _figures(result: dict[str, Any], folder: Path) -> tuple[bytes, ...]:
    return tuple(bare((folder / name).read_bytes()) for name in result["figures"])


def _understand(sample: Sample, result: dict[str, Any], figures: tuple[bytes, ...]) -> Execution:
    error = result["error"]
    return Execution(
        sample=sample,
        output=tidy_output(_join(result["output"], error)),
        source_lines=result["source_lines"] + _error_lines(result),
        failed=error is not None,
        problem=_problem(sample, result) or _figure_problem(figures),
        versions=result["versions"],
        python=result["python"],
        seconds=result["seconds"],
        figures=figures,
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


def _figure_problem(figures: tuple[bytes, ...]) -> str | None:
    if len(figures) > MAX_FIGURES:
        return f"leaves more than {MAX_FIGURES} figures open; close some with `plt.close()`"
    for place, figure in enumerate(figures, start=1):
        if len(figure) > MAX_BYTES:
            size = f"{len(figure) // 1024} KB, more than {MAX_BYTES // 1024}"
            return f"figure {place} has {size}; draw fewer points, or `rasterized=True`"
    return None
