"""The product as it is deployed: its own services, with deadlines of seconds, and perhaps a defect for a while."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from faults.simulation.process import CODES
from faults.simulation.scenario import Flaw
from services.enrichment import decide as enrichment
from services.enrichment.facts import PostgresPolicies
from services.enrichment.terms import Terms as EnrichmentTerms
from services.intake import decide as intake
from services.intake.terms import Terms
from services.notifier.decide import SERVICE as NOTIFIER
from services.provisioning import decide as provisioning
from services.provisioning.terms import Terms as ProvisioningTerms
from services.timeline.decide import SERVICE as TIMELINE
from stream.service import Case, Outcome, Service

POLICY_DEADLINE = timedelta(seconds=20)
MANDATE_REMINDER = timedelta(seconds=8)
KEYLANE_DEADLINE = timedelta(seconds=15)
CUSTOMER_REMINDER = timedelta(seconds=20)
HELD = (timedelta(seconds=60), timedelta(seconds=200))
HELD_FOR_LONG = (timedelta(days=10), timedelta(days=60))
"""Where clocks jump: somebody's wrong clock would give up in seconds what others let in."""


@dataclass
class Release:
    """`flaws`: what it cannot decide of which registration. `held`: when what is held is reminded of, and lapses."""

    flaws: Mapping[str, Flaw]
    held: tuple[timedelta, timedelta]
    is_flawed: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_flawed = bool(self.flaws)

    def mend(self) -> None:
        """From now on it can."""
        self.is_flawed = False

    def service(self, name: str, policies: PostgresPolicies) -> Service[Any]:
        """The service of this name; enrichment's reads these policies."""
        services: dict[str, Callable[[], Service[Any]]] = {
            "intake": lambda: intake.service(Terms(CODES, *self.held)),
            "enrichment": lambda: enrichment.service(policies, EnrichmentTerms(POLICY_DEADLINE, MANDATE_REMINDER)),
            "provisioning": lambda: provisioning.service(
                ProvisioningTerms(KEYLANE_DEADLINE, customer_reminder=CUSTOMER_REMINDER)
            ),
            "notifier": lambda: NOTIFIER,
            "timeline": lambda: TIMELINE,
        }
        service = services[name]()
        return replace(service, decide=self._perhaps_flawed(name, service.decide)) if self.flaws else service

    def _perhaps_flawed(self, service: str, decide: Callable[[Case[Any]], Outcome]) -> Callable[[Case[Any]], Outcome]:
        def decided(case: Case[Any]) -> Outcome:
            flaw = self.flaws.get(case.subject)
            if self.is_flawed and flaw is not None and flaw.is_met_by(service, case.cause):
                raise ZeroDivisionError
            return decide(case)

        return decided
