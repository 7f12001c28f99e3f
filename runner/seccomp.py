"""The sandbox's system call filter, a classic BPF program that bubblewrap loads."""

import errno
import platform
import struct

from runner import syscalls

# linux/filter.h, linux/seccomp.h, linux/audit.h
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
# CLONE_NEWTIME shares its bit with the exit signal of clone(), where it means nothing.
NEW_NAMESPACES = 0x7E020000
LOCAL_SOCKETS = 1

Instruction = tuple[int, int, int, int]


class UnknownArchitecture(RuntimeError):
    """There is no filter for this processor architecture."""


def build_filter(machine: str | None = None) -> bytes:
    """Return the program for an architecture (this machine's by default).

    A denylist: a forbidden call fails with EPERM and the program continues. A call from another
    architecture's table kills the process. Raises UnknownArchitecture.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        raise UnknownArchitecture(f"no system call filter for the processor {machine}")
    column, audit = ARCHITECTURES[machine]
    program = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, audit),
        give(KILL),
        (LOAD, 0, 0, NUMBER),
        # Numbers from 0x40000000 on are x32's names for the same calls.
        *when_at_least(syscalls.NEWEST_KNOWN + 1, ERROR | errno.ENOSYS),
        # clone3() takes its flags through a pointer, which a filter can't follow; the C library
        # then uses clone().
        *when_equal(syscalls.CLONE3[column], ERROR | errno.ENOSYS),
    ]
    for numbers in syscalls.DENIED.values():
        if (number := numbers[column]) is not None:
            program += when_equal(number, ERROR | errno.EPERM)
    program += when_argument(syscalls.CLONE[column], (JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES))
    for call in (syscalls.SOCKET, syscalls.SOCKETPAIR):
        program += when_argument(call[column], (JUMP_EQUAL, 1, 0, LOCAL_SOCKETS))
    program.append(give(ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def give(verdict: int) -> Instruction:
    """Return an instruction that ends the program with a verdict."""
    return RETURN, 0, 0, verdict


def when_equal(number: int, verdict: int) -> list[Instruction]:
    """End with the verdict if the loaded value equals this number."""
    return [(JUMP_EQUAL, 0, 1, number), give(verdict)]


def when_at_least(number: int, verdict: int) -> list[Instruction]:
    """End with the verdict if the loaded value is at least this number."""
    return [(JUMP_AT_LEAST, 0, 1, number), give(verdict)]


def when_argument(number: int, test: Instruction) -> list[Instruction]:
    """Return instructions that refuse a call unless `test` accepts its first argument."""
    return [
        (JUMP_EQUAL, 0, 4, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        test,
        give(ERROR | errno.EPERM),
        give(ALLOW),
    ]
