"""A withdrawal, of all or of single connections: these are free, and the others go on with the same cycle and code.

It is not a correction: a new cycle would wait for its policy, and ask Keylane again for refused connections.
"""

from collections.abc import Collection, Mapping
from typing import Any

from payroll.check import check_form
from payroll.correction import without_connections
from payroll.fault import FaultCode
from payroll.form import RefusedForm, Withdrawal
from payroll.other_forms import CONNECTION_NOT_YOURS
from payroll.registration_form import typed_connections
from schemas.events import ConnectionsWithdrawn, FormFault, FormReceived, WithdrawnConnection
from schemas.ids import RegistrationId
from services.intake.claims import given_back, in_the_way
from services.intake.correction import reconsidered, refused
from services.intake.documents import BeforeCorrection, Intake, applicant_of
from services.intake.ending import employer_told, end
from services.intake.named_form import NamedForm, claimed_by, read_kept
from services.intake.submission import form_fault
from services.intake.terms import Terms
from services.intake.waking import changed
from stream.service import Case, Emit


def withdraw(case: Case[None], known: Intake, event: FormReceived, origin: RegistrationId, terms: Terms) -> Emit:
    """Withdraw all of it, or the connections that it names; nothing if the withdrawal makes no sense.

    That is so where a number has a misspelt name: without that number, the withdrawal would end the whole registration.
    """
    withdrawal = check_form(event.form, origin)
    if isinstance(withdrawal, RefusedForm):
        return Emit(refused(known, origin, tuple(map(form_fault, withdrawal.faults))))
    numbers = withdrawal.connections if isinstance(withdrawal, Withdrawal) else ()
    if not numbers:
        return end(case, known, "withdrawn")
    if faults := _unknown_connections(numbers, known.form or {}):
        return Emit(refused(known, origin, faults))
    read = read_kept(known, case.subject)
    if known.answer != "rejected" and isinstance(read, NamedForm):
        return _take_out(case, known, read, numbers)
    return _without(case, known, numbers, origin, terms)


def _without(case: Case[None], known: Intake, numbers: tuple[int, ...], origin: RegistrationId, terms: Terms) -> Emit:
    """A rejected form without these connections; if the rest cannot go on either, nothing changes, and that is told."""
    whole = without_connections(known.form or {}, numbers)
    if all(one is None for one in whole["connections"]):
        return end(case, known, "withdrawn")
    _, considered = reconsidered(case, known, whole, origin, terms)
    return considered if isinstance(considered, Emit) else Emit(refused(known, origin, considered))


def _unknown_connections(numbers: Collection[int], form: Mapping[str, Any]) -> tuple[FormFault, ...]:
    """The faults in the numbers that a withdrawal names, such as that of a connection that the form no longer has."""
    there = {place for place, one in enumerate(typed_connections(form), 1) if one is not None}
    return tuple(
        FormFault(
            field=f"connections.{index}.connection",
            code=FaultCode.CONNECTION_UNKNOWN,
            message=CONNECTION_NOT_YOURS,
        )
        for index, number in enumerate(numbers)
        if number not in there
    )


def _take_out(case: Case[None], known: Intake, named: NamedForm, numbers: Collection[int]) -> Emit:
    """End these connections, or the whole registration if no other connection could be left to it."""
    left = [
        one.employer_code
        for one, names in named.claimed
        if one.connection not in numbers and not (known.answer == "submitted" and in_the_way(case, named, names))
    ]
    if not left:
        return end(case, known, "withdrawn")
    gone = _claims(case, known, numbers) | (_claims(case, known.stands, numbers) if known.stands else set())
    said = ConnectionsWithdrawn(
        applicant=applicant_of(known, known),
        cycle=known.cycle,
        connections=tuple(
            WithdrawnConnection(connection=one.connection, employer_code=one.employer_code)
            for one, _ in named.claimed
            if one.connection in numbers
        ),
        going_on=tuple(left),
        employer_email=employer_told(case, known),
    )
    stands = known.stands.but(**_kept(known.stands, numbers, gone)) if known.stands else None
    after = changed(known, case.subject, **_kept(known, numbers, gone), stands=stands)
    return Emit((said,), {Intake.at(case.subject): after, **given_back(case, gone)})


def _claims(case: Case[None], kept: Intake | BeforeCorrection, numbers: Collection[int]) -> set[str]:
    claimed = claimed_by(kept, case.subject)
    return {key for one, names in claimed if one.connection in numbers for key in names.keys}


def _kept(kept: Intake | BeforeCorrection, numbers: Collection[int], gone: Collection[str]) -> dict[str, Any]:
    return {
        "form": without_connections(kept.form or {}, numbers),
        "claims": tuple(key for key in kept.claims if key not in gone),
    }
