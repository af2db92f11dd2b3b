"""What the flow's events call for: what makes an event the only one of its kind, and which mails it calls for.

This is written independently of the services that do it. A new event has to be added here; a test checks that.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ops.audit.judge.history import DEAD_LETTERS, Fact
from ops.audit.judge.seen import FORMS

SUBMITTED, REJECTED, ENDED = "registration-submitted", "registration-rejected", "registration-ended"
ENRICHED = "policy-enriched"
WITHDRAWN = "connections-withdrawn"
REQUESTED, REPORTED = "provisioning-requested", "provisioning-reported"
CYCLE_REQUESTED = "cycle-requested"
CANCELLED = "provisioning-cancelled"
REALISED, REFUSED, ASKED = "link-realised", "provisioning-refused", "customer-action-needed"
FINAL = (REALISED, REFUSED)
HELD, AWAITED, LINK_REQUESTED = "registration-held", "policy-awaited", "link-requested"
APPLIED, CONFIRMED, DECLINED = "processor-applied", "processor-confirmed", "processor-declined"
SENT = "notification-sent"
ACTED = "operator-acted"

NOTIFIER = "notifier"
APPLICANT, EMPLOYER, PROCESSOR = "applicant", "employer", "processor"
NEW_ADDRESS, FORMER_ADDRESS = "new-address", "former-address"

FREE = frozenset({FORMS, REPORTED, "processor-reviewed", AWAITED, DEAD_LETTERS, ACTED})
"""Topics whose events may come more than once for one occasion: others write them, or they only tell what is."""


class Link(NamedTuple):
    """A connection: within a registration every employer code occurs once."""

    registration: str
    employer_code: str


class CalledMail(NamedTuple):
    """A mail that is called for: to one role, once for its occasion."""

    kind: str
    occasion: str
    role: str = APPLICANT


_Mails = Iterator[CalledMail]


def connection_of(data: Mapping[str, Any]) -> str:
    """The number of the connection that an event is about; empty where it is about none."""
    return str(_part(data, "contact").get("connection", ""))


def employer_code_of(data: Mapping[str, Any]) -> str:
    """The employer code of the connection that an event is about."""
    return str(_part(data, "contact").get("employer_code", ""))


def package_of(data: Mapping[str, Any]) -> str:
    """The payroll package that an event is about."""
    return str(_part(data, "contact").get("package", ""))


def registration_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a submitted registration says; the event's first version has no separate part for it."""
    return _part(data, "registration") or data


def connections_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The employer codes in a submitted registration, or in what a withdrawal names, by the connection's number."""
    found = registration_in(data).get("connections")
    items = found if isinstance(found, list) else []
    return {str(one.get("connection")): str(one.get("employer_code")) for one in items if isinstance(one, dict)}


def part_of(topic: str, data: Mapping[str, Any]) -> str:
    """The connections that an event is about, as they are part of its id; empty where it is about all."""
    return ",".join(connections_in(data)) if topic == WITHDRAWN else connection_of(data)


def cycle_of(data: Mapping[str, Any]) -> int:
    """The number of the request; 0 where the event has none."""
    cycle = data.get("cycle")
    return cycle if isinstance(cycle, int) else 0


def occasion_of(fact: Fact) -> str | None:
    """What no second event of this topic about this registration may share; None for a topic without such a limit."""
    of = _OCCASIONS.get(fact.topic)
    return of(fact.data) if of else None


def mails_of(fact: Fact) -> Iterator[CalledMail]:
    """The mails that this event calls for; whatever the event, an address that it says was left is told as well."""
    if of := _MAILS.get(fact.topic):
        yield from of(fact.data)
        if fact.data.get("moved_from"):
            waits = " waits" if fact.data.get("corrects") else ""
            yield CalledMail("address-left", f"{_of_cycle(fact.data)}{waits}", FORMER_ADDRESS)


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _of_cycle(data: Mapping[str, Any]) -> str:
    return f"cycle {cycle_of(data)}"


def _of_connection(data: Mapping[str, Any]) -> str:
    return f"connection {connection_of(data)}"


def _of_request(data: Mapping[str, Any]) -> str:
    return f"{_of_connection(data)} {_of_cycle(data)}"


def _of_question(data: Mapping[str, Any]) -> str:
    return f"{_of_request(data)} action {data.get('number')}"


def _of_reminder(data: Mapping[str, Any]) -> str:
    return f"{_of_cycle(data)} number {data.get('number')}"


def _of_asking(data: Mapping[str, Any]) -> str:
    """The occasion of a cycle or a reminder; the event's first versions did not count reminders."""
    number = data.get("number", 0)
    return _of_cycle(data) + (f" reminder {number}" if number else "")


def _of_verdict(data: Mapping[str, Any]) -> str:
    """The occasion of a verdict; the first one of a cycle has no number, as in the event's first version."""
    review = data.get("review", 1)
    return _of_cycle(data) if review == 1 else f"{_of_cycle(data)} review {review}"


def _of_submission(data: Mapping[str, Any]) -> str:
    return f"submission {data.get('submission')}"


def _of_withdrawal(data: Mapping[str, Any]) -> str:
    return f"connections {' '.join(connections_in(data))} {_of_cycle(data)}"


def _of_notification(data: Mapping[str, Any]) -> str:
    return " ".join(str(data.get(name)) for name in ("kind", "occasion", "role", "epoch"))


def _one(kind: str, occasion: Callable[[Mapping[str, Any]], str]) -> Callable[[Mapping[str, Any]], _Mails]:
    return lambda data: iter((CalledMail(kind, occasion(data)),))


def _submitted(data: Mapping[str, Any]) -> _Mails:
    yield CalledMail("registration-received", _of_cycle(data))
    yield from _left(data, registration_in(data))


def _left(data: Mapping[str, Any], whose: Mapping[str, Any]) -> _Mails:
    """The employer that a correction has left is also told, if its address is not the new applicant's."""
    if _is_elsewhere(_part(data, "left").get("email"), whose):
        yield CalledMail(ENDED, _of_cycle(data), EMPLOYER)


def _rejected(data: Mapping[str, Any]) -> _Mails:
    occasion = f"rejected {_of_cycle(data)}" if cycle_of(data) > 1 else "rejected"
    if data.get("email"):
        yield CalledMail(REJECTED, occasion)
    if _is_elsewhere(data.get("employer_email"), data):
        yield CalledMail(REJECTED, occasion, EMPLOYER)


def _ended(data: Mapping[str, Any]) -> _Mails:
    yield from _told(data, ENDED, "ended")
    if data.get("former_processor"):
        yield CalledMail("link-request-left", "ended", PROCESSOR)


def _told(data: Mapping[str, Any], kind: str, occasion: str) -> _Mails:
    """The applicant, where the request was to move to, and the employer; the event's first versions name fewer."""
    yield CalledMail(kind, occasion)
    if data.get("moving_to"):
        yield CalledMail(kind, occasion, NEW_ADDRESS)
    if _has_employer(data, "applicant"):
        yield CalledMail(kind, occasion, EMPLOYER)


def _awaited(data: Mapping[str, Any]) -> _Mails:
    """The mails about a wait; the employer is asked for its mandate once for each wait, and reminded.

    The event's first version did not say whom to tell. Until the fifth version, waits were not counted.
    """
    if data.get("applicant"):
        reason, number = data.get("reason"), data.get("number", 0)
        occasion = f"{_of_cycle(data)} {reason}" + (f" reminder {number}" if number else "")
        yield CalledMail(AWAITED, occasion)
        if reason == "MANDATE_MISSING" and _has_employer(data, "applicant"):
            wait = data.get("mandate_wait", 0)
            asked = "MANDATE_MISSING" + (f" wait {wait}" if wait > 1 else "")
            yield CalledMail(AWAITED, occasion if number else asked, EMPLOYER)


def _held(data: Mapping[str, Any]) -> _Mails:
    occasion = f"{_of_cycle(data)} reminder {data.get('number')}"
    yield CalledMail(HELD, occasion)
    yield from _left(data, _part(data, "applicant"))
    if _has_employer(data, "applicant"):
        yield CalledMail(HELD, occasion, EMPLOYER)


def _link_requested(data: Mapping[str, Any]) -> _Mails:
    """The mails about a link request; the event's first version told the processor of each correction."""
    yield CalledMail("link-request-received", _of_asking(data))
    if data.get("to_processor", "request"):
        yield CalledMail(LINK_REQUESTED, _of_asking(data), PROCESSOR)
    if data.get("former_processor"):
        yield CalledMail("link-request-left", _of_asking(data), PROCESSOR)


def _realised(data: Mapping[str, Any]) -> _Mails:
    """The confirmation, and a mail to the employer that asked for what its processor has registered."""
    yield CalledMail(REALISED, _of_realisation(data))
    if _has_employer(data):
        yield CalledMail("link-works", _of_realisation(data), EMPLOYER)


def _refused(data: Mapping[str, Any]) -> _Mails:
    yield CalledMail(REFUSED, _of_request(data))
    if _has_employer(data):
        yield CalledMail(REFUSED, _of_request(data), EMPLOYER)


def _has_employer(data: Mapping[str, Any], whom: str = "contact") -> bool:
    """Whether an employer is told as well: its address is not that of the applicant, who is named under `whom`."""
    return _is_elsewhere(data.get("employer_email"), _part(data, whom))


def _is_elsewhere(email: object, applicant: Mapping[str, Any]) -> bool:
    """Whether there is such an address, and it is not the applicant's."""
    return bool(email) and str(email).casefold() != str(applicant.get("email")).casefold()


def _of_realisation(data: Mapping[str, Any]) -> str:
    """The occasion of a realisation: what is realised again, after a correction, is told again."""
    return _of_request(data) if cycle_of(data) > 1 else _of_connection(data)


_OCCASIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    SUBMITTED: _of_cycle,
    REJECTED: _of_cycle,
    LINK_REQUESTED: _of_asking,
    APPLIED: _of_cycle,
    CONFIRMED: _of_verdict,
    DECLINED: _of_verdict,
    HELD: _of_reminder,
    WITHDRAWN: _of_withdrawal,
    ENDED: _of_cycle,
    "correction-refused": _of_submission,
    ENRICHED: _of_cycle,
    CYCLE_REQUESTED: _of_cycle,
    CANCELLED: _of_request,
    SENT: _of_notification,
    REQUESTED: _of_request,
    REALISED: _of_request,
    REFUSED: _of_request,
    ASKED: _of_question,
}
_MAILS: dict[str, Callable[[Mapping[str, Any]], _Mails]] = {
    SUBMITTED: _submitted,
    REJECTED: _rejected,
    WITHDRAWN: lambda data: _told(data, WITHDRAWN, _of_withdrawal(data)),
    ENDED: _ended,
    HELD: _held,
    AWAITED: _awaited,
    LINK_REQUESTED: _link_requested,
    APPLIED: _one(APPLIED, _of_cycle),
    CONFIRMED: _one(CONFIRMED, _of_verdict),
    DECLINED: _one(DECLINED, _of_verdict),
    "correction-refused": lambda data: _told(data, "correction-refused", _of_submission(data)),
    REALISED: _realised,
    ASKED: _one(ASKED, _of_question),
    REFUSED: _refused,
}
MAILED = tuple(_MAILS)
"""The topics whose events call for mails."""
KNOWN = FREE | _OCCASIONS.keys()
"""Every topic that the judge knows what to make of."""
