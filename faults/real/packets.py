"""Packets get lost, which no proxy can do: in a network of our own, by iptables. Both take root's rights.

What is lost is lost to the end at which it would have arrived; TCP sends it again, later and later.
"""

import asyncio
import ctypes
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.real.as_root import run
from faults.real.brokers import leading_node
from faults.real.errors import FaultError
from faults.real.fault import Inject
from faults.real.network import proxies_of
from faults.real.proxy import Proxy
from faults.real.scene import Scene

_CLONE_NEWNET = 0x40000000
SPELL_S = 4.0
LONG_S = 90.0
"""Longer than a watchdog's patience, and than any back-off grows in a spell."""
_FORGOTTEN_S = 30.0
"""Longer than anybody waits for an answer."""
_ESTABLISHED = "01"


def own_network() -> None:
    """From here on this thread, and what it starts, has a network of its own; raises FaultError.

    Its rules concern nobody else, and end with it.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        raise FaultError(f"no network of its own: {os.strerror(ctypes.get_errno())}")
    run("ip", "link", "set", "lo", "up")


async def some_lost(_: Scene) -> None:
    """Each packet of everybody is lost with a chance of one in five, for a while."""
    with _lost(["-m statistic --mode random --probability 0.2"]):
        await asyncio.sleep(SPELL_S)


def requests_lost(server: str) -> Inject:
    """Nothing reaches the server, for a while; what it says still arrives."""
    return _lost_one_way("--dport", server)


def replies_lost(server: str) -> Inject:
    """The server hears everything, and nobody hears the server, for a while."""
    return _lost_one_way("--sport", server)


def _lost_one_way(port_option: str, server: str) -> Inject:
    async def inject(scene: Scene) -> None:
        with _lost(f"{port_option} {proxy.port}" for proxy in proxies_of(scene, server)):
            await asyncio.sleep(SPELL_S)

    return inject


def unreachable(server: str, seconds: float = SPELL_S) -> Inject:
    """Every connection is reset, and whoever connects anew hears nothing, not even a refusal, for so long."""

    async def inject(scene: Scene) -> None:
        proxies = proxies_of(scene, server)
        with _lost(f"--syn --dport {proxy.port}" for proxy in proxies):
            for proxy in proxies:
                proxy.cut()
            await asyncio.sleep(seconds)

    return inject


def forgotten(server: str) -> Inject:
    """Every connection is dead and neither end is told, as if a firewall had forgotten it; new ones are fine."""

    async def inject(scene: Scene) -> None:
        connections = list(_established(proxies_of(scene, server)))
        begun = asyncio.Event()
        scene.meanwhile(_dead(connections, begun))
        await begun.wait()

    return inject


async def leader_unheard(scene: Scene) -> None:
    """No other node reaches the node that leads most lanes of the forms' topic, so nobody copies what it takes.

    The services still reach it, by their detours: it takes their records, and may not say so.
    """
    ports = json.loads(scene.sandbox.state.ports.read_text("utf-8"))
    leader = await leading_node(scene)
    with _lost(f"--dport {ports[leader + use]}" for use in ("", "-controller")):
        await asyncio.sleep(SPELL_S)


async def _dead(connections: Iterable[tuple[int, int]], begun: asyncio.Event) -> None:
    both_ways = (pair for client, server in connections for pair in ((client, server), (server, client)))
    with _lost(f"--sport {source} --dport {target}" for source, target in both_ways):
        begun.set()
        await asyncio.sleep(_FORGOTTEN_S)


def _established(proxies: Iterable[Proxy]) -> Iterator[tuple[int, int]]:
    """The ports at both ends of each connection to a proxy: the client's, and the proxy's."""
    listening = {proxy.port for proxy in proxies}
    _, *lines = Path("/proc/net/tcp").read_text("ascii").splitlines()
    for line in lines:
        _, local, remote, state, *_ = line.split()
        client, server = (int(address.split(":")[1], 16) for address in (local, remote))
        if state == _ESTABLISHED and server in listening:
            yield client, server


@contextmanager
def _lost(matches: Iterable[str]) -> Iterator[None]:
    """Packets on the loopback interface that match are lost, for the length of the block."""
    rules = [f"INPUT --in-interface lo --protocol tcp {match} --jump DROP" for match in matches]
    _iptables("-A", rules)
    try:
        yield
    finally:
        _iptables("-D", rules)


def _iptables(command: str, rules: Iterable[str]) -> None:
    lines = ("*filter", *(f"{command} {rule}" for rule in rules), "COMMIT", "")
    run("iptables-restore", "--noflush", text="\n".join(lines))
