"""Which mails each event calls for, and that a mail is sent.

The occasion comes from the business state, so that a second legitimate mail is another one. The role says whom it goes
to: the `applicant` gave its address for answers, and nobody else gets the correction code. The code is that of the
newest cycle, whichever cycle the mail is about: while a correction waits, Keylane still reports on the one before. But
only the newest cycle's address gets it: an address that the correction has left gets none, since its code is old.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from payroll.address_key import address_key
from payroll.amsterdam import amsterdam_day
from schemas.envelope import Envelope
from schemas.event import Event
from schemas.events import (
    ConnectionsWithdrawn,
    CorrectionRefused,
    CustomerActionNeeded,
    LinkRealised,
    LinkRequested,
    NotificationSent,
    PolicyAwaited,
    ProcessorApplied,
    ProcessorConfirmed,
    ProcessorDeclined,
    ProvisioningRefused,
    RegistrationEnded,
    RegistrationHeld,
    RegistrationRejected,
    RegistrationSubmitted,
)
from schemas.flow import NOTIFIER
from schemas.values import Applicant, Registration
from services.notifier import written, written_links
from services.notifier.documents import Correspondence, cycle_of
from services.notifier.mails.mail import CodeFor, Mail
from services.notifier.roles import APPLICANT, EMPLOYER, FORMER_ADDRESS, NEW_ADDRESS, PROCESSOR
from stream.service import Case, Done, Effect, Emit, Ignore, Outcome, Service, no_facts

_Mails = Iterable[Effect]
_Moving = LinkRequested | ProcessorApplied | ProcessorConfirmed | RegistrationHeld | RegistrationSubmitted
"""The events that may be the first at another address."""


class _About(NamedTuple):
    """Whose code a mail brings, whether a correction of what it tells waits, and the day of its event."""

    code_for: CodeFor
    correction_waits: bool
    said_on: date


def decide(case: Case[None]) -> Outcome:
    """Plan the mails that the event calls for; report a mail that the mail server has accepted."""
    if isinstance(case.cause, Done):
        return Emit(events=(_sent(case.cause),))
    if not isinstance(case.cause, Event) or case.envelope is None:
        return Ignore("NOTHING_TO_MAIL")
    known = case.documents.get(Correspondence, case.subject) or Correspondence()
    after = known.told_of(case.cause)
    mails = tuple(_CALLED_FOR[type(case.cause)](case.cause, _about(case.cause, case.envelope, after)))
    if not mails:
        return Ignore("NO_ADDRESS")
    return Emit(documents={Correspondence.at(case.subject): after} if after != known else {}, effects=mails)


def _about(event: Event, envelope: Envelope, known: Correspondence) -> _About:
    code_for = CodeFor(registration=envelope.subject, cycle=known.cycle_of_code(event), newest=known.cycle)
    waits = cycle_of(event) < known.cycle != known.lapsed
    return _About(code_for, correction_waits=waits, said_on=amsterdam_day(envelope.time))


def _sent(mail: Done) -> NotificationSent:
    return NotificationSent(
        kind=mail.kind, occasion=mail.occasion, role=mail.role, epoch=mail.effect_epoch, sent_at=mail.at
    )


def _mail(mail: Mail, occasion: str, role: str = APPLICANT) -> Effect:
    return Effect(mail.kind, occasion, role, mail.model_dump(mode="json"))


def _employer(email: str | None, applicant: str | None) -> str | None:
    """The address at which the employer is told as well; None if it is the applicant's."""
    return email if email and (applicant is None or address_key(email) != address_key(applicant)) else None


def _registration_submitted(event: RegistrationSubmitted, about: _About) -> _Mails:
    occasion = f"cycle {event.cycle}"
    yield _mail(written.registration_received(event, about.code_for), occasion)
    yield from _employer_left(event, event.registration)
    yield from _address_left(event, event.registration)


def _employer_left(event: RegistrationHeld | RegistrationSubmitted, whose: Registration | Applicant) -> _Mails:
    if event.left and (employer := _employer(event.left.email, whose.email)):
        yield _mail(written.leaving_to_employer(event.left, employer), f"cycle {event.cycle}", EMPLOYER)


def _address_left(event: _Moving, whose: Registration | Applicant) -> _Mails:
    if event.moved_from:
        # When the held correction goes on, the same cycle leaves another address: that of the registration it corrects.
        waits = " waits" if isinstance(event, RegistrationHeld) and event.corrects else ""
        yield _mail(written.address_left(whose, event.moved_from), f"cycle {event.cycle}{waits}", FORMER_ADDRESS)


def _registration_held(event: RegistrationHeld, about: _About) -> _Mails:
    occasion = f"cycle {event.cycle} reminder {event.number}"
    yield _mail(written.registration_held(event, about.code_for), occasion)
    yield from _employer_left(event, event.applicant)
    yield from _address_left(event, event.applicant)
    if employer := _employer(event.employer_email, event.applicant.email):
        yield _mail(written.registration_held(event, employer=employer), occasion, EMPLOYER)


def _policy_awaited(event: PolicyAwaited, about: _About) -> _Mails:
    if event.applicant:
        mail = written.policy_awaited(event, event.applicant, about.code_for)
        reminder = f" reminder {event.number}" if event.number else ""
        occasion = f"cycle {event.cycle} {event.reason}{reminder}"
        yield _mail(mail, occasion)
        employer = _employer(event.employer_email, event.applicant.email)
        if event.reason == "MANDATE_MISSING" and employer:
            told = written.policy_awaited(event, event.applicant, employer=employer)
            # Without the cycle, so that a correction does not ask the employer again.
            again = f" wait {event.mandate_wait}" if event.mandate_wait > 1 else ""
            yield _mail(told, occasion if reminder else f"{event.reason}{again}", EMPLOYER)


def _registration_rejected(event: RegistrationRejected, about: _About) -> _Mails:
    # With the cycle: a form that was corrected and then held may be rejected once more.
    occasion = "rejected" + (f" cycle {event.cycle}" if event.cycle > 1 else "")
    if event.email:
        yield _mail(written.registration_rejected(event, event.email, about.code_for), occasion)
    if employer := _employer(event.employer_email, event.email):
        yield _mail(written.registration_rejected_to_employer(event, employer), occasion, EMPLOYER)


def _correction_refused(event: CorrectionRefused, about: _About) -> _Mails:
    occasion = f"submission {event.submission}"
    yield _mail(written.correction_refused(event, about.code_for), occasion)
    if event.moving_to:
        yield _mail(written.move_refused(event, event.moving_to), occasion, NEW_ADDRESS)
    if employer := _employer(event.employer_email, event.applicant.email):
        yield _mail(written.correction_refused_to_employer(event, employer), occasion, EMPLOYER)


def _connections_withdrawn(event: ConnectionsWithdrawn, about: _About) -> _Mails:
    numbers = " ".join(str(one.connection) for one in event.connections)
    occasion = f"connections {numbers} cycle {event.cycle}"
    yield _mail(written.connections_withdrawn(event, about.code_for), occasion)
    if employer := _employer(event.employer_email, event.applicant.email):
        yield _mail(written.connections_withdrawn(event, employer=employer), occasion, EMPLOYER)


def _registration_ended(event: RegistrationEnded, about: _About) -> _Mails:
    del about
    yield _mail(written.registration_ended(event, event.applicant.email), "ended")
    if event.moving_to:
        yield _mail(written.registration_ended(event, event.moving_to), "ended", NEW_ADDRESS)
    if employer := _employer(event.employer_email, event.applicant.email):
        yield _mail(written.registration_ended_to_employer(event, employer), "ended", EMPLOYER)
    if event.former_processor:
        yield _mail(written.link_request_left(event.applicant, event.former_processor), "ended", PROCESSOR)


def _link_requested(event: LinkRequested, about: _About) -> _Mails:
    occasion = f"cycle {event.cycle}" + (f" reminder {event.number}" if event.number else "")
    yield _mail(written.link_request_received(event, about.code_for), occasion)
    yield from _address_left(event, event.applicant)
    if event.to_processor:
        yield _mail(written.link_requested(event), occasion, PROCESSOR)
    if event.former_processor:
        mail = written.link_request_left(event.applicant, event.former_processor, known_as=event.former_company_name)
        yield _mail(mail, occasion, PROCESSOR)


def _processor_applied(event: ProcessorApplied, about: _About) -> _Mails:
    yield _mail(written.processor_applied(event, about.code_for), f"cycle {event.cycle}")
    yield from _address_left(event, event.applicant)


def _processor_confirmed(event: ProcessorConfirmed, about: _About) -> _Mails:
    yield _mail(written.processor_confirmed(event, about.code_for), _review(event))
    yield from _address_left(event, event.applicant)


def _processor_declined(event: ProcessorDeclined, about: _About) -> _Mails:
    yield _mail(written.processor_declined(event, about.code_for), _review(event))


def _review(event: ProcessorConfirmed | ProcessorDeclined) -> str:
    again = f" review {event.review}" if event.review > 1 else ""
    return f"cycle {event.cycle}{again}"


def _customer_action_needed(event: CustomerActionNeeded, about: _About) -> _Mails:
    occasion = f"connection {event.contact.connection} cycle {event.cycle} action {event.number}"
    yield _mail(
        written_links.customer_action_needed(event, about.code_for, correction_waits=about.correction_waits), occasion
    )


def _link_realised(event: LinkRealised, about: _About) -> _Mails:
    again = f" cycle {event.cycle}" if event.cycle > 1 else ""
    exchanges = event.worked_before and event.first_exchange.on < about.said_on
    occasion = f"connection {event.contact.connection}{again}"
    yield _mail(written_links.link_realised(event, about.code_for, exchanges=exchanges), occasion)
    if employer := _employer(event.employer_email, event.contact.email):
        yield _mail(written_links.link_realised_to_employer(event, employer, exchanges=exchanges), occasion, EMPLOYER)


def _provisioning_refused(event: ProvisioningRefused, about: _About) -> _Mails:
    occasion = f"connection {event.contact.connection} cycle {event.cycle}"
    yield _mail(
        written_links.provisioning_refused(event, about.code_for, correction_waits=about.correction_waits), occasion
    )
    if employer := _employer(event.employer_email, event.contact.email):
        yield _mail(written_links.provisioning_refused_to_employer(event, employer), occasion, EMPLOYER)


_CALLED_FOR: dict[type[Event], Callable[[Any, _About], _Mails]] = {
    LinkRequested: _link_requested,
    ProcessorApplied: _processor_applied,
    ProcessorConfirmed: _processor_confirmed,
    ProcessorDeclined: _processor_declined,
    RegistrationHeld: _registration_held,
    RegistrationSubmitted: _registration_submitted,
    RegistrationRejected: _registration_rejected,
    CorrectionRefused: _correction_refused,
    ConnectionsWithdrawn: _connections_withdrawn,
    RegistrationEnded: _registration_ended,
    PolicyAwaited: _policy_awaited,
    LinkRealised: _link_realised,
    CustomerActionNeeded: _customer_action_needed,
    ProvisioningRefused: _provisioning_refused,
}

SERVICE = Service(party=NOTIFIER, main=Correspondence, decide=decide, facts=no_facts)
