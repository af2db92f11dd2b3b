"""What the services of a sandbox count of themselves, as Prometheus is told."""

import asyncio
from urllib.request import urlopen

from sandbox.running import RunningSandbox
from schemas.flow import SERVICE_NAMES


async def metrics_pages(sandbox: RunningSandbox) -> list[tuple[str, str]]:
    """The page of every worker, beside the name of its service."""
    health = sandbox.endpoints().health
    urls = [(service, f"{url}/metrics") for service in SERVICE_NAMES for url in health.get(service, ())]
    return [(service, await asyncio.to_thread(_read, url)) for service, url in urls]


def _read(url: str) -> str:
    with urlopen(url, timeout=5) as answer:  # noqa: S310 -- the sandbox's own address
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return str(answer.read().decode())
