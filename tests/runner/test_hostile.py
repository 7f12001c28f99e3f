"""Hostile programs, each run by the real daemon.

`attack` also looks after each that no process, file, mount or open file is left and that the
daemon serves the next program.
"""

import errno
import os
import platform
import socket

import pytest

from runner import syscalls
from runner.__main__ import NICE
from runner.environment import VARIABLES
from runner.sandbox import SESSION_NICENESS
from tests.runner.conftest import SETTINGS

pytestmark = pytest.mark.once
COLUMN = 0 if platform.machine() == "x86_64" else 1
DAEMON_SECONDS = int(SETTINGS["RUNNER_SECONDS"])
SHORT = {"wall_seconds": 1}


# --- Time, memory, processes, output --------------------------------------------------------


def test_a_fork_bomb_ends_with_its_time(attack):
    code = """
while True:
    try: os.fork()
    except OSError: pass
"""
    assert attack(code, limits=SHORT)["ended"] == "time"


def test_no_more_than_64_processes_are_there_at_once(attack):
    code = """
import time
made = 0
try:
    for _ in range(1000):
        if not os.fork(): time.sleep(100)
        made += 1
except OSError as error:
    print(made, type(error).__name__)
"""
    made, error = attack(code)["output"].split()
    assert 55 <= int(made) < 64
    assert error == "BlockingIOError"


def test_threads_count_as_processes(attack):
    code = """
import threading, time
for _ in range(1000): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
"""
    assert attack(code)["error"].startswith("RuntimeError: can't start new thread")


def test_100_gigabytes_are_refused_at_once(attack):
    result = attack("bytearray(100 << 30)")
    assert (result["ended"], result["line"]) == ("memory", 2)


def test_memory_in_many_small_processes_counts_together(attack):
    code = """
import time
for _ in range(8):
    if not os.fork():
        kept = bytearray(b"x") * (100 << 20)
        time.sleep(100)
time.sleep(100)
"""
    assert attack(code)["ended"] == "memory"


def test_memory_of_a_kind_that_is_not_counted_is_refused(attack):
    result = attack("os.memfd_create('x')")
    assert result["error"].startswith("PermissionError")


def test_endless_output_is_cut_and_stopped(attack):
    result = attack("while True: print('x' * 1000)")
    assert (result["ended"], result["cut"]) == ("output", True)
    assert len(result["output"]) < 64 * 1024


def test_output_above_64_kilobytes_is_cut_and_says_so(attack):
    result = attack("print('x' * 100_000)")
    assert (result["ended"], result["cut"]) == ("ok", True)


def test_an_endless_loop_ends_with_its_time(attack):
    assert attack("while True: pass", limits=SHORT)["ended"] == "time"


def test_processor_time_is_limited_too(attack):
    result = attack("print('before')\nwhile True: pass", limits={"cpu_seconds": 1})
    assert (result["ended"], result["output"]) == ("time", "before\n")
    assert result["seconds"] < DAEMON_SECONDS


def test_threads_use_up_the_processor_time_together(attack):
    code = """
import hashlib, threading
def work():
    while True: hashlib.sha256(b"x" * (1 << 20))
threading.Thread(target=work).start()
work()
"""
    assert attack(code, limits={"cpu_seconds": 1})["ended"] == "time"


def test_ignoring_the_signal_for_processor_time_gains_nothing(attack):
    code = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    result = attack(code, limits={"cpu_seconds": 1})
    assert result["ended"] == "time"
    assert result["seconds"] < DAEMON_SECONDS


def test_sleeping_ends_with_its_time(attack):
    assert attack("import time; time.sleep(1000)", limits=SHORT)["ended"] == "time"


def test_stopping_itself_ends_with_its_time(attack):
    assert attack("import signal; os.kill(0, signal.SIGSTOP)", limits=SHORT)["ended"] == "time"


def test_killing_everything_in_sight_kills_the_program_alone(attack):
    code = """
try: os.kill(-1, 9)
except ProcessLookupError: print("nobody else is here")
os.kill(os.getpid(), 9)
"""
    result = attack(code)
    assert (result["ended"], result["output"]) == ("killed", "nobody else is here\n")


def test_children_in_sessions_of_their_own_do_not_outlive_it(attack):
    code = """
import time
for _ in range(5):
    if not os.fork():
        os.setsid()
        if not os.fork(): time.sleep(100)
        os._exit(0)
print("done")
"""
    result = attack(code)
    assert (result["ended"], result["output"]) == ("ok", "done\n")


def test_a_forked_child_that_runs_on_reports_nothing(attack):
    result = attack("os.fork()\nprint('twice')")
    assert result["ended"] == "ok"


def test_closing_the_output_is_no_trouble(attack):
    code = "import sys\nprint('seen')\nsys.stdout.close()\nos.close(1)\nos.close(2)"
    result = attack(code)
    assert (result["ended"], result["output"]) == ("ok", "seen\n")


def test_closing_every_file_leaves_no_report(attack):
    assert attack("os.closerange(0, 256)")["ended"] == "killed"


def test_limits_cannot_be_raised_again(attack):
    code = """
import resource
for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA, resource.RLIMIT_NPROC):
    try: resource.setrlimit(kind, (-1, -1))
    except ValueError as error: print(error)
try: os.nice(-5)
except OSError as error: print(type(error).__name__)
"""
    lines = attack(code)["output"].splitlines()
    assert lines == ["not allowed to raise maximum limit"] * 3 + ["PermissionError"]


# --- Files ----------------------------------------------------------------------------------


def test_100_000_files_are_too_many(attack):
    code = """
for number in range(100_000): open(f"/tmp/evil-{number}", "w").close()
import time; time.sleep(100)
"""
    assert attack(code)["ended"] == "killed"


def test_a_sparse_file_of_a_terabyte_is_refused(attack):
    result = attack("open('/tmp/evil', 'wb').truncate(1 << 40)")
    assert result["error"] == "OSError: [Errno 27] File too large"


def test_the_disk_is_64_megabytes_small(attack):
    code = "for number in range(9): open(f'/tmp/evil-{number}', 'wb').write(b'x' * (10 << 20))"
    assert attack(code)["error"].startswith("OSError: [Errno 28]")


def test_shared_memory_is_small(attack):
    code = "for number in range(9): open(f'/dev/shm/evil-{number}', 'wb').write(b'x' * (10 << 20))"
    assert attack(code)["error"].startswith("OSError: [Errno 28]")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/etc/shadow", "/root/.ssh", "/home", "/var", "/sys"]
)
def test_files_of_the_machine_are_not_there(attack, path):
    assert attack(f"os.stat({path!r})")["error"].startswith("FileNotFoundError")


def test_a_link_out_of_the_sandbox_leads_nowhere(attack):
    code = "os.symlink('/etc/passwd', '/tmp/evil'); open('/tmp/evil')"
    assert attack(code)["error"].startswith("FileNotFoundError")


def test_the_root_of_another_process_is_the_same_sandbox(attack):
    code = """
for root in ("/proc/1/root", "/proc/self/root/..", "/proc/1/cwd"):
    try: print(os.path.exists(root + "/etc/passwd"))
    except OSError: print(False)
"""
    assert attack(code)["output"] == "False\n" * 3


def test_the_packages_of_the_environment_cannot_be_written(attack):
    code = """
import sysconfig
for path in (os.__file__, sysconfig.get_path("purelib") + "/evil.py", "/runner/jobs.py", "/evil"):
    try: open(path, "w")
    except OSError as error: print(error.errno)
"""
    assert attack(code)["output"].split() == [str(errno.EROFS)] * 4


def test_a_device_cannot_be_made(attack):
    code = "import stat; os.mknod('/tmp/evil', stat.S_IFBLK | 0o600, os.makedev(8, 0))"
    assert attack(code)["error"].startswith("PermissionError")


# --- Secrets and other processes ------------------------------------------------------------


def test_other_processes_are_not_to_be_seen(attack):
    code = "print(sorted(int(name) for name in os.listdir('/proc') if name.isdecimal()))"
    assert attack(code)["output"] == "[1, 2]\n"


def test_the_environment_holds_nothing_of_the_daemon(attack):
    code = """
print(sorted(os.environ.items()))
try: print(open("/proc/1/environ").read())
except OSError: print()
"""
    first, second = attack(code)["output"].splitlines()
    assert dict(eval(first)) == {**VARIABLES, "PWD": "/tmp", **python_sets(eval(first))}
    assert second == ""


def python_sets(items: list) -> dict:
    """What Python itself adds on some systems."""
    return {name: value for name, value in items if name == "LC_CTYPE"}


@pytest.mark.parametrize("name", ["cmdline", "keys", "kallsyms"])
def test_what_the_kernel_tells_of_itself_and_of_keys_is_hidden(attack, name):
    assert attack(f"open('/proc/{name}')")["error"].startswith("PermissionError")


def test_the_daemons_socket_is_not_there(attack, daemon):
    path = daemon.url.removeprefix("unix:")
    code = f"import socket; socket.socket(socket.AF_UNIX).connect({path!r})"
    assert attack(code)["error"].startswith("FileNotFoundError")


def test_no_file_of_the_daemon_is_open(attack):
    code = """
import sys
known = {0: "null", 1: "pipe", 2: "pipe", int(sys.argv[1]): "pipe"}
for name in os.listdir("/proc/self/fd"):
    try: target = os.readlink(f"/proc/self/fd/{name}")
    except OSError: continue
    if known.get(int(name), "?") not in target: print(name, target)
"""
    assert attack(code)["output"] == ""


def test_the_program_has_no_rights_and_a_filter(attack):
    code = "print(open('/proc/self/status').read(), os.getuid(), os.getgroups())"
    said = attack(code)["output"]
    for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
        assert line in said
    assert "Seccomp:\t2" in said
    assert " 65534 " in said


# --- The network ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW"])
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_there_is_no_network(attack, family, kind):
    code = f"import socket; socket.socket(socket.{family}, socket.{kind})"
    assert attack(code)["error"].startswith("PermissionError")


def test_names_are_not_looked_up(attack):
    result = attack("import socket; socket.getaddrinfo('example.org', 80)")
    assert result["error"].startswith("gaierror")


def test_abstract_sockets_of_the_machine_are_out_of_reach(attack):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0evil-abstract")
        listener.listen()
        code = "import socket; socket.socket(socket.AF_UNIX).connect('\\0evil-abstract')"
        assert attack(code)["error"].startswith("ConnectionRefusedError")


# --- The kernel -----------------------------------------------------------------------------

CALL = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    ctypes.set_errno(0)
    print(libc.syscall(*arguments), ctypes.get_errno())
"""


def test_every_forbidden_system_call_is_refused(attack):
    numbers = {name: each[COLUMN] for name, each in syscalls.DENIED.items() if each[COLUMN]}
    assert {"mount", "unshare", "ptrace", "keyctl", "bpf", "io_uring_setup"} <= set(numbers)
    code = CALL + "\n".join(f"call({number}, 0, 0, 0, 0, 0)" for number in numbers.values())
    answers = attack(code)["output"].splitlines()
    assert dict(zip(numbers, answers, strict=True)) == dict.fromkeys(numbers, f"-1 {errno.EPERM}")


@pytest.mark.parametrize(
    "flag", [0x20000, 0x2000000, 0x4000000, 0x10000000, 0x20000000, 0x40000000]
)
def test_no_new_namespace_is_cloned(attack, flag):
    number = syscalls.CLONE[COLUMN]
    assert attack(f"{CALL}call({number}, {flag | 17}, 0, 0, 0, 0)")["output"] == "-1 1\n"


@pytest.mark.parametrize("number", [syscalls.CLONE3[COLUMN], syscalls.NEWEST_KNOWN + 1, 0x40000000])
def test_unknown_system_calls_are_as_on_an_old_kernel(attack, number):
    assert attack(f"{CALL}call({number}, 0, 0, 0, 0, 0)")["output"] == f"-1 {errno.ENOSYS}\n"


def test_settings_of_the_kernel_cannot_be_written(attack):
    code = "open('/proc/sys/user/max_user_namespaces', 'w').write('100')"
    assert attack(code)["error"].startswith(("OSError: [Errno 30]", "PermissionError"))


def test_a_program_has_a_low_priority_and_cannot_raise_it(attack):
    assert int(attack("import os\nprint(os.nice(0))")["output"]) >= NICE
    if not os.path.exists("/proc/self/autogroup"):  # niceness alone decides on such a kernel
        return
    code = "print(open('/proc/self/autogroup').read().split()[-1])"
    assert attack(code)["output"] == f"{SESSION_NICENESS}\n"
    said = attack("open('/proc/self/autogroup', 'w').write('0')")
    assert said["error"].startswith("OSError: [Errno 30]")


# --- What comes out -------------------------------------------------------------------------

FORGE = "import sys, json, base64\nreport = int(sys.argv[1])\n"


def test_a_pickle_instead_of_a_report_is_not_opened(attack):
    code = (
        FORGE
        + """
import pickle
class Evil:
    def __reduce__(self): return os.system, ("touch /tmp/evil",)
os.write(report, pickle.dumps(Evil())); os._exit(0)
"""
    )
    assert attack(code)["ended"] == "killed"


def test_a_forged_report_has_no_field_of_another_form(attack):
    code = (
        FORGE
        + """
svg = base64.b64encode(b"<svg onload=alert(1)>").decode()
os.write(report, json.dumps({
    "ended": "ok", "line": "<b>", "passed": -1, "failed": {"ko": 5, "en": "x" * 9999},
    "solved": "yes", "figures": [svg, 5, "?"], "figures_dropped": True, "memory": 1e99,
    "output": "forged", "seconds": "forged", "more": 1,
}).encode()); os._exit(0)
"""
    )
    result = attack(code)
    assert (result["line"], result["passed"], result["solved"]) == (None, None, False)
    assert result["failed"] == {"en": "x" * 2000}
    assert (result["figures"], result["figures_dropped"]) == ([], 0)
    assert result["output"] == ""
    assert "more" not in result


@pytest.mark.parametrize(
    "report", ["'[' * 100_000", "'9' * 100_000", '\'{"ended": "ok"\'', "'null'"]
)
def test_a_report_that_is_no_object_is_none(attack, report):
    code = f"{FORGE}os.write(report, ({report}).encode()[:60_000]); os._exit(0)"
    assert attack(code)["ended"] == "killed"


def test_an_endless_report_is_cut(attack):
    code = FORGE + "while True: os.write(report, b'x' * 60_000)"
    assert attack(code)["ended"] == "killed"


def test_escapes_and_html_come_out_as_the_text_that_they_are(attack):
    code = r"""print("\x1b[2J<script>alert(1)</script>\0\ud800")"""
    assert attack(code)["output"] == "\x1b[2J<script>alert(1)</script>\ufffd\\ud800\n"


def test_bytes_that_are_no_text_are_replaced(attack):
    assert attack("os.write(1, b'\\xff\\xfe')")["output"] == "\ufffd\ufffd"


def test_an_error_whose_message_raises_is_reported_by_its_type(attack):
    code = """
class Evil(Exception):
    def __str__(self): raise KeyError
raise Evil
"""
    assert attack(code)["error"] == "Evil"
