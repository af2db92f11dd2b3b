"""Waiting for what other processes do: ask again and again, and say what is missing when time is up."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

POLL_S = 0.1

T = TypeVar("T")


async def until(ask: Callable[[], Awaitable[T | None]], *, deadline_s: float, missing: str) -> T:
    """The first answer that is not None or False.

    Raises:
        TimeoutError: there was none in time; the text says what is missing.
    """
    end = time.monotonic() + deadline_s
    while True:
        if answer := await ask():
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"{missing} after {deadline_s:g} s")
        await asyncio.sleep(POLL_S)
