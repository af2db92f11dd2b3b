"""A database that came back older has forgotten a claim: its sender knows better."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from uuid import UUID

from sending import Hands, mail_to, over, sending, settings, until
from smtp_stub import SmtpStub, smtp_stub

from services.notifier.ledger import MailClaim, Move, Status
from services.notifier.ledger_memory import Entry, MemoryLedger
from stream.errors import StoreUnavailable


class FailsOver(MemoryLedger):
    """Comes back as it was before, when a mail that was sent is to be noted."""

    older: dict[UUID, Entry] | None = None

    async def move(self, moves: Sequence[Move]) -> Collection[MailClaim]:
        if self.older is not None and any(move.to is Status.SENT for move in moves):
            self.entries, self.older = self.older, None
            raise StoreUnavailable
        return await super().move(moves)


async def test_a_mail_whose_claim_was_forgotten_is_accepted_once() -> None:
    clock, stub = Hands(), SmtpStub()
    ledger = FailsOver(clock.now)
    ledger.plan(UUID(int=1), "link-realised", mail_to("a@b.example"))
    ledger.older = deepcopy(ledger.entries)
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock) as sender:
        await until(lambda: ledger.older is None)
        assert sender.found_away()
        sender.go_on()
        await until(lambda: over(ledger))
    assert len(stub.accepted) == 1


async def test_nothing_is_claimed_while_a_mail_that_was_sent_is_not_noted() -> None:
    clock, stub = Hands(), SmtpStub()
    ledger = FailsOver(clock.now)
    ledger.plan(UUID(int=1), "link-realised", mail_to("a@b.example"))
    ledger.older = deepcopy(ledger.entries)
    async with smtp_stub(stub), sending(ledger, settings(stub.port), clock) as sender:
        await until(lambda: ledger.older is None)
        sender.go_on()
        assert not sender._claims._may_claim.is_set()
        await until(lambda: over(ledger))
        sender.go_on()
        assert sender._claims._may_claim.is_set()
