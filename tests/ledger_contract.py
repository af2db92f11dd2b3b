"""What every mail ledger does. A test module that has a fixture `book` takes these tests over by importing them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import pytest

from services.notifier.fates import Fates
from services.notifier.ledger import MOVES_FROM, Ledger, MailClaim, Move, Status
from services.notifier.moves import Moves
from stream.clock import SystemClock
from stream.decode import Item, Received, decode
from stream.errors import StoreUnavailable
from stream.service import Done
from stream.store import Store

__all__ = [
    "test_a_body_that_another_claim_began_is_that_claims",
    "test_a_claim_is_ours_alone",
    "test_a_claim_that_has_run_out_is_not_answered_by_the_next_one_of_its_mail",
    "test_a_claim_that_is_renewed_is_young_again_while_it_is_ours_and_no_body_begun",
    "test_a_mail_found_to_be_sent_is_said_as_if_it_had_been_known",
    "test_a_mail_given_back_untouched_counts_no_attempt",
    "test_a_mail_known_to_be_sent_is_noted_although_the_ledger_forgot_its_claim",
    "test_a_mail_that_is_to_wait_is_not_claimed_before",
    "test_a_row_moves_only_from_where_it_may",
    "test_a_sender_that_was_swept_changes_nothing_any_more",
    "test_a_sent_mail_wakes_its_registration_once_and_blocks_nothing",
    "test_a_sweep_leaves_what_is_young",
    "test_many_rows_move_at_once",
    "test_no_other_end_of_a_mail_is_said",
    "test_only_a_body_of_our_own_claim_is_begun",
    "test_what_is_left_behind_goes_back_or_becomes_uncertain",
    "test_while_the_service_is_paused_nothing_is_begun_and_what_was_begun_ends",
]


@dataclass(frozen=True)
class Row:
    """A row as it stands."""

    status: Status
    attempts: int
    reply: str | None


class Book(Protocol):
    """A ledger with a way to plan and to look."""

    @property
    def ledger(self) -> Ledger:
        """What is tested."""

    async def plan(self, mail: UUID) -> None:
        """Plan a mail of kind `link-realised` for `connection 1`, with the payload `{"a": 1}`, about its own id."""

    async def row(self, mail: UUID) -> Row:
        """The row as it stands."""

    async def settle(self, mail: UUID, *, accepted: bool) -> None:
        """What an operator's command does to a mail that is UNCERTAIN."""

    @property
    def store(self) -> Store:
        """What the worker of the same service asks."""

    async def now(self) -> datetime:
        """What its clock shows."""

    async def grow_older(self, seconds: float) -> None:
        """Let every claim be older by so much."""

    async def pause(self) -> None:
        """What an operator does to stop the service's work."""

    async def resume(self) -> None:
        """What he does to let it go on."""


MAIL, OTHER = UUID(int=1), UUID(int=2)
LANE = 3
"""Of every registration here."""


async def claimed(book: Book) -> MailClaim:
    await book.plan(MAIL)
    (claim,) = await book.ledger.claim(10)
    return claim


async def at(book: Book, status: Status) -> MailClaim:
    claim = await claimed(book)
    if status is not Status.CLAIMED:
        await book.ledger.move([Move(claim, Status.BODY_STARTED)])
    if status not in (Status.CLAIMED, Status.BODY_STARTED):
        await book.ledger.move([Move(claim, status)])
    return claim


async def woken(book: Book) -> list[Item]:
    """What the worker would take within a second."""
    soon = await book.now() + timedelta(seconds=1)
    return [decode(row.record, row) for row in await book.store.due([LANE], soon, 10)]


async def test_a_claim_is_ours_alone(book: Book) -> None:
    await book.plan(MAIL)
    await book.plan(OTHER)
    first, second = await book.ledger.claim(1), await book.ledger.claim(10)
    assert {claim.id for claim in (*first, *second)} == {MAIL, OTHER}
    assert first[0].token != second[0].token
    assert (first[0].kind, first[0].payload.replace(" ", ""), first[0].attempts) == ("link-realised", '{"a":1}', 1)
    assert await book.ledger.claim(10) == []


async def test_only_a_body_of_our_own_claim_is_begun(book: Book) -> None:
    claim = await claimed(book)
    foreign = MailClaim(claim.id, UUID(int=99), claim.kind, claim.payload, claim.attempts)
    assert set(await book.ledger.move([Move(foreign, Status.BODY_STARTED)])) == set()
    assert set(await book.ledger.move([Move(claim, Status.BODY_STARTED)])) == {claim}
    assert set(await book.ledger.move([Move(claim, Status.BODY_STARTED)])) == set()
    assert (await book.row(MAIL)).status is Status.BODY_STARTED


@pytest.mark.parametrize("end", MOVES_FROM)
@pytest.mark.parametrize("start", [Status.CLAIMED, Status.BODY_STARTED, Status.SENT, Status.FAILED, Status.UNCERTAIN])
async def test_a_row_moves_only_from_where_it_may(book: Book, start: Status, end: Status) -> None:
    claim = await at(book, start)
    moved = await book.ledger.move([Move(claim, end, "BODY 250")])
    allowed = start in MOVES_FROM[end]
    assert set(moved) == ({claim} if allowed else set())
    assert (await book.row(MAIL)).status is (end if allowed else start)


@pytest.mark.parametrize("claimed_again", [False, True])
async def test_a_mail_known_to_be_sent_is_noted_although_the_ledger_forgot_its_claim(
    book: Book, *, claimed_again: bool
) -> None:
    await book.plan(MAIL)
    rivals = await book.ledger.claim(10) if claimed_again else ()
    forgotten = MailClaim(MAIL, UUID(int=99), "link-realised", "{}", 1)
    for end in (Status.FAILED, Status.UNCERTAIN, Status.PLANNED, Status.BODY_STARTED):
        assert set(await book.ledger.move([Move(forgotten, end)])) == set()
    for _ in range(2):
        assert set(await book.ledger.move([Move(forgotten, Status.SENT)])) == {forgotten}
    for rival in rivals:
        assert set(await book.ledger.move([Move(rival, Status.BODY_STARTED)])) == set()
    assert (await book.row(MAIL)).status is Status.SENT
    assert [item.id for item in await woken(book)] == [MAIL]
    assert await book.ledger.claim(10) == []


@pytest.mark.parametrize("start", [Status.BODY_STARTED, Status.UNCERTAIN, Status.FAILED])
async def test_a_body_that_another_claim_began_is_that_claims(book: Book, start: Status) -> None:
    await at(book, start)
    forgotten = MailClaim(MAIL, UUID(int=99), "link-realised", "{}", 1)
    assert set(await book.ledger.move([Move(forgotten, Status.SENT)])) == set()
    assert (await book.row(MAIL)).status is start


async def test_a_sent_mail_wakes_its_registration_once_and_blocks_nothing(book: Book) -> None:
    claim = await at(book, Status.BODY_STARTED)
    begun = await book.now()
    for _ in range(2):
        await book.ledger.move([Move(claim, Status.SENT)])
        (item,) = await woken(book)
    assert isinstance(item, Received)
    assert (item.id, item.subject, item.lane) == (MAIL, str(MAIL), LANE)
    assert isinstance(item.cause, Done)
    assert (item.cause.kind, item.cause.occasion) == ("link-realised", "connection 1")
    assert (item.cause.role, item.cause.effect_epoch) == ("applicant", 0)
    assert timedelta(0) <= begun - item.cause.at < timedelta(minutes=1)
    assert (await book.store.read((), [str(MAIL)], (), ())).blocked == {}


@pytest.mark.parametrize("end", [Status.CLAIMED, Status.BODY_STARTED, Status.PLANNED, Status.FAILED, Status.UNCERTAIN])
async def test_no_other_end_of_a_mail_is_said(book: Book, end: Status) -> None:
    await at(book, end)
    await book.ledger.sweep(claimed_s=0, body_started_s=0)
    assert await woken(book) == []


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_mail_found_to_be_sent_is_said_as_if_it_had_been_known(book: Book, *, accepted: bool) -> None:
    await at(book, Status.UNCERTAIN)
    await book.settle(MAIL, accepted=accepted)
    assert [item.id for item in await woken(book)] == ([MAIL] if accepted else [])


async def test_many_rows_move_at_once(book: Book) -> None:
    await book.plan(MAIL)
    await book.plan(OTHER)
    claims = sorted(await book.ledger.claim(10), key=lambda claim: claim.id)
    await book.ledger.move([Move(claim, Status.BODY_STARTED) for claim in claims])
    ends = [Move(claims[0], Status.SENT), Move(claims[1], Status.FAILED, "RCPT 550")]
    assert set(await book.ledger.move(ends)) == set(claims)
    assert await book.row(MAIL) == Row(Status.SENT, 1, "")
    assert await book.row(OTHER) == Row(Status.FAILED, 1, "RCPT 550")


async def test_a_mail_that_is_to_wait_is_not_claimed_before(book: Book) -> None:
    claim = await claimed(book)
    await book.ledger.move([Move(claim, Status.PLANNED, "RCPT 451", delay_s=3600)])
    assert await book.ledger.claim(10) == []
    assert await book.row(MAIL) == Row(Status.PLANNED, 1, "RCPT 451")


async def test_a_mail_given_back_untouched_counts_no_attempt(book: Book) -> None:
    claim = await claimed(book)
    await book.ledger.move([Move(claim, Status.PLANNED, untouched=True)])
    (again,) = await book.ledger.claim(10)
    assert again.attempts == 1
    assert again.token != claim.token
    assert set(await book.ledger.move([Move(claim, Status.FAILED)])) == set()


async def test_what_is_left_behind_goes_back_or_becomes_uncertain(book: Book) -> None:
    claim = await claimed(book)
    await book.ledger.move([Move(claim, Status.BODY_STARTED)])
    await book.plan(OTHER)
    await book.ledger.claim(1)
    swept = await book.ledger.sweep(claimed_s=0, body_started_s=0)
    assert (swept.returned, swept.uncertain) == (1, 1)
    rows = [await book.row(mail) for mail in (MAIL, OTHER)]
    assert [(row.status, row.attempts) for row in rows] == [(Status.UNCERTAIN, 1), (Status.PLANNED, 0)]
    assert set(await book.ledger.move([Move(claim, Status.SENT)])) == {claim}


async def test_a_sweep_leaves_what_is_young(book: Book) -> None:
    claim = await claimed(book)
    assert await book.ledger.sweep(claimed_s=60, body_started_s=60) == await book.ledger.sweep(
        claimed_s=60, body_started_s=60
    )
    await book.grow_older(60)
    await book.ledger.move([Move(claim, Status.BODY_STARTED)])
    await book.ledger.sweep(claimed_s=0, body_started_s=60)
    assert (await book.row(MAIL)).status is Status.BODY_STARTED


async def test_a_claim_that_is_renewed_is_young_again_while_it_is_ours_and_no_body_begun(book: Book) -> None:
    claim = await claimed(book)
    foreign = MailClaim(claim.id, UUID(int=99), claim.kind, claim.payload, claim.attempts)
    assert set(await book.ledger.renew([foreign])) == set()
    await book.plan(OTHER)
    await book.ledger.claim(1)
    await book.grow_older(60)
    assert set(await book.ledger.renew([claim])) == {MAIL}
    await book.ledger.sweep(claimed_s=30, body_started_s=60)
    assert [(await book.row(mail)).status for mail in (MAIL, OTHER)] == [Status.CLAIMED, Status.PLANNED]
    await book.ledger.move([Move(claim, Status.BODY_STARTED)])
    assert set(await book.ledger.renew([claim])) == set()


async def test_a_claim_that_has_run_out_is_not_answered_by_the_next_one_of_its_mail(book: Book) -> None:
    stale = await claimed(book)
    await book.ledger.sweep(claimed_s=0, body_started_s=0)
    (fresh,) = await book.ledger.claim(10)
    moves = Moves(book.ledger, SystemClock(), Fates(), list[StoreUnavailable]().append, retry_s=1)
    running = asyncio.create_task(moves.run())
    assert list(await asyncio.gather(moves.begin(stale), moves.begin(fresh))) == [False, True]
    moves.close()
    await running


async def test_a_sender_that_was_swept_changes_nothing_any_more(book: Book) -> None:
    claim = await claimed(book)
    await book.ledger.sweep(claimed_s=0, body_started_s=0)
    assert set(await book.ledger.move([Move(claim, Status.BODY_STARTED)])) == set()
    assert set(await book.ledger.move([Move(claim, Status.FAILED)])) == set()
    assert (await book.row(MAIL)).status is Status.PLANNED


async def test_while_the_service_is_paused_nothing_is_begun_and_what_was_begun_ends(book: Book) -> None:
    begun = await at(book, Status.BODY_STARTED)
    await book.plan(OTHER)
    (waiting,) = await book.ledger.claim(10)
    await book.pause()
    moves = [Move(begun, Status.SENT), Move(waiting, Status.BODY_STARTED)]
    assert set(await book.ledger.move(moves)) == {begun}
    assert set(await book.ledger.move([Move(waiting, Status.PLANNED, untouched=True)])) == {waiting}
    assert await book.ledger.claim(10) == []

    await book.resume()
    (again,) = await book.ledger.claim(10)
    assert set(await book.ledger.move([Move(again, Status.BODY_STARTED)])) == {again}
