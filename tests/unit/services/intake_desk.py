"""Intake with many submissions: records handed over are delivered, and whoever waits for an open gate is woken."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from stories import NOW, Story
from typed_forms import exact, loket, processor

from payroll.correction_code import CorrectionCodes
from schemas.event import Event
from schemas.events import CycleRequested, FormReceived, ProcessorReviewed, ProvisioningRefused, RegistrationSubmitted
from schemas.ids import RegistrationId, reference
from services.intake.decide import service
from services.intake.documents import Claim, Intake
from services.intake.terms import Terms
from stream.document import Gate
from stream.service import Cause, Due, Emit, HandedOver, Ignore, Opened, Outcome, Park, Told

E = TypeVar("E", bound=Event)

CODES = CorrectionCodes(b"k" * 32)
TERMS = Terms(codes=CODES)
PROCESSOR_EMAIL = "noord@kantoor.example"


def link_request(**changes: Any) -> dict[str, Any]:
    """Manual 004, last lines."""
    form = {"kind": "link_request", "company_name": "Bakkerij De Korst B.V.", "email": "directie@dekorst.example"}
    chosen = {"processor_name": "Kantoor Noord", "processor_email": PROCESSOR_EMAIL.upper()}
    return form | chosen | {"loonheffingennummer": "123456782L01"} | changes


def by_processor(**changes: Any) -> dict[str, Any]:
    """Manual 002."""
    return loket(kind="employer_registration", email=PROCESSOR_EMAIL, processor_name="Kantoor Noord", **changes)


def by_processor_with_exact(registration: str, **changes: Any) -> dict[str, Any]:
    """Manual 003."""
    return exact(registration=registration, email=PROCESSOR_EMAIL, **changes)


def earlier(whose: str, cycle: int = 1) -> dict[str, str]:
    """What names a registration to whoever has the code of this cycle."""
    return {"reference": reference(whose), "code": CODES.code(whose, cycle)}


def refusal(whose: str, employer_code: str, *, cycle: int = 1, **changes: Any) -> ProvisioningRefused:
    """Keylane refuses a connection; of whom it is intake knows itself, but for its code and numbers."""
    contact = {"reference": reference(whose), "package": "loket", "connection": 1, "employer_code": employer_code}
    addressed = contact | {"company_name": "Bakkerij De Korst B.V.", "email": PROCESSOR_EMAIL}
    numbers = {"raamwerkcontractnummer": "A0201234", "loonheffingennummer": "123456782L01"}
    said = {"contact": addressed, "cycle": cycle, "findings": ({"code": "USER_BLOCKED"},), **numbers}
    return ProvisioningRefused.model_validate(said | changes)


@dataclass
class Desk:
    """Everything that intake was told and has said, by registration; a registration's id may be any text."""

    terms: Terms = TERMS
    said: list[tuple[str, Event]] = field(default_factory=list)
    answered: set[object] = field(default_factory=set)
    held_up: str | None = None
    waiting: list[HandedOver] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.story = Story(service(self.terms))

    @classmethod
    def told(cls, about: str, form: dict[str, Any]) -> Self:
        """One form has arrived."""
        desk = cls()
        desk.form(about, form)
        return desk

    @classmethod
    def asked(cls) -> Self:
        """An employer has asked for the link."""
        return cls.told("request", link_request())

    @classmethod
    def with_open_gates(cls) -> Self:
        """A processor is confirmed, and an employer has asked for the link."""
        desk = cls()
        desk.open_gates()
        return desk

    @classmethod
    def linked(cls, **changes: Any) -> Self:
        """That processor has registered that employer."""
        desk = cls.with_open_gates()
        desk.form("bakery", by_processor(**changes))
        return desk

    @classmethod
    def declined_since(cls) -> Self:
        """The same, and the processor was declined then."""
        desk = cls.linked()
        desk.review("processor", "declined")
        return desk

    def open_gates(self) -> None:
        """Let a processor be confirmed, and an employer ask for the link."""
        self.confirm()
        self.form("request", link_request())

    def confirm(self, about: str = "processor", email: str = PROCESSOR_EMAIL) -> None:
        """A processor registers itself, and is confirmed."""
        self.form(about, processor(about, email=email))
        self.review(about, email=email)

    def form(self, about: str, form: dict[str, Any], *, attempt: int = 1) -> Outcome:
        """A form arrives, or is tried again."""
        return self.take(FormReceived(submission_id=f"f-{about}", form=form), about, attempt)

    def review(self, about: str, verdict: Any = "confirmed", **changes: Any) -> Outcome:
        """The back office has looked at a processor."""
        reason = {"reason": None if verdict == "confirmed" else "Niet gevonden."}
        seen = {"email": PROCESSOR_EMAIL, "company_name": None}
        said = {**seen, "verdict": verdict, "reviewed_at": NOW} | reason | changes
        return self.take(ProcessorReviewed.model_validate(said), about)

    def correct(self, about: str, whose: str, *, cycle: int = 1, kind: str = "correction", **changes: Any) -> Outcome:
        """Somebody with the code of this cycle corrects (or withdraws) another registration."""
        return self.form(about, {"kind": kind, **earlier(whose, cycle), **changes})

    def at_keylane(self, whose: str, cycle: int = 2) -> Outcome:
        """Keylane has been asked for this cycle."""
        return self.take(CycleRequested(reference=reference(whose), cycle=cycle), whose)

    def take(self, cause: Cause, about: str, attempt: int = 1) -> Outcome:
        """Decide, hand over, and wake whoever may go on."""
        outcome = self._decide(cause, about, attempt)
        while self._wake():
            pass
        return outcome

    def due(self, about: str) -> Outcome:
        """This one's deadline has come."""
        known = self.intake(about)
        assert known.due_at is not None
        self.story.now = known.due_at
        return self.take(Due(Intake.at(about), known.due_at), about)

    def lapse(self, about: str) -> None:
        """This one is held until nobody waits for it any longer, if it is held."""
        while self.intake(about).answer == "held":
            self.due(about)

    def tell(self, about: str, text: str) -> Outcome:
        """Another service or a tool says something to this one."""
        return self.take(Told(Intake.at(about), text), about)

    @contextmanager
    def holding_up(self, whose: str) -> Iterator[None]:
        """What is handed to this one waits meanwhile, as behind a parked record."""
        self.held_up = whose
        yield
        self.held_up = None
        for cause in self.waiting:
            self._decide(cause, whose)
        while self._wake():
            pass

    def heard(self, kind: type[E], about: str) -> list[E]:
        """What was said of this sort about a registration."""
        return [event for subject, event in self.said if subject == about and isinstance(event, kind)]

    def is_live(self, about: str) -> bool:
        """Whether it was let in, and has not ended."""
        return bool(self.heard(RegistrationSubmitted, about)) and self.intake(about).answer != "ended"

    def intake(self, about: str) -> Intake:
        """What is remembered of it."""
        return self.story.document(Intake, about)

    def holders(self) -> list[str]:
        """Who holds a claim."""
        claims = [one for one in self.story.remembered.values() if isinstance(one, Claim)]
        return sorted(one.registration for one in claims if one.registration)

    def _decide(self, cause: Cause, about: str, attempt: int = 1) -> Outcome:
        outcome = self.story.when(cause, about, attempt)
        assert isinstance(outcome, Emit | Ignore | Park)
        if isinstance(outcome, Emit):
            self.said += [(about, event) for event in outcome.events]
            for key in outcome.documents:
                if key.kind == Gate.kind:
                    self.answered = {one for one in self.answered if key.key not in str(one)}
            for to in outcome.handed_to:
                assert isinstance(cause, Event)
                handed = HandedOver(cause, RegistrationId(about))
                if to == self.held_up:
                    self.waiting.append(handed)
                else:
                    self._decide(handed, to)
        return outcome

    def _wake(self) -> bool:
        for key, document in list(self.story.remembered.items()):
            for gate in document.waits_for:
                found = self.story.remembered.get(Gate.at(gate))
                if isinstance(found, Gate) and found.open and (key, gate) not in self.answered:
                    self.answered.add((key, gate))
                    self._decide(Opened(key, gate), key.key)
                    return True
        return False
