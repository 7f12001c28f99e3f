"""Run the samples of one lesson, one after another in one namespace; started by execute.py.

Usage: worker.py RESULT_FILE SAMPLE…: writes a JSON list with one result per sample. Stands
alone (imports nothing of the project), so that a sample finds nothing but libraries.
"""

import ast
import contextlib
import io
import json
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import Any

MAX_ERROR_LINES = 6


class LineTrackingOutput(io.StringIO):
    """Collects what is printed and which line of the sample printed each line of it."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self.filename = filename
        self.source_lines: list[int] = []
        self._last = 1

    def write(self, text: str) -> int:
        """Like StringIO.write; remembers the caller's line for every line that ends here."""
        self._last = self._calling_line() or self._last
        self.source_lines.extend([self._last] * text.count("\n"))
        return super().write(text)

    def _calling_line(self) -> int | None:
        frame = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename != self.filename:
            frame = frame.f_back  # type: ignore[assignment]
        return frame.f_lineno if frame is not None else None


def forbid_network() -> None:
    """Make any attempt to reach a host raise: an output must not depend on the network."""

    def hook(event: str, _arguments: object) -> None:
        if event in ("socket.connect", "socket.getaddrinfo"):
            raise RuntimeError("a sample must not use the network")

    sys.addaudithook(hook)


def run_sample(path: Path, namespace: dict[str, Any]) -> dict[str, Any]:
    """Execute one sample in a namespace; returns a result that JSON can hold."""
    output = LineTrackingOutput(str(path))
    error: BaseException | None = None
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
        "versions": library_versions(path),
        "python": sys.version.split()[0],
    }


def wait_for_pending_prints() -> None:
    """`jax.debug.print` prints later, from another thread; wait until it has."""
    if "jax" in sys.modules:
        sys.modules["jax"].effects_barrier()


def describe_error(error: BaseException, path: Path) -> str:
    """Type and first paragraph of an error, as Python's last lines would show them.

    Paths lose their folder, which differs from machine to machine.
    """
    last = traceback.TracebackException.from_exception(error)
    last.__notes__ = []  # JAX adds one on hidden frames, which says nothing here
    text = hide_folders("".join(last.format_exception_only()), path)
    paragraph = text.strip().split("\n\n")[0]
    return "\n".join(paragraph.splitlines()[:MAX_ERROR_LINES])


def hide_folders(text: str, sample: Path) -> str:
    """A text without the folder of the sample, and with libraries from `site-packages/` on.

    Whatever a sample can import lies below an entry of `sys.path`, so only the last part of each
    is kept; the longest goes first, because one entry may lie inside another.
    """
    text = text.replace(f"{sample.parent}/", "")
    for entry in sorted(filter(None, sys.path), key=len, reverse=True):
        text = text.replace(f"{entry}/", f"{Path(entry).name}/")
    return text


def find_error_line(error: BaseException, path: Path) -> int | None:
    """The line of the sample at which it failed; None when the error has no place in it."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return lines[-1] if lines else None


def library_versions(path: Path) -> dict[str, str]:
    """Versions of the libraries that a sample imports itself, and of JAX when it is loaded."""
    modules = imported_modules(path) & sys.modules.keys() - sys.stdlib_module_names
    if "jax" in sys.modules:
        modules.add("jax")
    # A package may be called otherwise than its module: `orbax` comes from orbax-checkpoint.
    packages = metadata.packages_distributions()
    names = {name for module in modules for name in packages.get(module, [])[:1]}
    return {name: metadata.version(name) for name in sorted(names)}


def imported_modules(path: Path) -> set[str]:
    """Top-level names of the modules that a source file imports; none if it has no syntax."""
    try:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    except SyntaxError:
        return set()
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def main(result_file: str, *samples: str) -> None:
    """Run the samples in order and write their results."""
    forbid_network()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    results = [run_sample(Path(sample), namespace) for sample in samples]
    Path(result_file).write_text(json.dumps(results), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
