"""What is told in a seed: the part of it that is no fault of anybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ops.forms.synthetic import SyntheticForm
from sandbox.keylane.script import Script
from schemas.event import Event
from schemas.events import (
    CustomerActionNeeded,
    FormReceived,
    PolicyEnriched,
    ProvisioningReported,
    RegistrationSubmitted,
)
from schemas.values import ABOUT_EARLIER
from services.intake.clients import ClientRow


@dataclass(frozen=True)
class Told:
    """A record that somebody publishes, perhaps more than once: `at_s`, one time for each."""

    at_s: tuple[float, ...]
    topic: str
    lane: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None


@dataclass(frozen=True)
class Registered:
    """One registration: `expected` are the employer codes that have to be realised, whatever goes wrong."""

    id: str
    expected: frozenset[str]


@dataclass(frozen=True)
class Reply:
    """What somebody sends `after_s` a mail with a code: this form, naming the registration that the mail is about.

    With a `code` of its own, that one is typed instead of the mail's. If `asked`, only a mail that says what Keylane
    needs is answered.
    """

    form: SyntheticForm
    after_s: float
    code: str | None = None
    asked: bool = False

    def to(self, reference: str, code: str) -> SyntheticForm:
        """The form as it is sent."""
        named = {"reference": reference, "code": self.code or code}
        typed = self.form.form
        follows_up = typed["kind"] in ABOUT_EARLIER
        return replace(self.form, form={**typed, **(named if follows_up else {"supersedes": named})})


@dataclass(frozen=True)
class Arrival:
    """A policy becomes known, with its employer's mandate or without.

    When `registration` is set its numbers are found as well.
    """

    at_s: float
    contract: str
    lhnr: str
    registration: str | None = None
    mandate: bool = True


@dataclass(frozen=True)
class Client:
    """A processor may register this employer from now on."""

    at_s: float
    row: ClientRow


@dataclass(frozen=True)
class Flaw:
    """What a release cannot decide: an event of this type in this service, or only this report of Keylane's."""

    service: str
    event: type[Event]
    report: str = ""

    def is_met_by(self, service: str, cause: object) -> bool:
        """Whether this is such a cause."""
        mine = service == self.service and isinstance(cause, self.event)
        return mine and (not self.report or getattr(cause, "report", "") == self.report)


FLAWS = (
    Flaw("intake", FormReceived),
    Flaw("enrichment", RegistrationSubmitted),
    Flaw("provisioning", PolicyEnriched),
    Flaw("provisioning", ProvisioningReported, "accepted"),
    Flaw("provisioning", ProvisioningReported, "customer_action_needed"),
    Flaw("notifier", RegistrationSubmitted),
    Flaw("notifier", CustomerActionNeeded),
)


@dataclass(frozen=True)
class Scenario:
    """All of it. `replies`: what is sent because of the mails about a registration (its reference), one for each.

    `flawed`: what a release cannot decide about which registration, until it is mended.
    """

    told: tuple[Told, ...]
    registrations: tuple[Registered, ...]
    policies: tuple[Arrival, ...]
    clients: tuple[Client, ...]
    replies: Mapping[str, tuple[Reply, ...]]
    script: Script
    flawed: Mapping[str, Flaw]
