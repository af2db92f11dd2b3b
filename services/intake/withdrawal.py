"""A withdrawal, of all or of single connections: these are free, and the others go on in the same cycle and code.

It is no correction: a new cycle would wait for its policy, and ask Keylane again for what it has refused.
"""

from collections.abc import Collection, Mapping
from typing import Any

from payroll.check import check_form
from payroll.correction import without_connections
from payroll.fault import FaultCode
from payroll.form import RefusedForm, Withdrawal
from payroll.typed_text import is_blank
from schemas.events import ConnectionsWithdrawn, FormFault, FormReceived, WithdrawnConnection
from stream.service import Case, Emit, Ignore, Outcome

from .claims import given_back, rival
from .correction import reconsidered, refused
from .documents import BeforeCorrection, Intake, applicant_of, main_of
from .ending import employer_told, end
from .named_form import NamedForm, claimed_by, read_kept
from .sentences import CONNECTION_NOT_YOURS
from .submission import form_fault
from .terms import Terms
from .waking import changed


def withdraw(case: Case[None], known: Intake, event: FormReceived, origin: str, terms: Terms) -> Outcome:
    """All of it, or the connections that it names; nothing where it names what nobody can mean."""
    if known.ended:
        return Ignore("ALREADY_ENDED")
    if is_blank(event.form.get("connections")):
        return end(case, known, "withdrawn")
    numbers, faults = _named_connections(event.form, origin, known.form or {})
    if faults:
        return Emit(refused(known, origin, faults))
    read = read_kept(known, case.subject)
    if known.answer != "rejected" and isinstance(read, NamedForm):
        return _take_out(case, known, read, numbers)
    whole = without_connections(known.form or {}, numbers)
    is_left = any(one is not None for one in whole["connections"])
    return reconsidered(case, known, whole, origin, terms) if is_left else end(case, known, "withdrawn")


def _named_connections(
    withdrawal: Mapping[str, Any], origin: str, form: Mapping[str, Any]
) -> tuple[tuple[int, ...], tuple[FormFault, ...]]:
    """The numbers that the withdrawal, sent in the submission `origin`, names, and what is wrong with them.

    Such as one that the form has not got, or not any more.
    """
    read = check_form(withdrawal, origin)
    if not isinstance(read, Withdrawal):
        return (), tuple(map(form_fault, read.faults)) if isinstance(read, RefusedForm) else ()
    typed = form.get("connections")
    there = {place for place, one in enumerate(typed, 1) if one is not None} if isinstance(typed, list) else set()
    return read.connections, tuple(
        FormFault(
            field=f"connections.{index}.connection",
            code=FaultCode.CONNECTION_UNKNOWN,
            message=CONNECTION_NOT_YOURS,
        )
        for index, number in enumerate(read.connections)
        if number not in there
    )


def _take_out(case: Case[None], known: Intake, named: NamedForm, numbers: Collection[int]) -> Emit:
    """End these connections, and the whole registration where no other is left that could be its own."""
    left = [
        one.employer_code
        for one, names in named.claimed
        if one.connection not in numbers and not (known.answer == "submitted" and rival(case, names))
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
        employer_email=employer_told(case, known, "withdrawn"),
    )
    stands = known.stands.but(**_kept(known.stands, numbers, gone)) if known.stands else None
    after = changed(known, case.subject, **_kept(known, numbers, gone), stands=stands)
    return Emit((said,), {main_of(case): after, **given_back(case, gone)})


def _claims(case: Case[None], kept: Intake | BeforeCorrection, numbers: Collection[int]) -> set[str]:
    claimed = claimed_by(kept, case.subject)
    return {key for one, names in claimed if one.connection in numbers for key in names.keys}


def _kept(kept: Intake | BeforeCorrection, numbers: Collection[int], gone: Collection[str]) -> dict[str, Any]:
    return {
        "form": without_connections(kept.form or {}, numbers),
        "claims": tuple(key for key in kept.claims if key not in gone),
    }
