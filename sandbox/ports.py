"""Free ports on the loopback interface, the same ones again after a restart where possible.

Ports are taken from below the systems' ephemeral ranges (Linux from 32768, others from 49152): a
client that keeps dialling a dead server's ephemeral port can be given that very port as its own,
connect to itself, and keep the server from ever binding it again.
"""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

LOOPBACK = "127.0.0.1"
CANDIDATES = range(15_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could bind the port on the loopback interface now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_ports(names: Iterable[str], *, remembered_in: Path) -> dict[str, int]:
    """A free port for each name: the one it had last time when that is still free."""
    remembered = _remembered(remembered_in)
    chosen: dict[str, int] = {}
    for name in names:
        port = remembered.get(name)
        chosen[name] = port if port and is_free(port) else _another(remembered, chosen)
    remembered_in.write_text(json.dumps(remembered | chosen, indent=2), "utf-8")
    return chosen


def _remembered(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    ports: dict[str, int] = json.loads(path.read_text("utf-8"))
    return ports


def _another(*taken: dict[str, int]) -> int:
    used = {port for ports in taken for port in ports.values()}
    candidates = random.sample(CANDIDATES, k=1_000)
    return next(port for port in candidates if port not in used and is_free(port))
