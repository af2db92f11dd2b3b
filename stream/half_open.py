"""Half-open connections are found: the other end is gone, and nobody was told.

So it is when a host loses its power, or a firewall forgets a connection. Neither aiokafka nor asyncpg asks the kernel
to look. Without that each hop of the flow finds its own dead connections only when it needs them, one hop after the
other, each by the time-out of a request.
"""

import asyncio
import socket
from typing import Any

SILENT_S_MAX = 4
"""Kafka and Postgres are taken for gone when their host has acknowledged nothing for so long."""
_PROBES = 2


class WatchfulLoop(asyncio.SelectorEventLoop):
    """Each connection made in it fails once the other end's host was silent for `SILENT_S_MAX`."""

    async def create_connection(self, *arguments: Any, **more: Any) -> Any:
        """As in every loop."""
        transport, protocol = await super().create_connection(*arguments, **more)
        watch(transport, SILENT_S_MAX)
        return transport, protocol


def watch(transport: asyncio.BaseTransport, silent_s_max: int) -> None:
    """The connection fails once its other end's host was silent for so long, whether it was sent something or not.

    The host, not the server: one that is slow, or stopped, is waited for, as long as it has room for what it is sent.
    On macOS only a connection that nothing is sent on.
    """
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _options(silent_s_max).items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _options(silent_s_max: int) -> dict[str, int]:
    # Few and far between, however long the patience: the kernel refuses more than 127 of them.
    apart_s = max(1, silent_s_max // (2 * _PROBES))
    idle_s = max(1, silent_s_max - _PROBES * apart_s)
    return {
        "TCP_KEEPIDLE": idle_s,
        "TCP_KEEPALIVE": idle_s,
        "TCP_KEEPINTVL": apart_s,
        "TCP_KEEPCNT": _PROBES,
        "TCP_USER_TIMEOUT": silent_s_max * 1000,
    }
