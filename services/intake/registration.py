"""An employer's registration: claimed, held until its gates are open, and submitted."""

from collections.abc import Iterator
from typing import Any

from schemas.events import RegistrationSubmitted
from schemas.values import Connection, Registration
from services.intake import claim_key
from services.intake.claims import claims_of, freed, taken
from services.intake.documents import Claim, Intake, Processor
from services.intake.employer_request import registering
from services.intake.holding import hold, shut_gates
from services.intake.named_form import NamedForm
from services.intake.still_wanted import still_wanted
from services.intake.submission import Considered, Submission
from services.intake.told_employer import asker_of, left_employer, told_employer
from stream.service import Emit


def register(submission: Submission, named: NamedForm) -> Considered:
    """Submit it if its gates are open, otherwise hold it; either way its connections are its own from now on.

    Unless another registration has one. While a correction is held, the connections on which Keylane works stay claimed
    as well. A successor that was ready is not held any more, because the registration it supersedes has ended.
    """
    named = still_wanted(submission, named)
    if faults := taken(submission, named):
        return faults
    shut = {} if submission.known and submission.known.waits_for_an_end else shut_gates(submission, named)
    return hold(submission, named, shut) if shut else _submit(submission, named)


def _submit(submission: Submission, named: NamedForm) -> Emit:
    case, known = submission.case, submission.known
    before = freed(case, known) if known else {}
    claims = claims_of(submission, named, before)
    leaving = [key for key in _at_keylane(known) if Claim.at(key) in before.keys() - claims] if known else []
    left = {key: claim for key, claim in before.items() if key.key not in leaving}
    # Claims that somebody else has by now stay known, as a later correction may leave their connections out as well.
    lost = [key for key in _not_wanted(submission, known) if Claim.at(key) not in before] if known else []
    kept = tuple(dict.fromkeys([*[key.key for key in claims], *leaving, *lost]))
    # The model drops the form's fields that are for the review or name another registration.
    fields = {"reference": submission.reference, **named.form._asdict(), **_processor_credentials(submission, named)}
    registration = Registration.model_validate(fields)
    requests, stands = registering(case, known, named)
    asker = asker_of(case, named)
    told = told_employer(asker, known, named)
    remembered: dict[str, Any] = {"leaving": tuple(leaving), "requests": requests, "employer": told}
    answered = submission.answered("submitted", named.form, claims=kept, submitted=submission.cycle, **remembered)
    said = RegistrationSubmitted(
        registration=registration,
        cycle=submission.cycle,
        employer_email=asker.email if asker else None,
        left=left_employer(case, known, named),
        accepted_before=submission.accepted_before,
        moved_from=submission.moved_from(registration.email),
    )
    return Emit((said,), {**answered, **left, **claims, **stands})


def _not_wanted(submission: Submission, known: Intake) -> Iterator[str]:
    """What a correction may leave out: what it once had, and what its whole form names."""
    yield from known.claims
    yield from (key for names in claim_key.of_typed_form(submission.form, submission.id) for key in names.keys)


def _at_keylane(known: Intake) -> tuple[str, ...]:
    """The claims of what was submitted before, on which Keylane may work, but for those that it has refused."""
    stands = known if known.answer == "submitted" else known.stands
    if stands is None:
        return ()
    refused = {*known.returning, *(known.stands.refused if known.stands else ())}
    return tuple(key for key in stands.claims if key not in refused)


def _processor_credentials(submission: Submission, named: NamedForm) -> dict[str, Any]:
    processor = named.processor and submission.case.documents.get(Processor, named.processor)
    if not processor:
        return {}
    connections = tuple(
        Connection(connection=one.connection, employer_code=one.employer_code, secrets=processor.secrets)
        for one in named.form.connections
    )
    return {"identifiers": processor.identifiers, "connections": connections}
