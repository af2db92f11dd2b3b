"""All registrations, in a Faust table: records are joined in, changed standings are kept, then the records count.

A record counts only after the changelog has acknowledged what it changed, so a kill at any moment loses nothing; what
it brings again is joined in again and changes nothing.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from zlib import crc32

import faust
from faust.types import TP
from faust.types.tables import RecoverCallback

from schemas import codec, flow
from schemas.topics import MONITOR_TABLE
from services.monitor.contribution import standing_of
from services.monitor.positions import Passed, Positions
from services.monitor.standing import Standing
from services.monitor.standing_table import StandingTable, kept

UNSETTLED_MAX = 20_000
"""Many, for when everything is read anew: a registration's events come close together, and are kept as one standing."""

_log = logging.getLogger(__name__)


class Registrations:
    """Key to standing, with what is not kept yet. `unreadable` counts records that are no events, since the start."""

    def __init__(self, app: faust.App, positions: Positions, recovered: RecoverCallback) -> None:
        self._app = app
        self._table = StandingTable(app, recovered)
        self._positions = positions
        self._changed: set[str] = set()
        self._unsettled: list[tuple[TP, list[int]]] = []
        self._unsettled_records = 0
        self._settling = asyncio.Lock()
        self.unreadable = 0

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Every registration that anything is known of."""
        return cast("Mapping[str, Standing]", self._table.data)

    async def take(self, place: TP, records: Sequence[Any]) -> None:
        """Join these in, in the order of their offsets. Waits while too much is unsettled."""
        for record in records:
            self._take(record)
        self._unsettled.append((place, [record.offset for record in records]))
        self._unsettled_records += len(records)
        if self._unsettled_records >= UNSETTLED_MAX and self._positions.begun:
            await self.settle()

    async def settle(self) -> None:
        """Keep what has changed, then count the records that changed it."""
        # One at a time: a record that is counted before an earlier one would seem to stand behind a gap.
        async with self._settling:
            changed, self._changed = self._changed, set()
            unsettled, self._unsettled, self._unsettled_records = self._unsettled, [], 0
            try:
                await self._keep(changed)
            except BaseException:
                # Reading these records again would change nothing, so what is not stored yet has to be remembered.
                self._changed |= changed
                self._unsettled = unsettled + self._unsettled
                raise
            for place, offsets in unsettled:
                if Passed.TOO_EARLY in [self._positions.take(place, offset) for offset in offsets]:
                    self._unsettled.append((place, offsets))

    async def _keep(self, changed: Iterable[str]) -> None:
        data, send = self._table.data, self._app.producer.send
        # Not through Faust's table, which makes a message, a task and a callback for each change.
        sent = [await send(MONITOR_TABLE, *kept(key, data[key]), _partition(key), None, None) for key in changed]
        await asyncio.gather(*sent)

    def _take(self, record: Any) -> None:
        try:
            decoded = codec.decode(record.topic, record.headers, record.value)
            self._join(decoded.envelope.subject, standing_of(decoded.event, decoded.envelope.time))
        except codec.CodecError:
            self.unreadable += 1
        except Exception as error:  # noqa: BLE001 -- Faust starts an agent that raises anew, and it would read this again
            where = f"{record.topic} {record.partition} {record.offset}"
            _log.error("%s at %s: a record was left out", type(error).__name__, where)
            self.unreadable += 1

    def _join(self, registration: str, heard: Standing) -> None:
        data = self._table.data
        known = data.get(registration)
        joined = heard if known is None else known.joined(heard)
        if joined != known:
            data[registration] = joined
            self._changed.add(registration)


def _partition(key: str) -> int:
    # By the key alone: publishers partition as they like, but a key's newest value has to be the last in one partition.
    return crc32(key.encode()) % flow.LANES
