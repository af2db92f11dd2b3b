"""A record brought once more: a row of the redelivery queue, and so a record like any other. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from stream.decode import Item, Received
from stream.identity import replay_id
from stream.lane import lane_of
from stream.new_row import new_row
from stream.store import Row, RowKind


def replay_row(item: Item, replay: UUID, now: datetime, lanes: int, *, effect_epoch: int = 0) -> Row:
    """The row by which `replay` brings this record, in its key's lane.

    Its own id is not the record's: the journal answers the record with what was recorded, if anything was. In an
    `effect_epoch` of its own it is decided again: that is the replay's, so its row is the same when it is begun again.
    """
    row = new_row(item, RowKind.REPLAY, "REPLAY", attempt=0, now=now)
    lane = lane_of(item.subject, lanes) if isinstance(item, Received) else row.lane
    return replace(row, id=replay_id(item.id, item.hash, replay), lane=lane, effect_epoch=effect_epoch)
