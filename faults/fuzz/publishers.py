"""Who writes to topics of ours: what of theirs is taken, the garbage made of it, and the service that reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from faults.fuzz.chain import NOW, Chain
from faults.fuzz.garbage import FOREIGN_KINDS, FORM_KINDS, SOURCE, Good, Maker, Raw
from schemas.events import FormReceived, PolicyEnriched, ProcessorReviewed, ProvisioningReported
from schemas.example import examples
from schemas.ids import registration_id
from services.intake.decide import service as intake
from services.intake.terms import Terms as IntakeTerms
from services.provisioning.decide import service as provisioning
from services.provisioning.terms import Terms
from stream.service import Service

FORM = Good(
    FormReceived,
    {
        "kind": "self_managed",
        "package": "loket",
        "company_name": "Bakkerij Verzonnen",
        "email": "administratie@bakkerij.example",
        "raamwerkcontractnummer": "A020000001",
        "loonheffingennummer": "123456782L01",
        "frequency": "month",
        "thirteenth_month": False,
        "dgas": [],
        "connections": [{"employer_code": "1000001"}],
    },
)
"""A form that would be accepted; everything about it is made up."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Somebody's topic. `heard`: what its reader knows before, and in which topic that stands."""

    service: Service[Any]
    kinds: Mapping[str, Maker]
    good: Good
    heard: tuple[str, Raw] | None = None

    @property
    def topic(self) -> str:
        """Where it writes."""
        return self.good.event.name

    def made(self, kind: str, seed: int, count: int) -> list[Raw]:
        """So many records of this kind, the same for the same seed."""
        rng = Random(seed)  # noqa: S311 (repeatable, not secret)
        ids = (f"{kind}-{seed}-{number}".replace(" ", "-") for number in range(count))
        return [self.kinds[kind](rng, event_id, self.good) for event_id in ids]

    async def reader(self) -> Chain:
        """The service in memory, at rest."""
        chain = Chain(self.service)
        if self.heard is not None:
            topic, raw = self.heard
            chain.write(topic, [raw])
        await chain.run()
        return chain


def _enriched() -> Raw:
    (found,) = (one for one in examples() if one.name == "policy-enriched.v3/with-pensioenwet")
    return Raw(dict(found.headers)["ce_subject"], found.value, found.headers)


_ENRICHED = _enriched()
_PROCESSOR = {
    "kind": "processor_registration",
    "package": "exact",
    "company_name": "Kantoor Verzonnen",
    "email": "koppeling@kantoor.example",
}
_REPORT = {"connection": 1, "cycle": 1, "report": "accepted", "reported_at": NOW.isoformat(), "findings": []}
_REVIEW = {
    "email": _PROCESSOR["email"],
    "company_name": _PROCESSOR["company_name"],
    "verdict": "confirmed",
    "reason": None,
    "reviewed_at": NOW.isoformat(),
}

_INTAKE = intake(IntakeTerms())

WEB_FORMS = Publisher(_INTAKE, FORM_KINDS, FORM)
KEYLANE = Publisher(
    provisioning(Terms()),
    FOREIGN_KINDS,
    Good(ProvisioningReported, {**_REPORT, "first_exchange_on": None}, (_ENRICHED.key or b"").decode()),
    heard=(PolicyEnriched.name, _ENRICHED),
)
BACK_OFFICE = Publisher(
    _INTAKE,
    FOREIGN_KINDS,
    Good(ProcessorReviewed, _REVIEW, registration_id(SOURCE, "processor")),
    heard=(FormReceived.name, Good(FormReceived, _PROCESSOR).written("processor", _PROCESSOR)),
)
PUBLISHERS = {"web forms": WEB_FORMS, "Keylane": KEYLANE, "back office": BACK_OFFICE}
