"""A page as a real browser shows it: Debian's chromium, or another build of it, without a window."""

import asyncio
import os
import re
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


_NEEDS = """<!doctype html><iframe src="page.html" style="width:{width}px;height:9999px;border:0"></iframe>
<pre></pre><script>
addEventListener("load", () => {{
  const shown = document.querySelector("iframe").contentDocument.documentElement
  document.querySelector("pre").textContent = `needs ${{shown.scrollWidth}} px`
}})</script>"""


async def width_needed(html: str, window: int, folder: Path) -> int:
    """How wide this document becomes in a window of this width: wider if anything in it does not fit."""
    (folder / "page.html").write_text(html)
    (folder / "window.html").write_text(_NEEDS.format(width=window))
    page = await shown((folder / "window.html").as_uri(), folder / "profile", "--allow-file-access-from-files")
    found = re.search(r"needs (\d+) px", page.document)
    assert found is not None, page.complaints
    return int(found[1])


async def shown(url: str, folder: Path, *more: str) -> Shown:
    """Open it, with a profile in this folder. Skips the test where there is no browser."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.skip(f"none of {', '.join(NAMES)} is installed: no browser has shown the page")
    options = [
        "--headless", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={folder}",
        "--enable-logging=stderr", "--dump-dom", *more,
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
