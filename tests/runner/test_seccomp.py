"""The system call filter's program, interpreted as the kernel would, for both processors."""

import errno
import struct

import pytest

from runner import syscalls
from runner.seccomp import (
    ALLOW,
    ARCHITECTURES,
    ERROR,
    KILL,
    NEW_NAMESPACES,
    UnknownArchitecture,
    build_filter,
)

EPERM, ENOSYS = ERROR | errno.EPERM, ERROR | errno.ENOSYS
ORDINARY = {"read": (0, 63), "execve": (59, 221), "exit_group": (231, 94), "prctl": (157, 167)}


def verdict(machine: str, number: int, argument: int = 0, audit: int | None = None) -> int:
    """What the filter says of a call."""
    program = build_filter(machine)
    arch = ARCHITECTURES[machine][1] if audit is None else audit
    data = struct.pack("=IIQ6Q", number, arch, 0, argument, 0, 0, 0, 0, 0)
    value, place = 0, 0
    while True:
        code, if_true, if_false, k = struct.unpack_from("=HBBI", program, place * 8)
        place += 1
        if code == 0x06:
            return k
        if code == 0x20:
            (value,) = struct.unpack_from("=I", data, k)
            continue
        holds = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code]
        place += if_true if holds else if_false


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request):
    return request.param


def numbers_of(table, machine):
    column = ARCHITECTURES[machine][0]
    return {name: each[column] for name, each in table.items() if each[column] is not None}


def test_every_forbidden_call_fails_with_eperm(machine):
    numbers = numbers_of(syscalls.DENIED, machine)
    found = {name: verdict(machine, number) for name, number in numbers.items()}
    assert found == dict.fromkeys(numbers, EPERM)


def test_ordinary_calls_are_allowed(machine):
    for number in numbers_of(ORDINARY, machine).values():
        assert verdict(machine, number) == ALLOW


def test_a_thread_may_be_cloned_and_a_namespace_not(machine):
    number = syscalls.CLONE[ARCHITECTURES[machine][0]]
    assert verdict(machine, number, 0x3D0F00) == ALLOW
    for bit in range(32):
        if NEW_NAMESPACES >> bit & 1:
            assert verdict(machine, number, 1 << bit) == EPERM


def test_sockets_are_local_ones(machine):
    for each in (syscalls.SOCKET, syscalls.SOCKETPAIR):
        number = each[ARCHITECTURES[machine][0]]
        assert verdict(machine, number, 1) == ALLOW
        assert {verdict(machine, number, family) for family in (0, 2, 10, 16, 17, 40)} == {EPERM}


def test_calls_that_the_table_does_not_know_are_not_there(machine):
    for number in (syscalls.CLONE3[0], syscalls.NEWEST_KNOWN + 1, 0x40000000, 2**32 - 1):
        assert verdict(machine, number) == ENOSYS


def test_another_processors_calls_kill(machine):
    assert verdict(machine, 0, audit=0x40000003) == KILL


def test_an_unknown_processor_has_no_filter():
    with pytest.raises(UnknownArchitecture, match="riscv64"):
        build_filter("riscv64")
