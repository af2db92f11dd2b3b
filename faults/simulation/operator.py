"""The human: retries what is parked once the release is mended, and settles uncertain mails by the mailbox."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from services.notifier.ledger import Status

if TYPE_CHECKING:
    from faults.simulation.world import World

_EVERY_S = 5.0
_ATTEMPTS_MAX = 3


class Operator:
    """Looks now and then at what waits for a human: parked records and uncertain mails."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.older_database = world.parts.older_database(world)
        self._not_sent: dict[UUID, None] = {}

    def begin(self) -> None:
        """Have the first look in a while, and one after each."""
        self._world.loop.outside(_EVERY_S, self._look)

    def has_work(self) -> bool:
        """Whether something waits for a human who would do something about it."""
        return self.older_database.has_work or bool(self._retryable()) or bool(self._world.book.uncertain(0))

    def repeat(self) -> None:
        """Type once more what an older database has forgotten: retries, and mails that were found not to be sent."""
        self._retry()
        entries = self._world.book.entries()
        for mail in self._not_sent:
            if mail in entries and entries[mail].status is Status.UNCERTAIN:
                self._world.book.settle(mail, accepted=False)

    def _look(self) -> None:
        self._retry()
        if not self.older_database.under_way:
            self._settle_mails()
        self._world.loop.outside(_EVERY_S, self._look)

    def _retryable(self) -> list[tuple[str, object]]:
        if self._world.release.is_flawed:
            return []
        return [
            (service, id_)
            for service, database in self._world.databases.items()
            for id_, queued in database.tables.rows.items()
            if queued.due_at is None
            and not queued.handled
            and queued.answered_by is None
            and queued.reason.startswith("DEFECT")
            and queued.attempt < _ATTEMPTS_MAX
        ]

    def _retry(self) -> None:
        for service, id_ in self._retryable():
            rows = self._world.databases[service].tables.rows
            queued = rows[id_]  # type: ignore[index]
            rows[queued.id] = replace(queued, due_at=self._world.now())
            self._world.broker.wake(service)
            self._world.tally.faults["retried by a human"] += 1

    def _settle_mails(self) -> None:
        world = self._world
        accepted = {mail.message_id for mail in world.smtp.accepted}
        for mail in world.book.uncertain(world.sender_settings.verdict_s):
            world.uncertain_seen.add(mail)
            world.book.settle(mail, accepted=str(mail) in accepted)
            if str(mail) not in accepted:
                self._not_sent[mail] = None
            world.waking.look_for_rows("notifier")
            world.tally.faults["mail settled by a human"] += 1
