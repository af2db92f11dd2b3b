"""Scenarios on real servers: the test plays a.s.r. and what Keylane says, the simulator what it hears."""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from uuid import uuid4

from consumer_group import all_committed
from exchange_day import by_four_weeks, by_the_month, in_words
from forms import loonheffingennummer
from keylane_side import on_record, published_keys
from onboarding import DONE, Effect, Onboarding, Raw
from scenarios.scenario_world import Ask, Seen, SeenMail

from payroll import fields
from payroll.amsterdam import AMSTERDAM
from payroll.fault import FieldError
from sandbox.keylane.instruction import tell_keylane
from sandbox.waiting import until
from schemas import codec
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import FormReceived
from schemas.flow import INTAKE, MONEY_PATH
from services.enrichment.policies import MatchRow, PolicyRow, load_matches, load_policies
from services.intake.clients import ClientRow, load_clients
from services.intake.documents import Intake
from services.intake.found_numbers import FoundNumbers
from stream.postgres_gates import wake

DEADLINE_S = 60
_LHNR = re.compile("[0-9]{9}L[0-9]{2}")
_NUMBERS = count(95_000)


class WorldOnSandbox:
    """The sandbox is shared with other tests: the number `scenario` marks what belongs to this one."""

    def __init__(self, onboarding: Onboarding, scenario: int) -> None:
        self.keys = published_keys(onboarding.sandbox)
        self._onboarding = onboarding
        self._mark = f"+s{scenario}@"
        self._numbers: dict[str, str] = {}
        self._others_spoke = False
        self.subjects: set[str] = set()

    def now(self) -> datetime:
        """What everybody's clock says."""
        return datetime.now(UTC)

    def own(self, text: str) -> str:
        """An address with the scenario's mark; one of its own for a valid loonheffingennummer; else the text."""
        if "@" in text:
            return text.replace("@", self._mark)
        if not _LHNR.fullmatch(text) or not _exists(text):
            return text
        if text not in self._numbers:
            self._numbers[text] = loonheffingennummer(next(_NUMBERS))
        return self._numbers[text]

    def exchange(self, written: date, frequency: str, *, named: bool) -> str:
        """Reckoned from today, unless Keylane has named it."""
        rule = by_the_month if frequency == "month" else by_four_weeks
        day = in_words(written) if named else rule(self.now().astimezone(AMSTERDAM).date())[0]
        return f"Eerste uitwisseling: {day}"

    async def day_comes(self, day: date) -> None:
        """It does not: no rule that needs it is told here, and days are reckoned from today."""

    async def publish(self, said: Envelope, event: Event) -> None:
        """To Kafka. About what is registered here Keylane says nothing but what the scenario has it say."""
        self.subjects.add(said.subject)
        if isinstance(event, FormReceived):
            tell_keylane(self._onboarding.sandbox, {said.subject: ()})
            if self._others_spoke:
                # People's forms come hours later; here intake may not have handled yet what others published before.
                await all_committed(self._onboarding, INTAKE.name)
        self._others_spoke = not isinstance(event, FormReceived)
        headers, value = codec.encode(said, event)
        await self._onboarding.publish([Raw(said.subject.encode(), value, headers)], event.name)

    async def load(self, policy: PolicyRow, match: MatchRow | None) -> None:
        """Into enrichment's tables; intake is told what was found."""
        if match is not None:
            found = FoundNumbers(1, match.raamwerkcontractnummer, match.loonheffingennummer)
            async with self._onboarding.connected("intake") as connection:
                await wake(connection, Intake.at(match.registration), found.text, str(uuid4()))
        async with self._onboarding.connected("enrichment") as connection:
            await load_policies(connection, [policy])
            await load_matches(connection, [match] if match is not None else [])

    async def admit(self, client: ClientRow) -> None:
        """Into intake's."""
        async with self._onboarding.connected("intake") as connection:
            await load_clients(connection, [client])

    async def look(self, registrations: AbstractSet[str], *, mails: int, asked: int, stopped: int) -> Seen:
        """Wait for as much as this; what there is at the deadline, if it does not come."""

        async def ask() -> Seen | None:
            # The mailbox is read once it is worth it: every scenario's mails lie there.
            if len(await self._sent(registrations)) < mails:
                return None
            seen = await self._seen(registrations)
            return seen if seen.holds(mails, asked, stopped) else None

        try:
            return await until(ask, deadline_s=DEADLINE_S, missing="what the scenario expects")
        except TimeoutError:
            return await self._seen(registrations)

    async def _seen(self, registrations: AbstractSet[str]) -> Seen:
        effects = await self._sent(registrations)
        boxes = self._onboarding.mails(effects)
        mails = {
            f"{effect.id} {nth}": SeenMail(effect.kind, effect.registration, mail.recipient, mail.text)
            for effect in effects
            for nth, mail in enumerate(boxes[effect.id])
        }
        asked = self._on_record("request where outcome = 'planned'", registrations)
        return Seen(mails, asked, self._on_record("cancellation", registrations))

    async def _sent(self, registrations: AbstractSet[str]) -> list[Effect]:
        return [one for one in await self._onboarding.effects(list(registrations)) if one.status in DONE]

    def _on_record(self, table: str, registrations: AbstractSet[str]) -> set[Ask]:
        question = f"select subject, connection, cycle from {table}"  # noqa: S608 (our own words)
        return {Ask(*row) for row in on_record(self._onboarding.sandbox, question) if row[0] in registrations}


async def come_to_rest(onboarding: Onboarding, worlds: Iterable[WorldOnSandbox]) -> None:
    """Returns when each service is done with its records and its rows about these worlds, and their mails are done."""
    about = [subject for world in worlds for subject in world.subjects]
    for party in MONEY_PATH:
        await all_committed(onboarding, party.name)
        missing = f"{party.name} has rows left"
        await until(partial(_has_no_rows, onboarding, party.name, about), deadline_s=DEADLINE_S, missing=missing)
    await until(partial(_has_sent, onboarding, about), deadline_s=DEADLINE_S, missing="mails are under way")


async def _has_no_rows(onboarding: Onboarding, service: str, about: list[str]) -> bool:
    (found,) = await onboarding.query(
        f"select count(*) from {service}.redelivery where key = any($1)"  # noqa: S608 (our own names)
        " and due_at < now() + interval '1 minute'",
        about,
    )
    return bool(found["count"] == 0)


async def _has_sent(onboarding: Onboarding, about: list[str]) -> bool:
    return all(one.status in DONE for one in await onboarding.effects(about))


def _exists(lhnr: str) -> bool:
    try:
        fields.loonheffingennummer(lhnr)
    except FieldError:
        return False
    return True
