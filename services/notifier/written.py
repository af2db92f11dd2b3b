"""The mail that each event is told by: what of the event people read, in the packages' words. Pure."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from payroll.loonheffingennummer import mask
from payroll.packages import packages
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    FormFault,
    LinkRequested,
    PolicyAwaited,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.events.correction_refused import LAPSED
from schemas.values import Applicant, Registration
from services.notifier.mails.address_left import AddressLeftMail
from services.notifier.mails.connections_withdrawn import ConnectionsWithdrawnMail
from services.notifier.mails.correction_refused import CorrectionRefusedMail
from services.notifier.mails.field_names import field_name
from services.notifier.mails.link_request_left import LinkRequestLeftMail
from services.notifier.mails.link_request_received import LinkRequestReceivedMail
from services.notifier.mails.link_requested import LinkRequestedMail
from services.notifier.mails.mail import CodeFor
from services.notifier.mails.policy_awaited import PolicyAwaitedMail
from services.notifier.mails.processor_applied import ProcessorAppliedMail
from services.notifier.mails.processor_confirmed import ProcessorConfirmedMail
from services.notifier.mails.processor_declined import ProcessorDeclinedMail
from services.notifier.mails.registration_ended import RegistrationEndedMail
from services.notifier.mails.registration_held import RegistrationHeldMail
from services.notifier.mails.registration_received import RegistrationReceivedMail
from services.notifier.mails.registration_rejected import RegistrationRejectedMail

NAMELESS = "een bedrijf zonder naam"
"""What is read where a form that was rejected has named no company."""
ALREADY_REGISTERED = "ALREADY_REGISTERED"
YOURS = (
    "Deze werkgeverscode heb je al aangemeld, onder referentie {}. Wil je daar iets aan veranderen? Verbeter, stop of "
    "vervang dan die aanmelding. De code daarvoor staat in onze mail over die aanmelding. Alleen als je een andere "
    "werkgeverscode bedoelde, moet je die in dit formulier verbeteren."
)
YOUR_OFFICE = (
    "Met dit e-mailadres heb je je kantoor al aangemeld voor dit salarispakket, onder referentie {}. Wil je daar iets "
    "aan veranderen? Verbeter of stop dan die aanmelding. De code daarvoor staat in onze mail over die aanmelding. "
    "Alleen als je een ander e-mailadres bedoelde, is een correctie van dit formulier nodig."
)


class _Named(TypedDict):
    email: str
    reference: str
    company_name: str
    package_title: str | None


def registration_received(event: RegistrationSubmitted, code_for: CodeFor) -> RegistrationReceivedMail:
    """Told to whoever filled in the form or the correction."""
    said, package = event.registration, packages()[event.registration.package]
    return RegistrationReceivedMail(
        **_named(said),
        code_for=code_for,
        corrected=event.cycle > 1,
        first=not event.accepted_before,
        employer_codes=tuple(one.employer_code for one in said.connections),
        prerequisites=package.prerequisites,
        keylane_calls=package.keylane_contacts_customer,
    )


def address_left(about: Registration | Applicant, email: str) -> AddressLeftMail:
    """Told where the mails about it went until now."""
    return AddressLeftMail(email=email, reference=about.reference, package_title=_package_title(about))


def registration_held(
    event: RegistrationHeld, code_for: CodeFor | None = None, *, employer: str | None = None
) -> RegistrationHeldMail:
    """Told to whoever filled in the form, or to the `employer` who asked for the link: without a code to correct it."""
    return RegistrationHeldMail(
        **_named(event.applicant, employer),
        code_for=code_for,
        waits_for=event.waits_for,
        number=event.number if event.is_reminder else 0,
        lapses_on=event.lapses_on,
        corrects=event.corrects,
        to_employer=employer is not None,
        credentials=_brings_credentials(event.applicant),
    )


def policy_awaited(
    event: PolicyAwaited, applicant: Applicant, code_for: CodeFor | None = None, *, employer: str | None = None
) -> PolicyAwaitedMail:
    """What a.s.r. lacks; told to the `employer`, who alone can give its processor the mandate, without a code."""
    return PolicyAwaitedMail(
        **_named(applicant, employer),
        code_for=code_for,
        reason=event.reason,
        number=event.number,
        to_employer=employer is not None,
        raamwerkcontractnummer=event.raamwerkcontractnummer,
        loonheffingennummer=event.masked_loonheffingennummer,
    )


def registration_rejected(event: RegistrationRejected, email: str, code_for: CodeFor) -> RegistrationRejectedMail:
    """What to correct, and by what it can be, if it can; what this address has registered before, by its reference."""
    earlier = {one.field: one.reference for one in event.earlier}
    several = event.package is not None and packages()[event.package].connections_max > 1
    return RegistrationRejectedMail(
        email=email,
        reference=event.reference,
        company_name=event.company_name,
        code_for=code_for if event.correctable else None,
        corrections=_corrections(event.faults, earlier),
        taken=all(fault.code == ALREADY_REGISTERED for fault in event.faults),
        leaves_out=several and any(fault.code == ALREADY_REGISTERED for fault in event.faults),
        of_request=event.package is None,
        correctable_until=event.correctable_until,
    )


def registration_rejected_to_employer(event: RegistrationRejected, email: str) -> RegistrationRejectedMail:
    """The same, told to the employer who was told that it waits; why, its processor knows."""
    return RegistrationRejectedMail(
        email=email, reference=event.reference, company_name=event.company_name, corrections=(), to_employer=True
    )


def correction_refused(event: CorrectionRefused, code_for: CodeFor) -> CorrectionRefusedMail:
    """What to correct in the correction, if that helps; its code still counts, unless the registration has ended."""
    faults = () if event.ended else (fault for fault in event.faults if fault.code != LAPSED)
    return CorrectionRefusedMail(
        **_named(event.applicant),
        code_for=None if event.ended else code_for,
        corrections=_corrections(faults, {}),
        lapsed=event.lapsed,
        ended=event.ended,
    )


def move_refused(event: CorrectionRefused, email: str) -> CorrectionRefusedMail:
    """The same, told at the address that it was to move to: nothing is that one's to correct any more."""
    return CorrectionRefusedMail(**_named(event.applicant, email), corrections=(), lapsed=True, moves=True)


def correction_refused_to_employer(event: CorrectionRefused, email: str) -> CorrectionRefusedMail:
    """The same, told to the employer who asked for the link; why, its processor knows."""
    return CorrectionRefusedMail(**_named(event.applicant, email), corrections=(), lapsed=True, to_employer=True)


def connections_withdrawn(
    event: ConnectionsWithdrawn, code_for: CodeFor | None = None, *, employer: str | None = None
) -> ConnectionsWithdrawnMail:
    """What ended, and what goes on, with the code that it had; told to the `employer` who asked for it without one."""
    return ConnectionsWithdrawnMail(
        **_named(event.applicant, employer),
        code_for=code_for,
        ended=tuple(one.employer_code for one in event.connections),
        going_on=event.going_on,
        to_employer=employer is not None,
    )


def registration_ended(event: RegistrationEnded, email: str) -> RegistrationEndedMail:
    """Nothing is left to correct."""
    return RegistrationEndedMail(
        **_named(event.applicant, email),
        reason=event.reason,
        superseded_by=event.superseded_by,
        instead_of=event.instead_of,
        of_processor=event.of_processor,
    )


def registration_ended_to_employer(event: RegistrationEnded, email: str) -> RegistrationEndedMail:
    """The same, told to the employer who asked for the link."""
    return RegistrationEndedMail(
        **_named(event.applicant, email),
        reason=event.reason,
        superseded_by=None,
        instead_of=event.instead_of,
        to_employer=True,
    )


def leaving_to_employer(left: Applicant, email: str) -> RegistrationEndedMail:
    """Told to the employer whose it was until its processor has corrected it to another one's number."""
    return RegistrationEndedMail(**_named(left, email), reason="corrected", superseded_by=None, to_employer=True)


def link_requested(event: LinkRequested) -> LinkRequestedMail:
    """Told to the processor, at the address that the employer typed: no more than it needs to know whose payroll."""
    return LinkRequestedMail(
        email=event.processor_email,
        reference=event.applicant.reference,
        company_name=event.applicant.company_name,
        processor_name=event.processor_name,
        loonheffingennummer=mask(event.loonheffingennummer),
        changed=event.to_processor == "change",
        number=event.number,
    )


def link_request_left(employer: Applicant, processor: str, *, known_as: str | None = None) -> LinkRequestLeftMail:
    """Told to the processor that was asked until now, and knows the employer by this name where it has another now."""
    company_name = known_as or employer.company_name
    return LinkRequestLeftMail(email=processor, reference=employer.reference, company_name=company_name)


def link_request_received(event: LinkRequested, code_for: CodeFor) -> LinkRequestReceivedMail:
    """Told to the employer."""
    return LinkRequestReceivedMail(
        **_named(event.applicant),
        code_for=code_for,
        processor_name=event.processor_name,
        processor_email=event.processor_email,
        processor_told=event.to_processor is not None,
        number=event.number,
        corrected=event.cycle > 1,
    )


def processor_applied(event: ProcessorApplied, code_for: CodeFor) -> ProcessorAppliedMail:
    """It waits for a.s.r."""
    package = event.applicant.package
    prerequisites = packages()[package].processor_prerequisites if package else ()
    return ProcessorAppliedMail(**_named(event.applicant), code_for=code_for, prerequisites=prerequisites)


def processor_confirmed(event: ProcessorConfirmed, code_for: CodeFor) -> ProcessorConfirmedMail:
    """It may go on; what came with a correction does not reach Keylane by itself."""
    return ProcessorConfirmedMail(
        **_named(event.applicant),
        code_for=code_for,
        corrected=event.cycle > 1 and event.review == 1,
        credentials=_brings_credentials(event.applicant),
    )


def processor_declined(event: ProcessorDeclined, code_for: CodeFor) -> ProcessorDeclinedMail:
    """In a.s.r.'s words."""
    return ProcessorDeclinedMail(**_named(event.applicant), code_for=code_for, reason=event.reason)


def _corrections(faults: Iterable[FormFault], earlier: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{field_name(fault.field)}: {_message(fault, earlier)}" for fault in faults)


def _message(fault: FormFault, earlier: Mapping[str, str]) -> str:
    is_yours = fault.code == ALREADY_REGISTERED and fault.field in earlier
    yours = YOUR_OFFICE if fault.field == "email" else YOURS
    return yours.format(earlier[fault.field]) if is_yours else fault.message


def _brings_credentials(processor: Applicant) -> bool:
    """Whether a processor with this package has credentials of its own, for all its employers."""
    return processor.package is not None and bool(packages()[processor.package].processor_secrets)


def _named(applicant: Registration | Applicant, reader: str | None = None) -> _Named:
    """The `reader` is the applicant itself, unless this address is another's."""
    return {
        "email": reader or applicant.email,
        "reference": applicant.reference,
        "company_name": applicant.company_name or NAMELESS,
        "package_title": _package_title(applicant),
    }


def _package_title(applicant: Registration | Applicant) -> str | None:
    return packages()[applicant.package].title if applicant.package else None
