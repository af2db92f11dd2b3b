"""The Faust table of the standings, brought back from its changelog many records at a time."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import faust
from faust.types import EventT
from faust.types.tables import RecoverCallback
from pydantic_core import from_json, to_json

from schemas import flow

from .standing import Standing, from_bytes
from .unhurried import records_of

NAME = "registrations"
_MESSAGES_AT_ONCE = 8
"""How many messages, each of many records, are read from the changelog before they are put into the table."""


def kept(key: str, standing: Standing) -> tuple[bytes, bytes]:
    """Key and value of the changelog's record that keeps this."""
    return to_json(key), standing.to_bytes()


class StandingTable(faust.Table[str, Standing]):
    """Registration to standing. Its changelog's messages carry records as `UnhurriedTransport` hands them on."""

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
        app.tables.add(self)

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Faust brings these back."""
        records = (record for event in batch for record in records_of(event.message))
        kept_before: Any = (_Kept(from_json(one.key), from_bytes(one.value), one) for one in records)
        super().apply_changelog_batch(kept_before)


class _Kept(NamedTuple):
    """As much of an event as the store looks at."""

    key: str
    value: Standing
    message: Any
