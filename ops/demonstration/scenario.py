"""The demo's forms: one of each kind and for each package, and one for each thing that can go otherwise."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sandbox.keylane.script import Step
from schemas.values import Finding
from services.monitor.stage import Stage

FORMS = Path(__file__).parents[2] / "sandbox" / "demo"
POLICIES = FORMS / "policies.csv"
POLICIES_LATER = FORMS / "policies-later.csv"


class Mailed(NamedTuple):
    """The condition that a mail of this kind about this form has gone out."""

    form: str
    kind: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """A form of `sandbox/demo`: what it shows, its last stage, and what Keylane reports on it where that is unusual.

    It is sent `after` these mails. `on_the_way` are the kinds of mail that come before those of its last stage. A form
    that `corrects` another one gets its reference and code from the mail. One that is not `checked` is sent as it is:
    intake has to answer what a web form let pass.
    """

    form: str
    shows: str
    ends: Stage = Stage.REALISED
    keylane: tuple[Step, ...] = ()
    checked: bool = True
    after: tuple[Mailed, ...] = ()
    on_the_way: tuple[str, ...] = ()
    corrects: str | None = None

    @property
    def path(self) -> Path:
        """The file with the form as it was typed."""
        return FORMS / f"{self.form}.json"


ASKS_FIRST = (
    Step(report="accepted", cycle=1),
    Step(
        report="customer_action_needed",
        after_s=1,
        findings=(Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),),
        cycle=1,
    ),
    Step(report="accepted", cycle=2),
    Step(report="configured", after_s=1, cycle=2),
)
REFUSES = (
    Step(report="accepted"),
    Step(report="failed", after_s=1, findings=(Finding(code="LHNR_MISMATCH"),)),
)

_CONFIRMED = Mailed("002-processor-loket", "processor-confirmed")
_CONFIRMED_WITH_CREDENTIALS = Mailed("004-processor-loket-webservice", "processor-confirmed")
_HELD = Mailed("003-exact-processor", "registration-held")
_ASKED = Mailed("customer-action-first", "customer-action-needed")
_TO_THE_EMPLOYER = "link-works"
"""To whoever asked for what its processor has registered."""

SCENARIOS = (
    Scenario("000-raet-entities", "manual 000: Raet, three entities on one form"),
    Scenario("001-loket-self-managed", "manual 001: Loket, three DGAs"),
    Scenario("002-processor-loket", "a processor registers with Loket, a.s.r. confirms", Stage.PROCESSOR_CONFIRMED),
    Scenario("002-link-request", "an employer asks it for the link", Stage.LINK_REQUESTED),
    Scenario(
        "002-loket-processor",
        "manual 002: it registers that employer with Loket",
        after=(_CONFIRMED, Mailed("002-link-request", "link-requested")),
        on_the_way=(_TO_THE_EMPLOYER,),
    ),
    Scenario(
        "004-processor-loket-webservice",
        "manual 004: it registers its web-service user too",
        Stage.PROCESSOR_CONFIRMED,
        after=(_CONFIRMED,),
    ),
    Scenario("004-link-request", "another employer asks it too", Stage.LINK_REQUESTED),
    Scenario(
        "004-loket-webservice",
        "manual 004: registered with Loket's web service",
        after=(_CONFIRMED_WITH_CREDENTIALS, Mailed("004-link-request", "link-requested")),
        on_the_way=(_TO_THE_EMPLOYER,),
    ),
    Scenario(
        "003-exact-processor",
        "manual 003: Exact; too early, held for the next two",
        on_the_way=(_HELD.kind, _TO_THE_EMPLOYER),
    ),
    Scenario("003-link-request", "that employer asks for the link after all", Stage.LINK_REQUESTED, after=(_HELD,)),
    Scenario(
        "003-processor-exact", "that processor registers, a.s.r. confirms", Stage.PROCESSOR_CONFIRMED, after=(_HELD,)
    ),
    Scenario("policy-comes-later", "its policy comes half-way: it waits, and goes on", on_the_way=("policy-awaited",)),
    Scenario(
        "customer-action-first",
        "Keylane asks the customer for a right first",
        keylane=ASKS_FIRST,
        # The second mail is about its correction.
        on_the_way=(_ASKED.kind, "registration-received"),
    ),
    Scenario(
        "customer-action-done",
        "the customer has done that: code from the mail",
        Stage.PASSED_ON,
        checked=False,
        after=(_ASKED,),
        corrects="customer-action-first",
    ),
    Scenario("refused-by-keylane", "Keylane refuses it", Stage.REFUSED, REFUSES),
    Scenario("rejected-form", "four faults in one form, answered at once", Stage.REJECTED, checked=False),
)

NO_JSON = b'{"submission_id": "demo", "form": {"kind": '
"""A record that breaks off: nobody can be answered, it is parked."""
