"""The network delays, holds back, cuts, and loses one reply."""

import asyncio
from collections.abc import Callable

from faults.real.fault import Inject
from faults.real.proxy import Proxy
from faults.real.scene import Scene
from faults.real.wire import Reply

_SLOW_S = 0.15
_SPELL_S = 4.0
_HELD_S = {"kafka": 3.0, "postgres": 3.0, "smtp": 7.0}
"""Longer than a session lasts, and than a sender waits for an answer."""
_DRIP_S = 0.02


def slow(server: str) -> Inject:
    """Everything to and from the server takes longer, for a while."""

    def begin(proxy: Proxy) -> None:
        proxy.delay_s = _SLOW_S

    return _for_a_while(server, begin, _SPELL_S)


def cut(server: str) -> Inject:
    """Every connection to the server is reset."""

    async def inject(scene: Scene) -> None:
        for proxy in proxies_of(scene, server):
            proxy.cut()

    return inject


def held(server: str) -> Inject:
    """A black hole for longer than anybody's patience; then what was held arrives, late."""
    return _for_a_while(server, Proxy.hold, _HELD_S[server])


def dripping(server: str) -> Inject:
    """The server's replies come byte by byte, for a while."""

    def begin(proxy: Proxy) -> None:
        proxy.drip_s = _DRIP_S

    return _for_a_while(server, begin, _SPELL_S)


def _for_a_while(server: str, begin: Callable[[Proxy], None], seconds: float) -> Inject:
    async def inject(scene: Scene) -> None:
        proxies = proxies_of(scene, server)
        for proxy in proxies:
            begin(proxy)
        await asyncio.sleep(seconds)
        for proxy in proxies:
            proxy.recover()

    return inject


def lost(server: str, reply: Reply) -> Inject:
    """The request is done, and whoever asked never hears of it."""

    async def inject(scene: Scene) -> None:
        (proxy,) = proxies_of(scene, server)
        await proxy.lose(reply)

    return inject


def proxies_of(scene: Scene, server: str) -> list[Proxy]:
    """Those before a server: one for each of its nodes."""
    return [proxy for name, proxy in scene.proxies.items() if name == server or name.startswith(f"{server}-")]
