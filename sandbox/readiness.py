"""Probes that say whether something answers; each returns True or False and never raises."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.ports import LOOPBACK
from sandbox.process_spec import Ready

PROBE_S_MAX = 2.0


def port_answers(port: int) -> Ready:
    """Ready when something accepts connections on the loopback port."""

    async def probe() -> bool:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(LOOPBACK, port), PROBE_S_MAX)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return probe


def url_answers(url: str) -> Ready:
    """Ready when the URL is answered with HTTP status 200."""
    parts = urlsplit(url)

    async def status_line() -> bytes:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(f"GET {parts.path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
        line = await reader.readline()
        writer.close()
        return line

    async def probe() -> bool:
        try:
            line = await asyncio.wait_for(status_line(), PROBE_S_MAX)
        except (OSError, TimeoutError):
            return False
        return b" 200 " in line

    return probe


def file_exists(path: Path) -> Ready:
    """Ready when the file is there."""

    async def probe() -> bool:
        return await asyncio.to_thread(path.exists)

    return probe


async def at_once() -> bool:
    """For what nobody waits for."""
    return True
