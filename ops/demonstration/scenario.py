"""The registrations of the demo: one for each manual, and one for each thing that can go otherwise."""

from dataclasses import dataclass
from pathlib import Path

from ops.stage import Stage
from sandbox.keylane.script import Step
from schemas.values import Finding

FORMS = Path(__file__).parents[2] / "sandbox" / "demo"
POLICIES = FORMS / "policies.csv"
POLICIES_LATER = FORMS / "policies-later.csv"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A form of `sandbox/demo`: what it shows, where it ends, and what Keylane says about it, where that is unusual.

    A form that is not `checked` goes to Kafka as it is: intake has to answer what a web form let pass.
    """

    form: str
    shows: str
    ends: Stage = Stage.REALISED
    keylane: tuple[Step, ...] = ()
    checked: bool = True

    @property
    def asks(self) -> bool:
        """Whether Keylane first asks the customer for something."""
        return any(step.report == "customer_action_needed" for step in self.keylane)

    @property
    def path(self) -> Path:
        """Where the form stands, as it was typed."""
        return FORMS / f"{self.form}.json"


ASKS_FIRST = (
    Step(report="accepted"),
    Step(
        report="customer_action_needed",
        after_s=1,
        findings=(Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),),
    ),
    Step(report="configured", after_s=3),
)
REFUSES = (
    Step(report="accepted"),
    Step(report="failed", after_s=1, findings=(Finding(code="LHNR_MISMATCH"),)),
)

SCENARIOS = (
    Scenario("000-raet-entities", "manual 000: Raet, three entities on one form, with a 13e maand"),
    Scenario("001-loket-self-managed", "manual 001: Loket, three DGAs, without a 13e maand"),
    Scenario("002-loket-processor", "manual 002: Loket by a processor, four-weekly, with a 13e maand"),
    Scenario("003-exact-processor", "manual 003: Exact by a processor"),
    Scenario("four-weeks-without-13th-month", "four-weekly, without a 13e maand"),
    Scenario("policy-comes-later", "its policy comes half-way: it waits, and goes on by itself"),
    Scenario("customer-action-first", "Keylane asks the customer for a right first", keylane=ASKS_FIRST),
    Scenario("refused-by-keylane", "Keylane refuses it", Stage.REFUSED, REFUSES),
    Scenario("rejected-form", "four faults in one form, answered at once", Stage.REJECTED, checked=False),
)

NO_JSON = b'{"submission_id": "demo", "form": {"kind": '
"""A record that breaks off: nobody can be answered, it is parked."""
