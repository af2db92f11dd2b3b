"""Plays a scenario in a world and compares, turn by turn, all that comes of it with what the file says."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, assert_never

from scenarios.comparison import compared, told
from scenarios.costume import Costume
from scenarios.files import Told
from scenarios.scenario_world import Ask, Seen, SeenMail, World
from scenarios.story import (
    Code,
    Corrects,
    DayComes,
    KeylaneSays,
    LoadsPolicy,
    Reviews,
    SendsForm,
    Step,
    Turn,
    Withdraws,
)

from payroll.correction import corrected
from payroll.correction_code import CorrectionCodes
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import FormReceived, ProcessorReviewed, ProvisioningReported
from schemas.ids import RegistrationId, reference, registration_id
from schemas.values import Finding
from services.enrichment.policies import MatchRow, PolicyRow
from services.intake.clients import ClientRow

FORMS, BACK_OFFICE, KEYLANE = "https://forms.example/scenarios", "urn:back-office", "urn:keylane"
WRONG_CODES = CorrectionCodes(b"somebody else's key, 32 bytes ok")


class Player:
    """One scenario in one world."""

    def __init__(self, world: World, tale: Told) -> None:
        self._world = world
        self._name = f'{tale.path.name}, scenario "{tale.scenario.scenario}"'
        self._scenario = tale.scenario
        self._costume = Costume(world)
        self._forms = {name: self._costume.dressed(form) for name, form in tale.file.forms.items()}
        self._said = 0
        self._registrations: dict[str, RegistrationId] = {}
        self._submissions: set[str] = set()
        self._codes: dict[str, str] = {}
        self._seen = Seen({}, frozenset(), frozenset())
        self._first_exchange: date | None = None

    async def play(self) -> None:
        """Raises AssertionError with what was expected and what came, in the words of the file."""
        for name in self._scenario.given.policies_of:
            await self._load(LoadsPolicy.model_validate({"policy of": name}))
        for name in self._scenario.given.admitted:
            form = self._forms[name]
            numbers = (form["raamwerkcontractnummer"], form["loonheffingennummer"])
            await self._world.admit(ClientRow(form["email"], *numbers))
        for number, turn in enumerate(self._scenario.turns, start=1):
            for step in turn.when:
                await self._do(step)
            await self._expect(number, turn)

    async def nothing_more(self) -> None:
        """The same of what came after the last turn; the world has come to rest."""
        await self._expect(len(self._scenario.turns), None)

    async def _do(self, step: Step) -> None:
        match step:
            case SendsForm():
                self._forms[step.as_ or step.form] = form = self._answers(step)
                await self._send(form, step.as_ or step.form)
            case Corrects():
                changes = self._costume.dressed(step.with_)
                await self._follow_up(step.correction_of, {"kind": "correction", **changes}, step.code)
                self._forms[step.correction_of] = corrected(self._forms[step.correction_of], changes)[0]
            case Withdraws():
                named = [{"connection": number} for number in step.connections or ()]
                withdrawal = {"kind": "withdrawal", **({"connections": named} if named else {})}
                await self._follow_up(step.withdrawal_of, withdrawal, step.code)
            case Reviews():
                await self._review(step)
            case LoadsPolicy():
                await self._load(step)
            case KeylaneSays():
                await self._report(step)
            case DayComes(it_is=day):
                await self._world.day_comes(day)
            case unexpected:
                assert_never(unexpected)

    def _answers(self, step: SendsForm) -> dict[str, Any]:
        form = {**self._forms[step.form], **self._costume.dressed(step.with_)}
        if step.in_place_of:
            form["supersedes"] = self._named(step.in_place_of, step.code)
        return {name: answer for name, answer in form.items() if name not in step.without}

    def _named(self, name: str, code: Code) -> dict[str, str]:
        """How a form names an earlier one: by its reference, and a code."""
        me = self._registrations[name]
        brought = WRONG_CODES.code(me, 1) if code is Code.wrong else self._codes[me]
        return {"reference": reference(me), "code": brought}

    async def _send(self, form: Mapping[str, Any], name: str | None) -> None:
        submission = self._id()
        me = registration_id(FORMS, submission)
        self._submissions.add(me)
        if name is not None:
            self._registrations[name] = me
        sealed = self._costume.sealed(form, me)
        await self._publish(FormReceived(submission_id=submission, form=sealed), me, FORMS)

    async def _follow_up(self, name: str, said: Mapping[str, Any], code: Code) -> None:
        await self._send({**said, **self._named(name, code)}, None)

    async def _review(self, step: Reviews) -> None:
        reviewed = ProcessorReviewed(
            email=self._forms[step.review_of]["email"],
            company_name=self._forms[step.review_of]["company_name"],
            verdict=step.verdict.value,
            reason=step.because,
            reviewed_at=self._world.now(),
        )
        await self._publish(reviewed, self._registrations[step.review_of], BACK_OFFICE)

    async def _load(self, step: LoadsPolicy) -> None:
        numbers = self._forms[step.policy_of] | self._costume.dressed(step.numbers or {})
        contract, lhnr = numbers["raamwerkcontractnummer"], numbers["loonheffingennummer"]
        policy = PolicyRow(
            raamwerkcontractnummer=contract,
            loonheffingennummer=lhnr,
            policy_numbers=("P-1",),
            products=("WIA Excedent",),
            starts_on=date(2026, 1, 1),
            insured_groups=("iedereen",),
            salary_notion="vast loon",
            mandate_present=step.mandate,
        )
        match = MatchRow(self._registrations[step.policy_of], contract, lhnr) if step.numbers else None
        await self._world.load(policy, match)

    async def _report(self, step: KeylaneSays) -> None:
        me, connection = self._registrations[step.about], self._connection(step)
        cycles = [one.cycle for one in self._seen.asked if (one.registration, one.connection) == (me, connection)]
        self._first_exchange = step.first_exchange
        said = {
            "connection": connection,
            "cycle": max(cycles, default=1),
            "report": step.keylane_says.name,
            "reported_at": self._world.now(),
            "findings": (Finding(code=step.because, detail=step.right),) if step.because else (),
            "first_exchange_on": step.first_exchange,
        }
        await self._publish(ProvisioningReported.model_validate(said), me, KEYLANE)

    def _connection(self, step: KeylaneSays) -> int:
        codes = [one["employer_code"] for one in self._forms[step.about]["connections"]]
        return codes.index(step.employer_code) + 1 if step.employer_code else 1

    async def _publish(self, event: Event, about: str, source: str) -> None:
        envelope = Envelope(self._id(), source, event.name, event.version, about, self._world.now())
        await self._world.publish(envelope, event)

    def _id(self) -> str:
        self._said += 1
        return registration_id(self._name, str(self._said))

    async def _expect(self, number: int, turn: Turn | None) -> None:
        """All that has come since the last turn; without a turn, nothing more may have come."""
        then = turn.then if turn else None
        seen = await self._world.look(
            self._submissions,
            mails=len(self._seen.mails) + len(then.mails if then else ()),
            asked=len(self._seen.asked) + len(then.keylane_is_asked_for if then else ()),
            stopped=len(self._seen.stopped) + len(then.keylane_is_told_to_stop if then else ()),
        )
        mails = [mail for id_, mail in seen.mails.items() if id_ not in self._seen.mails]
        came = {
            "keylane is asked for": self._codes_of(seen.asked - self._seen.asked),
            "keylane is told to stop": self._codes_of(seen.stopped - self._seen.stopped),
        }
        self._seen = seen
        self._read_codes(mails)
        faults = compared(then, mails, came, self._costume, self._exchange)
        if faults:
            doing = (
                [f"  when: {told(step)}" for step in turn.when] if turn else ["  afterwards, when all had come to rest"]
            )
            raise AssertionError("\n".join([f"{self._name}, turn {number}", *doing, *faults]))

    def _exchange(self, written: date, about: str) -> str:
        (name,) = [name for name, me in self._registrations.items() if me == about]
        return self._world.exchange(written, self._forms[name]["frequency"], named=self._first_exchange is not None)

    def _codes_of(self, asks: AbstractSet[Ask]) -> list[str]:
        names: dict[str, str] = {me: name for name, me in self._registrations.items()}
        found = (self._forms[names[ask.registration]]["connections"][ask.connection - 1] for ask in asks)
        return sorted(one["employer_code"] for one in found)

    def _read_codes(self, mails: list[SeenMail]) -> None:
        for mail in mails:
            for line in mail.text.splitlines():
                if line.startswith("Code: "):
                    self._codes[mail.about] = line.removeprefix("Code: ")
