"""Claims: which registration has a connection, what it takes, and what it gives back."""

from collections.abc import Iterable, Iterator, Mapping

from payroll.address_key import address_key
from schemas.events import EarlierRegistration, FormFault
from schemas.ids import RegistrationId, reference
from services.intake.claim_key import Names
from services.intake.documents import Claim, Holder, Intake
from services.intake.named_form import NamedForm, ReadForm
from services.intake.sentences import ALREADY_REGISTERED, REGISTERED_MEANWHILE
from services.intake.submission import Submission
from stream.document import Document, DocumentKey
from stream.service import Case


def in_the_way(case: Case[None], named: NamedForm, names: Names, leaves: RegistrationId | None = None) -> Holder | None:
    """The registrations that have the wanted connection of these names, except the one that `leaves` it."""
    for key in names.keys:
        claim = case.documents.get(Claim, key)
        if claim is None:
            continue
        processor = address_key(named.form.email) if named.processor else None
        shares = key != names.own
        if other := claim.in_the_way(case.subject, shares=shares, leaves=leaves, processor=processor):
            return other
    return None


def taken(submission: Submission, named: NamedForm, *, leaves: RegistrationId | None = None) -> tuple[FormFault, ...]:
    """The connections that another live registration has, except the one that `leaves` them.

    It does not say which: whoever filled in the form reads this on the screen.
    """
    known = submission.known
    waited = known is not None and known.answer == "held" and known.stands is None
    message = REGISTERED_MEANWHILE if waited else ALREADY_REGISTERED
    return tuple(
        already_registered(one.connection, message)
        for one, names in named.claimed
        if in_the_way(submission.case, named, names, leaves)
    )


def already_registered(connection: int, message: str = ALREADY_REGISTERED) -> FormFault:
    """The fault of a connection that another registration has."""
    return FormFault(field=_code_of(connection), code="ALREADY_REGISTERED", message=message)


def of_same_address(submission: Submission, named: NamedForm) -> Iterator[EarlierRegistration]:
    """The live registrations of the form's own address that have a connection of it, to be told to that address."""
    for field, other in _holders(submission, named):
        if other.owner == address_key(named.form.email):
            yield EarlierRegistration(field=field, reference=reference(other.registration))


def holders(submission: Submission, read: ReadForm, faults: Iterable[FormFault]) -> tuple[RegistrationId, ...]:
    """The registrations that have the refused connections: for operators; no stranger is told on screen or by mail."""
    fields = {fault.field for fault in faults if fault.code == "ALREADY_REGISTERED"}
    found = _holders(submission, read) if fields and isinstance(read, NamedForm) else ()
    return tuple(dict.fromkeys(other.registration for field, other in found if field in fields))


def _holders(submission: Submission, named: NamedForm) -> Iterator[tuple[str, Holder]]:
    """The live registrations that have a connection of this form, by the field in which it stands."""
    for one, names in named.claimed:
        if other := in_the_way(submission.case, named, names):
            yield _code_of(one.connection), other


def _code_of(connection: int) -> str:
    """The field of a form in which the employer code of this connection stands."""
    return f"connections.{connection - 1}.employer_code"


def claims_of(
    submission: Submission, named: NamedForm, before: Mapping[DocumentKey, Claim], *, held: bool = False
) -> dict[DocumentKey, Document]:
    """The form's claims; `before` are those that were given back for it. `held`: it keeps no other processor out."""
    owner, registration = address_key(named.form.email), submission.id
    claims: dict[DocumentKey, Document] = {}
    for _, names in named.claimed:
        claims[Claim.at(names.own)] = Claim(registration=registration, owner=owner, held=held)
        if names.shared:
            holder = Holder(registration=registration, owner=owner, held=held)
            key = Claim.at(names.shared)
            found = before.get(key) or submission.case.documents.get(Claim, names.shared)
            claims[key] = found.shared_by(holder) if found else Claim(registration=None, beside=(holder,))
    return claims


def freed(case: Case[None], known: Intake) -> dict[DocumentKey, Claim]:
    """The connections that it holds, given back."""
    return given_back(case, dict.fromkeys((*known.claims, *known.returning)))


def given_back(case: Case[None], keys: Iterable[str]) -> dict[DocumentKey, Claim]:
    """Those of these claims that this registration has, after it has given them back."""
    found = {key: case.documents.get(Claim, key) for key in keys}
    return {
        Claim.at(key): claim.without(case.subject)
        for key, claim in found.items()
        if claim is not None and claim.is_held_by(case.subject)
    }
