"""The daemon: accepts jobs over a socket and returns results, independent of the site."""

import asyncio
import contextlib
import hmac
import logging
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from runner.addresses import Address
from runner.jobs import BadJob, read_job
from runner.limits import MAX_JOB
from runner.pool import Pool
from runner.protocol import ProtocolError, encode, read_message
from runner.sandbox import SandboxFailed

REQUEST_SECONDS = 10
logger = logging.getLogger(__name__)


class Refused(Exception):
    """A request without a result; the reply gives the reason."""


class Daemon:
    """Serves `status` and `run`. Over TCP every request must carry the token."""

    def __init__(self, pool: Pool, token: str = "") -> None:
        self.pool, self.token = pool, token
        self.stopping = asyncio.Event()
        self.open: set[asyncio.Task[None]] = set()

    async def serve(self, address: Address) -> None:
        """Listen until SIGTERM or SIGINT, then finish running jobs. Raises OSError."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        server = await self.listen(address)
        self.pool.fill()
        logger.info("Serving with %s slots", self.pool.slots)
        await self.stopping.wait()
        server.close()
        if self.open:
            await asyncio.wait(self.open, timeout=self.pool.recipe.limits.wall_seconds + 5)
        await self.pool.close()
        if address.path:
            Path(address.path).unlink(missing_ok=True)

    async def listen(self, address: Address) -> asyncio.Server:
        """Return the listening socket; a Unix socket is accessible to this user and its group."""
        if not address.path:
            return await asyncio.start_server(self.meet, address.host, address.port)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(address.path)
        server = await asyncio.start_unix_server(self.meet, address.path)
        os.chmod(address.path, 0o660)
        return server

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handle one connection: one request, one reply."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- asyncio runs this in a task
        self.open.add(task)
        try:
            writer.write(encode(await self.reply(reader)))
            await writer.drain()
        except (OSError, asyncio.CancelledError):
            logger.info("A client has gone before its result")
        finally:
            self.open.discard(task)
            writer.close()

    async def reply(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        """Read a request and return the reply; errors become replies too."""
        try:
            request = await asyncio.wait_for(read_message(reader, MAX_JOB), REQUEST_SECONDS)
            self.check_token(request)
            return await self.answer(request, reader)
        except (ProtocolError, BadJob, Refused) as error:
            return {"error": str(error), "retry": False}
        except TimeoutError:
            return {"error": "no request came", "retry": False}
        except (SandboxFailed, OSError) as error:
            logger.error("A run failed: %s", error)
            return {"error": f"The sandbox failed: {error}", "retry": True}

    def check_token(self, request: dict[str, Any]) -> None:
        """Raise Refused when the request lacks the token."""
        given = str(request.get("token", ""))
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            raise Refused("wrong token")

    async def answer(self, request: dict[str, Any], reader: asyncio.StreamReader) -> dict[str, Any]:
        """Return the reply to a request with a valid token."""
        if request.get("do") == "status":
            seconds = self.pool.recipe.limits.wall_seconds
            return {"slots": self.pool.slots, "busy": self.pool.busy, "seconds": seconds}
        if request.get("do") != "run":
            raise Refused("unknown request")
        job = read_job(request, self.pool.recipe.limits)
        if self.pool.busy >= self.pool.slots or self.stopping.is_set():
            return {"error": "busy", "retry": True, "busy": True}
        return {"result": await until_hung_up(self.pool.run(job), reader)}


async def until_hung_up(
    work: Coroutine[Any, Any, dict[str, Any]], reader: asyncio.StreamReader
) -> dict[str, Any]:
    """Return the result of the work; cancels it when the client closes the connection."""
    task = asyncio.create_task(work)
    hung_up = asyncio.create_task(reader.read(1))
    try:
        await asyncio.wait({task, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ConnectionResetError("the client has gone")
        return task.result()
    finally:
        hung_up.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
