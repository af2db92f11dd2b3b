"""Which employer is told of a registration by its processor, and where."""

from collections.abc import Iterable

from payroll.address_key import address_key
from schemas.ids import RegistrationId
from schemas.values import Applicant
from services.intake.documents import Intake, ToldEmployer, applicant_of
from services.intake.employer_request import Asker, requests_at
from services.intake.named_form import NamedForm
from stream.service import Case


def asker_of(case: Case[None], named: NamedForm) -> Asker | None:
    """The employer that asked for this form's link; None if none did."""
    for request in requests_at(case, named.requests):
        if asker := request.whom_to_tell(named.number):
            return asker
    return None


def employer_email(case: Case[None], named: NamedForm) -> str | None:
    """The address at which the employer asked for this form's link; None if it did not."""
    asker = asker_of(case, named)
    return asker.email if asker else None


def told_employer(asker: Asker | None, known: Intake | None, named: NamedForm) -> ToldEmployer | None:
    """The employer that is told of this form; if nobody asks for it any more, the one that was told last."""
    before = (known.employer, known.stands.employer if known.stands else None) if known else ()
    return _told(asker, named, before)


def told_of_wait(asker: Asker | None, known: Intake | None, named: NamedForm) -> ToldEmployer | None:
    """The employer that is told that this form waits; or was told, if nobody asks for it any more.

    An employer that was told of the earlier registration only was not told of its correction.
    """
    return _told(asker, named, (known.employer,) if known and known.answer == "held" else ())


def _told(asker: Asker | None, named: NamedForm, before: Iterable[ToldEmployer | None]) -> ToldEmployer | None:
    if asker and asker.email:
        return ToldEmployer(request=asker.submission, email=asker.email, lhnr=named.number, contract=named.contract)
    return next((one for one in before if one and is_of(named, one)), None)


def is_of(named: NamedForm, told: ToldEmployer) -> bool:
    """Whether this form is still the told employer's: it has its number or, if one of them has none, its contract."""
    if told.lhnr and named.number:
        return told.lhnr == named.number
    return told.contract == named.contract


def address_of(case: Case[None], known: Intake, told: ToldEmployer) -> str:
    """Where whoever was told of what is known is told more: it may have corrected its address, or ask no more."""
    askers = (one for request in requests_at(case, known.requests) for one in request.askers)
    return next((one.email for one in askers if one.email and one.submission == told.request), told.email)


def left_employer(case: Case[None], known: Intake | None, named: NamedForm) -> Applicant | None:
    """The employer that was told of the registration before, if this form is another employer's."""
    whose = known and (known.stands or known)
    if not known or not whose or not whose.employer or is_of(named, whose.employer):
        return None
    told, email = employer_email(case, named), address_of(case, known, whose.employer)
    if told is not None and address_key(told) == address_key(email):
        return None
    return applicant_of(known, whose).model_copy(update={"email": email})


def hears_of(case: Case[None], known: Intake, successor: RegistrationId, email: str) -> bool:
    """Whether the employer at this address is the one that is told of the registration that takes this one's place."""
    found = requests_at(case, known.requests)
    askers = (request.whom_to_tell(number) for request in found for number in request.numbers_of(successor))
    return any(asker and asker.email and address_key(asker.email) == address_key(email) for asker in askers)
