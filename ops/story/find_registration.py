"""Finds a registration by the reference that people quote."""

from ops.servers.administrator import Database, of_service
from schemas.flow import SERVICES
from schemas.ids import RegistrationId, reference, reference_digest
from services.intake.documents import Reference


async def find_registration(database: Database, quoted: str) -> RegistrationId | None:
    """The registration with this reference; None when there is none.

    Intake knows the references of all registrations that it has answered. For parked records of others the reference is
    computed in the database, which takes 20 ms for 20,000 of them.
    """
    found = await database.fetchval(_QUOTED, Reference.kind, quoted)
    return RegistrationId(found) if found else await _parked(database, quoted)


async def _parked(database: Database, quoted: str) -> RegistrationId | None:
    for party in SERVICES:
        for row in await database.fetch(of_service(_PARKED, party.name), reference_digest(quoted)):
            # The digest that the database compares stands for four references.
            if reference(row["key"]) == quoted:
                return RegistrationId(row["key"])
    return None


_QUOTED = "select document ->> 'registration' from intake.state where kind = $1 and key = $2"
_PARKED = """
select distinct key from {schema}.redelivery where kind = 'parked' and not handled
  and left(encode(sha256(convert_to('reference' || chr(10) || key, 'UTF8')), 'hex'), 12) = $1
"""
