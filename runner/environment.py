"""Files visible in a sandbox: a Python with its packages, and the system's libraries."""

import contextlib
import ctypes
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

INSIDE = Path(__file__).with_name("inside")
NOBODY = 65534
# Names that the kernel gives away about the machine or about keys.
HIDDEN = ("cmdline", "config.gz", "kallsyms", "key-users", "keys", "modules", "timer_list")
LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32", "/usr/lib64")
SHARED = ("/usr/share/zoneinfo", "/usr/share/fonts", "/etc/ld.so.cache", "/etc/localtime")
VARIABLES = {
    "HOME": "/tmp",  # noqa: S108 -- inside the sandbox
    "LANG": "C.UTF-8",
    "JAX_PLATFORMS": "cpu",
    "MPLCONFIGDIR": "/tmp/.matplotlib",  # noqa: S108
    "PYTHONDONTWRITEBYTECODE": "1",
    # Sets print in the same order as in the lessons' captured outputs.
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
QUESTION = """
import json, os, sys
print(json.dumps([sys.executable, os.path.realpath(sys.executable), sys.prefix, sys.base_prefix]))
"""
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 0x40000


class EnvironmentMissing(RuntimeError):
    """The Python of the lessons is missing or doesn't start."""


@dataclass
class Environment:
    """Files of a sandbox: the host's files and folders by their path inside."""

    python: str
    sources: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def add(self, path: str) -> None:
        """Mount a file or folder of the host at its own path, if it exists."""
        shown = any(path.startswith(f"{each}/") for each in self.sources)
        if os.path.exists(path) and not shown:
            self.sources[path] = os.path.realpath(path)

    def arguments(self) -> list[str]:
        """Return bubblewrap's arguments that mount these files read-only."""
        made = [part for path, to in self.links.items() for part in ("--symlink", to, path)]
        for path in sorted(self.sources):
            made += ["--ro-bind", self.sources[path], path]
        return made


def find_environment(python: str) -> Environment:
    """Return the environment of a Python by asking it for its folders.

    Raises EnvironmentMissing.
    """
    try:
        answer = subprocess.run(
            [python, "-I", "-c", QUESTION], capture_output=True, text=True, check=True, timeout=30
        )
        executable, real, prefix, base = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise EnvironmentMissing(f"RUNNER_PYTHON ({python}) does not start: {error}") from error
    # /lib is a link to usr/lib on most systems.
    links = {path: os.readlink(path) for path in LIBRARIES if os.path.islink(path)}
    found = Environment(executable, links=links)
    folders = [each for each in (base, prefix) if each != "/usr"]
    for path in [*(each for each in LIBRARIES if each not in links), *SHARED, *folders, real]:
        found.add(path)
    if base == "/usr":  # the links from a virtual environment lead to /usr/bin/python3
        found.sources |= {f"/usr/bin/{name}": real for name in ("python3", Path(real).name)}
    found.sources["/runner"] = str(INSIDE)
    return found


@dataclass(frozen=True)
class FontList:
    """matplotlib's font cache, which takes seconds to build; its name contains the version."""

    name: str
    data: bytes


def find_fonts(python: str) -> FontList | None:
    """Let matplotlib build its font cache; None without matplotlib."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python, "-I", "-c", "import matplotlib.font_manager"]
        variables = {"MPLCONFIGDIR": folder, "HOME": folder}
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, env=variables, capture_output=True, check=False, timeout=120)
        lists = list(Path(folder).glob("fontlist-*.json"))
        return FontList(lists[0].name, lists[0].read_bytes()) if lists else None


def stage(environment: Environment) -> None:
    """As root: make the files accessible to `nobody`, who starts the sandboxes.

    A virtual environment may be in a home folder that only its owner may enter. So the files are
    bind-mounted below /mnt, in a mount namespace that ends with this process. Raises OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _call(libc.unshare(CLONE_NEWNS))
    _call(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))
    _call(libc.mount(b"tmpfs", b"/mnt", b"tmpfs", 0, b"mode=755"))
    for number, (path, source) in enumerate(sorted(environment.sources.items())):
        target = Path(f"/mnt/{number}")
        target.mkdir() if os.path.isdir(source) else target.touch()
        _call(libc.mount(source.encode(), bytes(target), None, MS_BIND | MS_REC, None))
        environment.sources[path] = str(target)


def _call(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
