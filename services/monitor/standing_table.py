"""The Faust table of the standings, brought back from its changelog many records at a time."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import faust
from faust.types import TP, EventT
from faust.types.tables import RecoverCallback
from pydantic_core import from_json, to_json

from schemas import flow
from services.monitor.standing import Standing, from_bytes
from services.monitor.unhurried import records_of

NAME = "registrations"
_MESSAGES_AT_ONCE = 8
"""How many messages, each of many records, are read from the changelog before the newest of each key are taken over."""

_log = logging.getLogger(__name__)


def kept(key: str, standing: Standing) -> tuple[bytes, bytes]:
    """Key and value of the changelog's record that keeps this."""
    return to_json(key), standing.to_bytes()


class StandingTable(faust.Table[str, Standing]):
    """Registration to standing. Its changelog's messages hold many records each, as `UnhurriedTransport` makes them.

    Until the broker compacts the changelog, it has several records of a registration. So the records that Faust brings
    back are kept as bytes, only the newest of each key, and parsed once all are there: parsing the others took half of
    a restart's time.
    """

    def __init__(self, app: faust.App, recovered: RecoverCallback) -> None:
        super().__init__(
            app,
            name=NAME,
            key_type=bytes,
            value_type=bytes,
            partitions=flow.LANES,
            on_recover=recovered,
            recovery_buffer_size=_MESSAGES_AT_ONCE,
            beacon=app.beacon,
        )
        self._newest: defaultdict[int, dict[bytes, bytes]] = defaultdict(dict)
        app.tables.add(self)

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Take what Faust brings back, the older records of a key first."""
        for event in batch:
            newest = self._newest[event.message.partition]
            newest.update((record.key, record.value) for record in records_of(event.message))

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Parse it, once Faust has brought back everything."""
        while self._newest:
            partition, newest = self._newest.popitem()
            brought_back: Any = self._read(partition, newest)
            super().apply_changelog_batch(brought_back)
        await super().on_recovery_completed(active_tps, standby_tps)

    def _read(self, partition: int, newest: Mapping[bytes, bytes]) -> Iterator["_Kept"]:
        for key, value in newest.items():
            try:
                registration = _registration(key)
                known, standing = self.data.get(registration), from_bytes(value)
                joined = standing if known is None else known.joined(standing)
            except (TypeError, ValueError):
                _log.error("lane %d of the changelog: a record was left out, it keeps no standing", partition)
                continue
            yield _Kept(registration, joined, _From(partition, value))


def _registration(key: bytes) -> str:
    registration = from_json(key)
    if not isinstance(registration, str):
        raise TypeError("no text")
    return registration


class _From(NamedTuple):
    """As much of a message as the store looks at."""

    partition: int
    value: bytes


class _Kept(NamedTuple):
    """As much of an event as the store looks at."""

    key: str
    value: Standing
    message: _From
