"""Sealed secrets in a form: each is accepted only if it was sealed for the place where it stands."""

from collections.abc import Iterable
from typing import NamedTuple

from payroll.asked import AskedField
from payroll.fault import FaultCode
from payroll.field_reader import FieldReader, Json
from schemas.values import SealedFor, SealedSecret

NO_CONNECTION = 0


class SealedTo(NamedTuple):
    """What a secret at a place of a form may be sealed for: one of these registrations, and this connection.

    `registrations` are ids, the form's own first; `path` is the place, as FieldReader has it.
    """

    registrations: tuple[str, ...]
    connection: int = NO_CONNECTION
    path: str = ""

    def at(self, connection: int, path: str) -> "SealedTo":
        """The same for a connection of the form."""
        return SealedTo(self.registrations, connection, path)


def read_secrets(
    holder: Json, asked: Iterable[AskedField], reader: FieldReader, sealed_to: SealedTo
) -> tuple[SealedSecret, ...]:
    """The sealed secrets at this place; one that was sealed for another place is a fault."""
    secrets = []
    for field in asked:
        if field.name not in holder and not field.mandatory:
            continue
        sealed = reader.value(holder, field, sealed_to.path)
        if sealed is None:
            continue
        registration = next(
            (one for one in sealed_to.registrations if sealed.is_bound_to(one, sealed_to.connection, field.name)), None
        )
        if registration is None:
            reader.faults.add(sealed_to.path + field.name, FaultCode.SECRET_BOUND_ELSEWHERE)
        else:
            bound_to = _elsewhere(registration, sealed_to)
            secrets.append(SealedSecret(purpose=field.name, token=sealed.token, bound_to=bound_to))
    return tuple(secrets)


def _elsewhere(registration: str, sealed_to: SealedTo) -> SealedFor | None:
    if registration == sealed_to.registrations[0] and sealed_to.connection != NO_CONNECTION:
        return None
    return SealedFor(registration=registration, connection=sealed_to.connection)
