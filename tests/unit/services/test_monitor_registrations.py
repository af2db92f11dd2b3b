import asyncio
from typing import Any, NamedTuple

import faust
import pytest
from faust.exceptions import ProducerSendError
from faust.transport.producer import Producer as FaustProducer
from faust.types import TP, TransportT

from schemas.example import examples
from schemas.topics import MONITOR_TABLE
from services.monitor.positions import Positions
from services.monitor.progress import Progress
from services.monitor.registrations import UNSETTLED_MAX, Registrations
from services.monitor.standing_table import kept

PLACE = TP("form-received", 3)


class Record(NamedTuple):
    offset: int
    headers: Any
    value: bytes | None = b"{}"
    key: bytes | None = None
    topic: str = PLACE.topic
    partition: int = PLACE.partition


def form(offset: int) -> Record:
    """A good one."""
    found = next(one for one in examples() if one.event.name == PLACE.topic and one.good)
    return Record(offset, found.headers, found.value)


class Producer(FaustProducer):
    """Acknowledges what is sent when it is told to, unless it is down."""

    def __init__(self, transport: TransportT) -> None:
        super().__init__(transport)
        self.down = False
        self.sent: list[tuple[str, bytes | None, bytes | None, int | None]] = []
        self.asked = asyncio.Event()
        self.acknowledging = asyncio.Event()

    async def send(
        self, topic: str, key: bytes | None, value: bytes | None, partition: int | None, *_: Any, **__: Any
    ) -> Any:
        if self.down:
            raise ProducerSendError("down")
        self.sent.append((topic, key, value, partition))
        self.asked.set()
        return asyncio.ensure_future(self.acknowledging.wait())


class View:
    """Registrations whose partition begins at 0, with a producer of ours."""

    def __init__(self) -> None:
        self.positions = Positions()
        self.positions.begin({PLACE: 0})
        self.app = faust.App("registrations-of-a-test", broker="kafka://127.0.0.1:1", store="memory://")
        self.producer = Producer(self.app.transport)
        self.app.producer = self.producer
        self.registrations = Registrations(self.app, self.positions, Progress(self.app, self.positions).brought_back)


@pytest.mark.parametrize("headers", [[], object()], ids=["no event", "nobody foresaw it"])
async def test_a_record_that_cannot_be_read_is_counted_and_passed_and_does_not_end_the_agent(headers: Any) -> None:
    view = View()
    await view.registrations.take(PLACE, [Record(0, headers)])
    await view.registrations.settle()
    assert view.registrations.unreadable == 1
    assert view.positions.moved() == {PLACE: 1}


async def test_records_count_only_once_the_changelog_has_acknowledged_what_they_changed() -> None:
    view = View()
    await view.registrations.take(PLACE, [form(0), Record(1, [])])
    assert len(view.registrations.standings) == 1
    settling = asyncio.ensure_future(view.registrations.settle())
    await view.producer.asked.wait()
    assert view.positions.counted == 0
    view.producer.acknowledging.set()
    await settling
    assert view.positions.moved() == {PLACE: 2}
    (known,) = view.registrations.standings.items()
    assert [(topic, *sent) for topic, *sent, _ in view.producer.sent] == [(MONITOR_TABLE, *kept(*known))]


async def test_what_comes_while_others_are_kept_is_not_counted_before_them() -> None:
    view = View()
    await view.registrations.take(PLACE, [form(0)])
    first = asyncio.ensure_future(view.registrations.settle())
    await view.producer.asked.wait()
    await view.registrations.take(PLACE, [Record(1, [])])
    second = asyncio.ensure_future(view.registrations.settle())
    await asyncio.sleep(0)
    view.producer.acknowledging.set()
    await asyncio.gather(first, second)
    assert view.positions.counted == 2


async def test_what_could_not_be_kept_is_kept_at_the_next_opportunity() -> None:
    view = View()
    view.producer.down = True
    await view.registrations.take(PLACE, [form(0)])
    with pytest.raises(ProducerSendError):
        await view.registrations.settle()
    assert view.positions.counted == 0
    view.producer.down = False
    view.producer.acknowledging.set()
    await view.registrations.settle()
    assert len(view.producer.sent) == view.positions.counted == 1


async def test_what_comes_while_too_much_is_not_kept_waits_until_that_is() -> None:
    view = View()
    view.producer.acknowledging.set()
    await view.registrations.take(PLACE, [Record(offset, []) for offset in range(UNSETTLED_MAX - 1)])
    assert view.positions.counted == 0
    await view.registrations.take(PLACE, [Record(UNSETTLED_MAX - 1, [])])
    assert view.positions.counted == UNSETTLED_MAX


async def test_records_wait_for_the_place_where_their_partition_begins() -> None:
    view = View()
    view.positions.forget()
    await view.registrations.take(PLACE, [Record(0, []), Record(1, [])])
    await view.registrations.settle()
    view.positions.begin({PLACE: 0})
    await view.registrations.settle()
    assert view.positions.moved() == {PLACE: 2}
