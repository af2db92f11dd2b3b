"""What runs beside a worker begins nothing from a database that may have come back older than what was said."""

from itertools import groupby
from uuid import UUID

import pytest
from neighbour import Neighbour
from toy import LANES, report
from world import At, Killed, Running, World, raising

from payroll.correction_code import CorrectionCodes
from services.notifier.ledger_memory import MemoryLedger
from services.notifier.mail_server import Connection, SmtpCommand, SmtpLostError
from services.notifier.sender import Sender
from services.notifier.settings import SenderSettings
from stream.errors import StateWentBack, StoreUnavailable, TransportUnavailable
from stream.memory.disturbance import Moment
from stream.memory.manual_clock import ManualClock
from stream.run import run_to_end


async def unreachable() -> Connection:
    raise SmtpLostError(SmtpCommand.CONNECT)


def sender_of(ledger: MemoryLedger, clock: ManualClock) -> Sender:
    """One that cannot read the mail that is planned: what it has tried is counted."""
    ledger.plan(UUID(int=1), "newsletter", "{}")
    settings = SenderSettings(smtp_host="127.0.0.1", smtp_port=1, mail_poll_s=0.001)
    return Sender(ledger, settings, codes=CorrectionCodes(bytes(32)), clock=clock, connect=unreachable)


async def run(running: Running, beside: Neighbour) -> list[str]:
    """Run until all is done; what it was told meanwhile, without repeats."""
    running.keeper.beside = beside
    await run_to_end(running.keeper, stop_s=1)
    return [told for told, _ in groupby(beside.heard)]


async def test_beside_a_worker_that_finds_its_database_older_nothing_is_begun() -> None:
    world = World.told([report("key", "1")])
    await (first := await world.worker()).run()
    older = world.database.snapshot()
    world.say([report("key", "2", cycle=2)])
    await first.worker.run_once()
    await first.transport.close()

    world.database.restore(older)
    ledger = MemoryLedger(world.clock.now)
    running = await world.worker()
    running.keeper.beside = sender_of(ledger, world.clock)
    with pytest.raises(StateWentBack):
        await run_to_end(running.keeper, stop_s=1)
    assert ledger.entries[UUID(int=1)].attempts == 0


async def test_beside_a_worker_that_has_taken_its_lanes_over_mails_are_taken() -> None:
    world = World.told([report("key", "1")])
    ledger = MemoryLedger(world.clock.now)
    running = await world.worker()
    running.keeper.beside = sender_of(ledger, world.clock)
    await run_to_end(running.keeper, stop_s=1)
    assert ledger.entries[UUID(int=1)].attempts == 1


async def test_when_the_database_was_away_nothing_is_begun_before_the_lanes_are_taken_over_again() -> None:
    world = World.told([report("key", "1")])
    away = {At("store", "settle", Moment.BEFORE): raising(StoreUnavailable())}
    assert await run(await world.worker(away), Neighbour()) == ["go on", "hold", "go on"]


async def test_what_finds_the_database_away_by_itself_has_the_lanes_taken_over() -> None:
    world = World.told([report("key", "1")])
    running = await world.worker()
    assert await run(running, Neighbour(finds_away=1)) == ["hold", "go on"]
    assert running.trouble.passed["store", "take_over", Moment.AFTER] == 2


async def test_what_finds_the_database_away_beside_a_worker_that_does_not_has_the_lanes_taken_over_as_well() -> None:
    world, beside = World(), Neighbour()
    world.say([report("key", "1")])

    def away() -> None:
        beside.finds_away = 1

    running = await world.worker({At("store", "settle", Moment.AFTER): away})
    assert await run(running, beside) == ["go on", "hold", "go on"]
    assert running.trouble.passed["store", "take_over", Moment.AFTER] == 2


async def test_an_outage_that_both_find_has_the_lanes_taken_over_once() -> None:
    world, beside = World(), Neighbour()
    world.say([report("key", "1")])

    def away() -> None:
        beside.finds_away = 1
        raise StoreUnavailable

    running = await world.worker({At("store", "settle", Moment.BEFORE): away})
    assert await run(running, beside) == ["go on", "hold", "go on"]
    assert running.trouble.passed["store", "take_over", Moment.AFTER] == 2


async def test_beside_a_spare_worker_that_has_compared_nothing_nothing_is_begun() -> None:
    world = World()
    *_, spare = [await world.worker() for _ in range(LANES + 1)]
    beside = Neighbour()
    assert await run(spare, beside) == []


@pytest.mark.parametrize("call", ["receive", "publish"])
async def test_a_broker_that_fails_holds_up_nothing_once_the_lanes_are_compared(call: str) -> None:
    world, beside, heard = World(), Neighbour(), [""]
    world.say([report("key", "1")])
    await (await world.worker({At("transport", "publish", Moment.BEFORE): raising(Killed())})).run_to_death()
    fails = {
        At("transport", call, Moment.BEFORE, 1): raising(TransportUnavailable()),
        At("transport", call, Moment.BEFORE, 2): lambda: heard.extend(beside.heard),
    }
    await run(await world.worker(fails), beside)
    assert [told for told, _ in groupby(heard)] == ["", "go on"]


async def test_a_broker_that_acknowledges_nothing_holds_up_nothing_beside_who_takes_the_lanes_over() -> None:
    world, beside, heard = World(), Neighbour(), [""]
    world.say([report("key", "1")])
    await (await world.worker({At("transport", "publish", Moment.BEFORE): raising(Killed())})).run_to_death()
    running = await world.worker({At("transport", "publish", Moment.BEFORE): lambda: heard.extend(beside.heard)})
    await run(running, beside)
    assert heard == ["", "go on"]


async def test_who_finds_the_database_away_while_lanes_are_taken_over_begins_nothing() -> None:
    world, beside, heard = World(), Neighbour(finds_away=1), [""]
    world.say([report("key", "1")])
    running = await world.worker({At("store", "take_over", Moment.BEFORE, 2): lambda: heard.extend(beside.heard)})
    await run(running, beside)
    assert heard == ["", "hold"]


async def test_a_broker_that_does_not_tell_what_is_committed_holds_up_all() -> None:
    world, beside, heard = World(), Neighbour(), [""]
    world.say([report("key", "1")])
    silent = {
        At("transport", "committed", Moment.BEFORE, 1): raising(TransportUnavailable()),
        At("transport", "committed", Moment.BEFORE, 2): lambda: heard.extend(beside.heard),
    }
    await run(await world.worker(silent), beside)
    assert heard == [""]
