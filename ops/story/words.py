"""Reasons in words that customers understand, made from the codes that services keep."""

from ops.story.reason import Reason
from payroll.customer_help import GENERAL_HELP
from payroll.fault import MESSAGES
from payroll.packages import packages
from schemas.events import Requirement
from schemas.events.policy_awaited import WaitReason
from schemas.ids import RegistrationId, reference
from schemas.values import EndReason, Finding
from services.intake.documents import Answer
from services.intake.sentences import (
    ALREADY_REGISTERED,
    CODE_WRONG,
    HAS_ENDED,
    PROCESSOR_ALREADY_REGISTERED,
    REFERENCE_TAKEN,
    REFERENCE_UNKNOWN,
)
from services.notifier.mails.field_names import field_name
from services.notifier.mails.mail import REGISTRATION_PAGE
from services.notifier.mails.policy_awaited import WAITS
from services.notifier.mails.registration_ended import ENDS
from services.notifier.mails.registration_held import requirement_in_words

FAULTS = {
    **{code.value: message for code, message in MESSAGES.items()},
    "ALREADY_REGISTERED": ALREADY_REGISTERED,
    "REFERENCE_TAKEN": REFERENCE_TAKEN,
    "REFERENCE_UNKNOWN": REFERENCE_UNKNOWN,
    "CODE_WRONG": CODE_WRONG,
    "ENDED": HAS_ENDED,
    "LAPSED": "Alles blijft zoals het voor de correctie was.",
}

_OF_PROCESSORS = {"email ALREADY_REGISTERED": PROCESSOR_ALREADY_REGISTERED}

CORRECTION_WAITS = Reason(
    code="CORRECTION_WAITS",
    text="Dit is een correctie. Tot die verder kan, blijft bij Keylane alles zoals het daarvoor was.",
)
_NOT_REGISTERED = (
    f"Met dit e-mailadres is nog geen salarisverwerker aangemeld{{}}. Dat doet die zelf op {REGISTRATION_PAGE}. Daarna "
    "bekijkt a.s.r. die aanmelding."
)
_DECLINED = (
    "a.s.r. heeft de salarisverwerker afgewezen. Is de reden weg? Dan geeft de salarisverwerker dat door met een "
    "correctie van de eigen aanmelding."
)
GAVE_WAY = Reason(
    code="GAVE_WAY",
    text="Een andere salarisverwerker heeft deze werkgever ook aangemeld, en die aanmelding ging eerder door.",
)
TAKEN_UP = Reason(code="TAKEN_UP", text="Een salarisverwerker heeft deze werkgever aangemeld.")


def of_fault(kept: str) -> Reason:
    """A fault as intake keeps it: "field CODE"."""
    field, _, code = kept.rpartition(" ")
    text = _OF_PROCESSORS.get(kept) or FAULTS.get(code, code)
    return Reason(code=code, field=field, text=f"{field_name(field)}: {text}")


def of_holder(registration: RegistrationId) -> Reason:
    """The registration that has an employer code for which a form was rejected."""
    text = f"Alleen voor a.s.r.: een werkgeverscode hiervan is aangemeld onder referentie {reference(registration)}."
    return Reason(code="REGISTERED_UNDER", text=text)


def of_requirement(code: Requirement, package: str | None, processor: Answer | None) -> Reason:
    """What intake holds a registration with this package for, by what was answered to its processor (None: nothing)."""
    offered = packages()[package] if package else None
    title = offered.title if offered and offered.processor_secrets else None
    if code == "PROCESSOR_CONFIRMATION" and processor is None:
        return Reason(code="PROCESSOR_REGISTRATION", text=_NOT_REGISTERED.format(f" voor {title}" if title else ""))
    if code == "PROCESSOR_CONFIRMATION" and processor == "declined":
        return Reason(code="PROCESSOR_DECLINED", text=_DECLINED)
    return Reason(code=code, text=requirement_in_words(code, title))


def of_end(code: EndReason) -> Reason:
    """Why a registration ended."""
    return Reason(code=code.upper(), text=ENDS[code])


def of_wait(code: WaitReason) -> Reason:
    """Why enrichment waits."""
    return Reason(code=code, text=WAITS[code])


def of_finding(finding: Finding, package: str | None) -> Reason:
    """What Keylane found, as the package's customers are told; which right, where one is missing."""
    what = packages()[package].what(finding) if package else GENERAL_HELP[finding.code].what
    return Reason(code=finding.code, text=what)
