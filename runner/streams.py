"""Reading of sandboxes' output, and notification of exited processes, in the event loop."""

import asyncio
import contextlib
import os
from typing import IO


class Intake:
    """Collects a pipe's data up to a limit; reads and discards what exceeds it."""

    def __init__(self, fd: int, limit: int) -> None:
        self.fd, self.limit = fd, limit
        self.data = bytearray()
        self.some, self.closed, self.full = asyncio.Event(), asyncio.Event(), asyncio.Event()
        os.set_blocking(fd, False)
        asyncio.get_running_loop().add_reader(fd, self.read)

    def read(self) -> bool:
        """Read available data. Returns whether more may be available at once."""
        try:
            part = os.read(self.fd, 65536)
        except BlockingIOError:
            return False
        if not part:
            self.closed.set()
            self.some.set()
            asyncio.get_running_loop().remove_reader(self.fd)
            return False
        if len(self.data) + len(part) > self.limit:
            self.full.set()
        self.data += part[: self.limit - len(self.data)]
        self.some.set()
        return True

    def drain(self) -> None:
        """Read what an exited program left in the pipe."""
        while not self.closed.is_set() and not self.full.is_set() and self.read():
            pass

    def close(self) -> None:
        """Stop reading."""
        asyncio.get_running_loop().remove_reader(self.fd)
        os.close(self.fd)


class Watcher:
    """Waits for the exit of a process."""

    def __init__(self, pid: int) -> None:
        self.pid, self.fd = pid, os.pidfd_open(pid)
        self.over = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.fd, self._note)

    def _note(self) -> None:
        self.over.set()
        asyncio.get_running_loop().remove_reader(self.fd)

    async def wait(self) -> None:
        """Wait until the process has exited."""
        await self.over.wait()

    def reap(self) -> None:
        """Reap an adopted process, so that no zombie remains."""
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PIDFD, self.fd, os.WEXITED | os.WNOHANG)

    def close(self) -> None:
        """Stop watching."""
        asyncio.get_running_loop().remove_reader(self.fd)
        os.close(self.fd)


async def send_all(file: IO[bytes], data: bytes) -> None:
    """Write to a pipe without blocking and close it; ignores a reader that is gone."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, file)
    transport.write(data)
    transport.close()
