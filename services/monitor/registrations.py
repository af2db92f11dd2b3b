"""All registrations, in a Faust table: events are joined in, changed standings are kept, then the events are settled.

An event is acknowledged only after the changelog has acknowledged what it changed, so a kill at any moment loses
nothing; what it brings again is joined in again and changes nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, cast
from zlib import crc32

import faust
from faust.serializers.codecs import Codec, register
from faust.types import EventT

from schemas import codec, flow

from .positions import Passed, Positions
from .said import said
from .standing import Standing, from_bytes, from_plain

TABLE = "registrations"
UNSETTLED_MAX = 2_000

_log = logging.getLogger(__name__)


class StandingCodec(Codec):
    """A standing in the changelog."""

    def _loads(self, s: bytes) -> Standing:
        return from_bytes(s)

    def _dumps(self, s: Standing) -> bytes:
        return s.to_bytes()


class Registrations:
    """Key to standing, with what is not kept yet. `unreadable` counts records that are no events, since the start."""

    def __init__(self, app: faust.App, positions: Positions, recovered: Callable[[], None]) -> None:
        register("standing", StandingCodec())
        self._table = app.Table(TABLE, key_type=str, partitions=flow.LANES, on_recover=self._brought_back)
        self._positions = positions
        self._recovered = recovered
        self._table.value_serializer = "standing"  # type: ignore[attr-defined] # its type leaves out what it has
        self._changed: set[str] = set()
        self._unsettled: list[EventT[Any]] = []
        self.unreadable = 0

    @property
    def standings(self) -> Mapping[str, Standing]:
        """Every registration that anything is known of."""
        return cast("Mapping[str, Standing]", self._table.data)

    async def _brought_back(self) -> None:
        # Faust reads its changelog as plain JSON, whatever it is told about the table's values.
        data = self._table.data
        for key, value in data.items():
            data[key] = value if isinstance(value, Standing) else from_plain(value)
        self._recovered()

    async def take(self, event: EventT[Any]) -> None:
        """Join the event in. Waits while too much is unsettled."""
        message = event.message
        try:
            decoded = codec.decode(message.topic, _headers(message.headers), message.value)
            self._join(decoded.envelope.subject, said(decoded.event, decoded.envelope.time))
        except codec.CodecError:
            self.unreadable += 1
        except Exception as error:  # noqa: BLE001 -- Faust starts an agent that raises anew, and it would read this again
            _log.error("%s at %s: a record was left out", type(error).__name__, message.tp)
            self.unreadable += 1
        self._unsettled.append(event)
        if len(self._unsettled) >= UNSETTLED_MAX and self._positions.begun:
            await self.settle()

    async def settle(self) -> None:
        """Keep what has changed, then acknowledge the events that changed it, but none beyond one that is missing."""
        changed, self._changed = self._changed, set()
        events, self._unsettled = self._unsettled, []
        if not events:
            return
        data = self._table.data
        await asyncio.gather(*[self._table.send_changelog(_partition(key), key, data[key]) for key in changed])
        for event in events:
            match self._positions.take(event.message.tp, event.message.offset):
                case Passed.IN_ORDER:
                    event.ack()
                case Passed.TOO_EARLY:
                    self._unsettled.append(event)
                case Passed.BEYOND_A_GAP:
                    pass

    def _join(self, registration: str, heard: Standing) -> None:
        data = self._table.data
        known = data.get(registration)
        joined = heard if known is None else known.joined(heard)
        if joined != known:
            data[registration] = joined
            self._changed.add(registration)


def _partition(key: str) -> int:
    # Always the same one for a key: those who publish to us partition as they like, and the newest value has to win.
    return crc32(key.encode()) % flow.LANES


def _headers(headers: Any) -> list[tuple[str, bytes | None]]:
    return list(headers.items()) if isinstance(headers, dict) else list(headers or ())
