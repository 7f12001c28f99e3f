"""Execution of one job in a namespace, and its report: error, line and asserts."""

import ast
import contextlib
import linecache
import sys
import traceback
from collections.abc import Callable
from typing import Any

CODE, CHECK, BEFORE = "code.py", "check.py", "before-"
COUNTER = "__count_passed_assert__"
MAX_TEXT = 2000


def run_job(job: dict[str, Any], unmute: Callable[[], None]) -> dict[str, Any]:
    """Run the samples before the code without output, then the code, then its check.

    Returns the report: how it ended and, after a check, how many asserts passed and the message of
    the one that failed.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(job["before"], 1):
        run_before(source, f"{BEFORE}{number}.py", namespace)
    unmute()
    report = attempt(lambda: execute(parse(job["code"], CODE), CODE, namespace))
    if job["kind"] == "check":
        report |= {"passed": 0, "failed": None, "solved": False}
        if report["ended"] == "ok":
            report |= run_check(job["check"], namespace)
    return report


def run_before(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run a sample that precedes the code; some fail on purpose."""
    try:
        execute(parse(source, name), name, namespace)
        close_figures()
    except BaseException:  # noqa: S110 -- SystemExit too: the code itself is still to come
        pass


def parse(source: str, name: str) -> ast.Module:
    """Return the source's syntax tree, and make its lines available to tracebacks."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return ast.parse(source, name)


def execute(tree: ast.Module, name: str, namespace: dict[str, Any]) -> None:
    """Execute a syntax tree, and wait for output that JAX prints from other threads."""
    exec(compile(tree, name, "exec"), namespace)  # noqa: S102
    if "jax" in sys.modules:
        sys.modules["jax"].effects_barrier()


def attempt(run: Callable[[], None]) -> dict[str, Any]:
    """Call it; an exception is printed like Python does and added to the report."""
    error: BaseException | None = None
    try:
        run()
    except SystemExit as left:
        error = left if left.code else None
    except BaseException as raised:
        error = raised
    flush()
    if error is None:
        return {"ended": "ok", "error": None, "line": None}
    show(error)
    return {"ended": ending(error), "error": summary(error), "line": failing_line(error)}


def flush() -> None:
    """Write what was printed without a line's end."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        with contextlib.suppress(Exception):  # the program closed or replaced it
            stream.flush()  # type: ignore[union-attr]


def show(error: BaseException) -> None:
    """Print the traceback with the learner's own lines."""
    with contextlib.suppress(Exception):  # the program closed or replaced what is printed to
        lines = own_lines(traceback.TracebackException.from_exception(error)).format()
        print("".join(lines), end="", file=sys.stderr)
        flush()


def own_lines(shown: traceback.TracebackException) -> traceback.TracebackException:
    """Return the traceback without the libraries' lines, which are many and name folders.

    Of the errors that led to it, those remain that a line of the learner's took part in.
    """
    shown.stack = traceback.StackSummary.from_list(filter(is_own, shown.stack))  # type: ignore[arg-type]
    if isinstance(shown.__notes__, list):
        shown.__notes__ = [each for each in shown.__notes__ if not is_of_jax(each)]
    for name in ("__cause__", "__context__"):
        before = getattr(shown, name)
        if before is not None:
            own_lines(before)
            setattr(shown, name, before if has_own(before) else None)
    return shown


def is_of_jax(note: object) -> bool:
    """Return whether JAX added the note, or the line above it, on the lines that it hides."""
    return note == "-" * 20 or "JAX has removed its internal frames" in str(note)


def has_own(shown: traceback.TracebackException) -> bool:
    """Return whether an error or one that led to it names a line of the learner's."""
    return bool(shown.stack or shown.__cause__ or shown.__context__)


def is_own(frame: traceback.FrameSummary) -> bool:
    """Return whether the frame is in the learner's code, its check, or a sample before it."""
    return frame.filename in (CODE, CHECK) or frame.filename.startswith(BEFORE)


def ending(error: BaseException) -> str:
    """Return whether the program ran out of memory or failed otherwise."""
    exhausted = isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in summary(error)
    return "memory" if exhausted else "error"


def summary(error: BaseException) -> str:
    """Return type and message of an error."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # a __str__ of the learner's
        text = type(error).__name__
    return text[:MAX_TEXT]


def failing_line(error: BaseException) -> int | None:
    """Return the line of the learner's code that failed, or None."""
    if isinstance(error, SyntaxError) and error.filename == CODE:
        return error.lineno
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == CODE]
    return lines[-1] if lines else None


class CountAsserts(ast.NodeTransformer):
    """Adds a call of the counter after every assert."""

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        """Return the assert followed by the call."""
        call = ast.Expr(ast.Call(ast.Name(COUNTER, ast.Load()), [], []))
        return [node, ast.copy_location(call, node)]


def run_check(source: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """Run the check after the code, in the same namespace."""
    held: list[int] = []
    namespace[COUNTER] = lambda: held.append(1)
    failed: list[dict[str, str]] = []
    reached_end: list[bool] = []

    def run() -> None:
        tree = ast.fix_missing_locations(CountAsserts().visit(parse(source, CHECK)))
        try:
            execute(tree, CHECK, namespace)
            reached_end.append(True)
        except AssertionError as error:
            failed.append(message_of(error))

    report = attempt(run)
    if not reached_end:
        failed.append({"": report["error"] or "SystemExit"})
        report["ended"] = "error" if report["ended"] == "ok" else report["ended"]
    solved = bool(reached_end)
    return {
        **report,
        "passed": len(held),
        "failed": None if solved else failed[0],
        "solved": solved,
    }


def message_of(error: AssertionError) -> dict[str, str]:
    """Return an assert's messages by language; a plain message has the key ""."""
    said = error.args[0] if error.args else "AssertionError"
    if not isinstance(said, dict):
        return {"": str(said)[:MAX_TEXT]}
    return {str(language)[:8]: str(text)[:MAX_TEXT] for language, text in list(said.items())[:8]}


def close_figures() -> None:
    """Close figures left open by a sample; only the code's own figures are shown."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
