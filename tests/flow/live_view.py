"""What the live view of a sandbox shows."""

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.request import urlopen

from sandbox.running import RunningSandbox
from sandbox.waiting import until

MONITOR = "monitor"
BACK_S_MAX = 60.0


def registrations_at(picture: dict[str, Any]) -> dict[str, int]:
    return {column["stage"]: column["registrations"] for column in picture["columns"] if column["registrations"]}


async def seen(sandbox: RunningSandbox, path: str = "/picture.json") -> str | None:
    """What the view answers; None while there is nobody to answer."""
    for url in sandbox.endpoints().health.get(MONITOR, ()):
        with suppress(OSError):
            return await asyncio.to_thread(_read, url + path)
    return None


def _read(url: str) -> str:
    with urlopen(url, timeout=5) as answer:  # noqa: S310 -- the sandbox's own address
        return str(answer.read().decode())


async def caught_up(sandbox: RunningSandbox) -> dict[str, Any]:
    """The picture once the view says that it knows everything."""

    async def ask() -> dict[str, Any] | None:
        answer = await seen(sandbox)
        picture = json.loads(answer) if answer else {}
        return picture if picture.get("ready") and not picture["waiting"] else None

    return await until(ask, deadline_s=BACK_S_MAX, missing="the live view has not caught up")
