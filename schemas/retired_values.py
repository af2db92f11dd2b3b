"""Values as older versions of events wrote them; a released schema names these classes, so they keep their names."""

from datetime import date

from pydantic import Field

from schemas import values
from schemas.event import Value
from schemas.values import Dga, Frequency, RegistrationKind


class SealedSecret(Value):
    """A secret that only Keylane can open: a compact JWE bound to registration, connection and purpose."""

    purpose: str
    token: str


class Connection(Value):
    """One employer code in one payroll package, numbered from 1 in the form's order."""

    connection: int = Field(ge=1)
    employer_code: str
    secrets: tuple[SealedSecret, ...] = ()

    def upcast(self) -> values.Connection:
        """The same; every secret of that time is bound to its own place."""
        return values.Connection(
            connection=self.connection, employer_code=self.employer_code, secrets=upcast_secrets(self.secrets)
        )


class Registration(Value):
    """What the form said, normalised and checked. `email` gets the answers."""

    reference: str
    kind: RegistrationKind
    package: str
    company_name: str
    processor_name: str | None
    email: str
    raamwerkcontractnummer: str | None
    loonheffingennummer: str | None
    frequency: Frequency
    thirteenth_month: bool
    dgas: tuple[Dga, ...]
    client_id: str | None
    connections: tuple[Connection, ...] = Field(min_length=1)

    def upcast(self) -> values.Registration:
        """The client id, the only identifier of that time, becomes one of a list."""
        fields = {name: value for name, value in self if name not in ("client_id", "connections")}
        return values.Registration(
            **fields,
            identifiers=upcast_client_id(self.client_id),
            connections=tuple(connection.upcast() for connection in self.connections),
        )


class Policy(Value):
    """What a.s.r. adds: the policies behind a framework contract, as they were when they were matched."""

    policy_numbers: tuple[str, ...]
    products: tuple[str, ...]
    pensioenwet: bool
    starts_on: date
    insured_groups: tuple[str, ...]
    salary_notion: str
    mandate_present: bool

    def upcast(self) -> values.Policy:
        """Which of the products fall under the Pensioenwet was not said."""
        return values.Policy(**dict(self), pensioenwet_products=())


def upcast_secrets(secrets: tuple[SealedSecret, ...]) -> tuple[values.SealedSecret, ...]:
    """Every secret of that time is bound to the place where it stands."""
    return tuple(values.SealedSecret(purpose=secret.purpose, token=secret.token) for secret in secrets)


def upcast_client_id(client_id: str | None) -> tuple[values.Identifier, ...]:
    """None or one identifier."""
    return () if client_id is None else (values.Identifier(name="client_id", value=client_id),)
