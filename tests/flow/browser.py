"""A page as a real browser shows it: Debian's chromium, or another build of it, without a window."""

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import NamedTuple

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_S_MAX = 60


class Shown(NamedTuple):
    """The document once it was laid out, and what the browser complained about."""

    document: str
    complaints: list[str]


async def shown(url: str, folder: Path) -> Shown:
    """Open it, with a profile in this folder. Skips the test where there is no browser."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed: no browser has shown the page")
    options = [
        "--headless", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={folder}",
        "--enable-logging=stderr", "--dump-dom",
    ]  # fmt: skip
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    process = await asyncio.create_subprocess_exec(browser, *options, url, stdout=PIPE, stderr=PIPE)
    try:
        document, log = await asyncio.wait_for(process.communicate(), START_S_MAX)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Shown(document.decode(), [line for line in log.decode().splitlines() if "CONSOLE" in line])
