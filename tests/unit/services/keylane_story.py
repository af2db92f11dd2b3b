"""What provisioning hears: enriched registrations, their end, Keylane's reports."""

from datetime import timedelta
from typing import Any

from stories import NOW, Story
from typed_forms import POLICY, loket, raet, registered, token

from schemas.events import (
    ConnectionsWithdrawn,
    PolicyEnriched,
    ProvisioningReported,
    RegistrationEnded,
    WithdrawnConnection,
)
from schemas.values import Applicant, Finding
from services.provisioning.decide import service
from services.provisioning.documents import Link, Provisioning
from services.provisioning.terms import Terms
from stream.service import Cause

MISSING = (Finding(code="RIGHT_MISSING", detail="Raadplegen HRM"),)


def enriched(form: dict[str, Any], cycle: int = 1, **policy: Any) -> PolicyEnriched:
    return PolicyEnriched(registration=registered(form), policy=POLICY.model_copy(update=policy), cycle=cycle)


def ended(cycle: int = 1, **more: Any) -> RegistrationEnded:
    applicant = Applicant(reference="ABCDEFGHJK1", email="a@b.example", company_name="De Korst", package="loket")
    said: dict[str, Any] = {
        "applicant": applicant,
        "cycle": cycle,
        "reason": "withdrawn",
        "superseded_by": None,
        "moving_to": None,
    }
    return RegistrationEnded(**said | more)


def withdrawn(connection: int, cycle: int = 1) -> ConnectionsWithdrawn:
    applicant = Applicant(reference="ABCDEFGHJK1", email="a@b.example", company_name="De Korst", package="raet")
    one = WithdrawnConnection(connection=connection, employer_code=f"1000000{connection}")
    return ConnectionsWithdrawn(
        applicant=applicant, cycle=cycle, connections=(one,), going_on=("10000009",), employer_email=None
    )


def report(what: str, connection: int = 1, **more: Any) -> ProvisioningReported:
    said: dict[str, Any] = {"connection": connection, "cycle": 1, "report": what, "reported_at": NOW}
    if what in ("customer_action_needed", "failed"):
        said["findings"] = MISSING
    return ProvisioningReported(**said | more)


def at_keylane(form: dict[str, Any] | None = None, *, then: Cause | None = None) -> Story:
    """Keylane was asked for what a form says, and something came of it then."""
    story = Story(service(Terms(timedelta(days=10))))
    story.said(enriched(form or loket()))
    if then is not None:
        story.said(then)
    return story


def with_a_new_secret(connection: int) -> dict[str, Any]:
    """The two entities of manual 000, one of them with another secret."""
    form = raet()
    form["connections"][connection - 1]["client_secret"] = token(connection).replace("ccc", "ddd")
    return form


def links(story: Story) -> tuple[Link, ...]:
    return story.document(Provisioning).links


def stages(story: Story) -> list[str]:
    return [link.stage.value for link in links(story)]
