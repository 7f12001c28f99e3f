"""Run the samples of one lesson in order in one namespace; started by process.py.

Usage: worker.py RESULT_FILE FIGURES SAMPLE…: writes a JSON list with one result per sample. Open
matplotlib figures are written into the folder FIGURES and closed; with `-` they stay open. It
imports nothing of the project, so that samples can import only libraries.
"""

import ast
import contextlib
import io
import json
import sys
import time
import traceback
from importlib import metadata
from pathlib import Path
from typing import Any

MAX_ERROR_LINES = 6
# One more than a sample may have, so that too many are noticed.
MAX_FIGURES = 5


class LineTrackingOutput(io.StringIO):
    """Collects output, and the line of the sample that printed each line of it."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self.filename = filename
        self.source_lines: list[int] = []
        self._last = 1

    def write(self, text: str) -> int:
        """Like StringIO.write; records the caller's line for every line that ends here."""
        self._last = self._calling_line() or self._last
        self.source_lines.extend([self._last] * text.count("\n"))
        return super().write(text)

    def _calling_line(self) -> int | None:
        frame = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != self.filename:
            frame = frame.f_back  # type: ignore[assignment]
        return frame.f_lineno if frame is not None else None


def forbid_network() -> None:
    """Make every connection attempt raise: output must not depend on the network."""

    def hook(event: str, _arguments: object) -> None:
        if event in ("socket.connect", "socket.getaddrinfo"):
            raise RuntimeError("a sample must not use the network")

    sys.addaudithook(hook)


def run_sample(path: Path, namespace: dict[str, Any]) -> dict[str, Any]:
    """Execute one sample in a namespace. Returns a JSON-serializable result."""
    output = LineTrackingOutput(str(path))
    error: BaseException | None = None
    began = time.perf_counter()
    with contextlib.redirect_stdout(output):
        try:
            source = path.read_text(encoding="utf-8")
            exec(compile(source, str(path), "exec"), namespace)
            wait_for_pending_prints()
        except (Exception, SystemExit) as raised:
            error = raised
    return {
        "output": output.getvalue(),
        "source_lines": output.source_lines,
        "error": describe_error(error, path) if error else None,
        "error_line": find_error_line(error, path) if error else None,
        "messages": assert_messages(error),
        "versions": library_versions(path),
        "python": sys.version.split()[0],
        "seconds": time.perf_counter() - began,
    }


def wait_for_pending_prints() -> None:
    """Wait for `jax.debug.print`, which prints later from another thread."""
    if "jax" in sys.modules:
        sys.modules["jax"].effects_barrier()


def assert_messages(error: BaseException | None) -> dict[str, str] | None:
    """Return the messages of a failed `assert ok, {"ko": …, "en": …}`, or None."""
    if isinstance(error, AssertionError) and error.args and isinstance(error.args[0], dict):
        return {str(language): str(text) for language, text in error.args[0].items()}
    return None


def save_figures(folder: Path, stem: str) -> list[str]:
    """Write open matplotlib figures as PNG files and close them. Returns their names.

    Their style comes from the matplotlibrc named in the environment.
    """
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    names = []
    for place, number in enumerate(plt.get_fignums()[:MAX_FIGURES], start=1):
        names.append(f"{stem}.fig-{place}.png")
        plt.figure(number).savefig(folder / names[-1], metadata={"Software": None})
    plt.close("all")
    return names


def describe_error(error: BaseException, path: Path) -> str:
    """Return type and first paragraph of an error, as in Python's last lines.

    Paths are shortened, because folders differ between machines.
    """
    last = traceback.TracebackException.from_exception(error)
    last.__notes__ = []  # JAX adds one on hidden frames, which says nothing here
    text = hide_folders("".join(last.format_exception_only()), path)
    paragraph = text.strip().split("\n\n")[0]
    return "\n".join(paragraph.splitlines()[:MAX_ERROR_LINES])


def hide_folders(text: str, sample: Path) -> str:
    """Return a text without the sample's folder, and with library paths from `site-packages/` on.

    Importable files are below an entry of `sys.path`, of which only the last part is kept; the
    longest goes first, because one entry may be inside another.
    """
    text = text.replace(f"{sample.parent}/", "")
    for entry in sorted(filter(None, sys.path), key=len, reverse=True):
        text = text.replace(f"{entry}/", f"{Path(entry).name}/")
    return text


def find_error_line(error: BaseException, path: Path) -> int | None:
    """Return the line of the sample that failed, or None if the error has none."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return lines[-1] if lines else None


def library_versions(path: Path) -> dict[str, str]:
    """Return versions of the libraries that a sample imports, and of JAX if it is loaded."""
    modules = imported_modules(path) & sys.modules.keys() - sys.stdlib_module_names
    if "jax" in sys.modules:
        modules.add("jax")
    # A package may be called otherwise than its module: `orbax` comes from orbax-checkpoint.
    packages = metadata.packages_distributions()
    names = {name for module in modules for name in packages.get(module, [])[:1]}
    return {name: metadata.version(name) for name in sorted(names)}


def imported_modules(path: Path) -> set[str]:
    """Return top-level names of a source file's imports; none for a syntax error."""
    try:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    except SyntaxError:
        return set()
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def main(result_file: str, figures: str, *samples: str) -> None:
    """Run the samples in order and write their results."""
    forbid_network()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    results = []
    for sample in map(Path, samples):
        result = run_sample(sample, namespace)
        result["figures"] = [] if figures == "-" else save_figures(Path(figures), sample.stem)
        results.append(result)
    Path(result_file).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
