from typing import Any, NamedTuple

import faust
from faust.types import TP

from services.monitor.positions import Positions
from services.monitor.registrations import Registrations

PLACE = TP("form-received", 3)


class Message(NamedTuple):
    topic: str
    tp: TP
    offset: int
    headers: Any
    value: bytes


class Event:
    def __init__(self, headers: Any) -> None:
        self.message = Message(PLACE.topic, PLACE, 0, headers, b"{}")
        self.acknowledged = False

    def ack(self) -> None:
        self.acknowledged = True


async def kept(event: Any) -> Registrations:
    positions = Positions()
    positions.begin({PLACE: 0})
    app = faust.App("registrations-of-a-test", broker="kafka://127.0.0.1:1", store="memory://")
    registrations = Registrations(app, positions, lambda: None)
    await registrations.take(event)
    await registrations.settle()
    return registrations


async def test_a_record_that_is_no_event_is_counted_and_passed() -> None:
    event = Event([])
    assert (await kept(event)).unreadable == 1
    assert event.acknowledged


async def test_a_record_that_nobody_foresaw_is_passed_too_and_does_not_end_the_agent() -> None:
    event = Event(object())
    assert (await kept(event)).unreadable == 1
    assert event.acknowledged
