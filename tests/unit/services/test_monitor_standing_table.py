from typing import Any, NamedTuple

import faust
import pytest
from faust.types import TP

from schemas.topics import MONITOR_TABLE
from services.monitor.stage import Stage
from services.monitor.standing import Mark, Standing
from services.monitor.standing_table import StandingTable, kept

LANE = TP(MONITOR_TABLE, 2)
EARLIER = Standing(1_000, ((1, Mark(1, Stage.REQUESTED.level, 2_000, Stage.REQUESTED)),))
LATER = Standing(1_000, ((1, Mark(1, Stage.REALISED.level, 3_000, Stage.REALISED)),))


class Record(NamedTuple):
    key: bytes
    value: bytes


class Message(NamedTuple):
    """What came together from the lane."""

    value: list[Record]
    partition: int = LANE.partition


class Event(NamedTuple):
    message: Message


async def nothing() -> None:
    pass


class Recovery:
    """Of a new table, as Faust goes about it."""

    def __init__(self) -> None:
        app = faust.App("brought-back-in-a-test", broker="kafka://127.0.0.1:1", store="memory://")
        self.table = StandingTable(app, nothing)

    async def of(self, *messages: list[Record], lane: TP = LANE) -> dict[str, Standing]:
        """What is in the table when these were brought back and this lane is ours."""
        batch: Any = [Event(Message(records)) for records in messages]
        self.table.apply_changelog_batch(batch)
        await self.table.on_recovery_completed({lane}, set())
        return dict(self.table.data.items())


def record(registration: str, standing: Standing) -> Record:
    return Record(*kept(registration, standing))


async def test_of_the_records_that_kept_a_registration_the_newest_is_brought_back() -> None:
    together = [record("one", EARLIER), record("other", EARLIER), record("another", LATER)]
    later = [record("other", LATER), record("one", LATER)]
    assert await Recovery().of(together, later) == {"one": LATER, "other": LATER, "another": LATER}


async def test_a_registration_of_a_lane_that_is_not_ours_any_more_is_left_out() -> None:
    recovery = Recovery()
    assert await recovery.of([record("one", LATER)])
    assert await recovery.of(lane=LANE._replace(partition=LANE.partition + 1)) == {}


async def test_what_a_registration_has_reached_since_is_known_still_after_another_recovery() -> None:
    recovery = Recovery()
    await recovery.of([record("one", EARLIER)])
    recovery.table.data["one"] = LATER
    assert await recovery.of([record("one", EARLIER)]) == {"one": LATER}


NOTHING_KEPT = (b"{", b"1", b'["x",[],null,0]', b'[1,[],null,"x"]', b'[1,[[0,[1,0,1,"unheard of"]]],null,0]', None)
FOREIGN = [*((b'"one"', value) for value in NOTHING_KEPT), *((key, EARLIER.to_bytes()) for key in (b"[1]", b"1", b"{"))]


@pytest.mark.parametrize(("key", "value"), FOREIGN)
async def test_what_keeps_no_standing_is_left_out_and_the_others_are_brought_back(key: bytes, value: Any) -> None:
    assert await Recovery().of([Record(key, value), record("other", LATER)]) == {"other": LATER}


async def test_what_cannot_be_joined_to_what_is_known_is_left_out() -> None:
    recovery = Recovery()
    await recovery.of([record("one", EARLIER)])
    foreign = Record(b'"one"', b'[1,[[1,[1,"x",1,"requested"]]],null,0]')
    assert await recovery.of([foreign, record("other", LATER)]) == {"one": EARLIER, "other": LATER}
