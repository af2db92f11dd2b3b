"""What a payroll package has to declare; with that, one file is enough to offer it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from payroll.customer_help import GENERAL_HELP, CustomerHelp
from payroll.employer_code import EmployerCode
from payroll.identifier import IdentifierRule
from schemas.events.provisioning_requested import Authorisation
from schemas.values import Finding, FormKind, ReportCode

KIND_TITLES: Mapping[FormKind, str] = {
    "processor_registration": "aanmelden salarisverwerker",
    "employer_registration": "aanmelden nieuwe werkgever",
    "self_managed": "aanleveren gegevens in eigen beheer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A payroll package, by what its forms ask, what Keylane configures in it and how its customers are helped.

    Attributes:
        slug: its name in forms and events; also its module's name.
        title: its name as customers know it.
        kinds: the forms it is offered on.
        employer_code: the rule for the code of an employer.
        connections_max: how many employer codes one form may hold; one where a processor registers employers.
        identifiers: what it knows the link's user by, mandatory; other packages' identifiers are refused.
        secrets: the mandatory sealed secrets of a connection, by field name, which is also the seal's purpose.
        processor_identifiers: what a processor that registers itself is known by.
        processor_secrets: its sealed secrets. Where there are any, they serve for every employer that it registers, and
            the processor must be confirmed with them.
        where: where to find an identifier or a secret, by field name, in a sentence; told to those who leave it open.
        policy_keys_required: whether raamwerkcontractnummer and loonheffingennummer must be there; where they may be
            missing, the registration is held until the policy is found.
        authorisations: what Keylane always has to see granted.
        pensioenwet_authorisations: what is needed besides when a product falls under the Pensioenwet.
        prerequisites: what the customer must have done in the package, a sentence each. They are told after an
            employer's form has been received, so leave out what nobody can fill in the form without.
        processor_prerequisites: the same for a processor, told when its own form has been received.
        renewal: what to do if the link's credentials change later; its reader has the code of an employer's
            registration.
        keylane_contacts_customer: whether Keylane calls or writes about the authorisations.
        help: what its customers are told instead of the general help.
    """

    slug: str
    title: str
    kinds: frozenset[FormKind]
    employer_code: EmployerCode
    connections_max: int = 1
    identifiers: tuple[IdentifierRule, ...] = ()
    secrets: tuple[str, ...] = ()
    processor_identifiers: tuple[IdentifierRule, ...] = ()
    processor_secrets: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    policy_keys_required: bool = True
    authorisations: tuple[Authorisation, ...]
    pensioenwet_authorisations: tuple[Authorisation, ...] = ()
    prerequisites: tuple[str, ...]
    processor_prerequisites: tuple[str, ...] = ()
    renewal: str
    keylane_contacts_customer: bool
    help: Mapping[ReportCode, CustomerHelp] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # While a processor's form waits, another registration may get one of its connections. The others would go on
        # without that one, and nobody would be told (docs/decisions/0018).
        if self.connections_max > 1 and "employer_registration" in self.kinds:
            raise ValueError("what a processor registers has one connection")

    def authorisations_for(self, *, pensioenwet: bool) -> tuple[Authorisation, ...]:
        """What Keylane has to see granted, each with its reason; no more than the customer's products allow."""
        return self.authorisations + (self.pensioenwet_authorisations if pensioenwet else ())

    @property
    def title_of_kinds(self) -> str:
        """The forms it is offered on, as people know them."""
        return " of ".join(KIND_TITLES[kind] for kind in KIND_TITLES if kind in self.kinds)

    def help_for(self, code: ReportCode) -> CustomerHelp:
        """What the customer of this package is told and asked to do."""
        return self.help.get(code) or GENERAL_HELP[code]

    def what(self, finding: Finding) -> str:
        """What is wrong, in a sentence or more, with every needed right if Keylane does not name the missing one."""
        what = self.help_for(finding.code).what
        if finding.code != "RIGHT_MISSING":
            return what
        if finding.detail:
            return f"{what} Het gaat om dit recht: {finding.detail}.{self._when_needed(finding.detail)}"
        return f"{what} Keylane heeft niet gezegd welk recht. {self._needed_rights()}"

    def _when_needed(self, right: str) -> str:
        """A condition, so that nobody grants a right that only some products need just because a mail names it."""
        if right not in {one.right for one in self.pensioenwet_authorisations}:
            return ""
        return " Geef dat recht alleen als een product van de werkgever onder de Pensioenwet valt."

    def _needed_rights(self) -> str:
        """With a condition: the services that ask do not know whether a product falls under the Pensioenwet."""
        always = f"Nodig is: {_listed(self.authorisations)}."
        if not self.pensioenwet_authorisations:
            return always
        besides = _listed(self.pensioenwet_authorisations)
        return f"{always} Valt een product van de werkgever onder de Pensioenwet? Dan ook: {besides}."


def _listed(authorisations: Iterable[Authorisation]) -> str:
    return ", ".join(one.right for one in authorisations)
