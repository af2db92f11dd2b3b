"""What the flow's events call for: what makes one the only one of its kind, and which mail it owes.

Written down once more, apart from the services that do it. A new event is added here; a test says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ops.audit.history import DEAD_LETTERS, FORMS, Fact

SUBMITTED, REJECTED, ENDED = "registration-submitted", "registration-rejected", "registration-ended"
ENRICHED = "policy-enriched"
REQUESTED, REPORTED = "provisioning-requested", "provisioning-reported"
CANCELLED = "provisioning-cancelled"
REALISED, REFUSED, ASKED = "link-realised", "provisioning-refused", "customer-action-needed"
FINAL = (REALISED, REFUSED)

NOTIFIER = "notifier"
ROLE = "applicant"

FREE = frozenset(
    {FORMS, REPORTED, "processor-reviewed", "processor-confirmed", "processor-declined", "policy-awaited", DEAD_LETTERS}
)
"""Topics whose events may come more than once for one occasion: others write them, or they only tell what is."""


class Link(NamedTuple):
    """A connection: within a registration every employer code stands once."""

    registration: str
    employer_code: str


def connection_of(data: Mapping[str, Any]) -> str:
    """The number of the connection that an event is about; empty where it is about none."""
    return str(_part(data, "contact").get("connection", ""))


def employer_code_of(data: Mapping[str, Any]) -> str:
    """Its employer code."""
    return str(_part(data, "contact").get("employer_code", ""))


def registration_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a submitted registration says: in its first version beside the cycle, later in a part of its own."""
    return _part(data, "registration") or data


def connections_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The employer codes of a submitted registration, by the connection's number."""
    found = registration_in(data).get("connections")
    items = found if isinstance(found, list) else []
    return {str(one.get("connection")): str(one.get("employer_code")) for one in items if isinstance(one, dict)}


def cycle_of(data: Mapping[str, Any]) -> int:
    """The number of the request; 0 where none stands."""
    cycle = data.get("cycle")
    return cycle if isinstance(cycle, int) else 0


def occasion_of(fact: Fact) -> str | None:
    """What no second event of this topic about this registration may share; None for a topic that is free."""
    of = _OCCASIONS.get(fact.topic)
    return of(fact.data) if of else None


def mail_of(fact: Fact) -> str | None:
    """The occasion of the mail that this event calls for; None when it calls for none."""
    of = _MAILS.get(fact.topic)
    return of(fact.data) if of else None


MAILED = (REALISED, ASKED, REFUSED, REJECTED)
"""The topics whose events call for a mail; the mail's kind is the topic's name."""


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


def _of_submission(data: Mapping[str, Any]) -> str:
    return f"submission {data.get('submission')}"


def _of_notification(data: Mapping[str, Any]) -> str:
    return " ".join(str(data.get(name)) for name in ("kind", "occasion", "role", "epoch"))


def _of_rejection(data: Mapping[str, Any]) -> str | None:
    return "rejected" if data.get("email") else None


_OCCASIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    SUBMITTED: _of_cycle,
    REJECTED: _of_cycle,
    "link-requested": _of_cycle,
    "processor-applied": _of_cycle,
    "registration-held": _of_reminder,
    ENDED: _of_cycle,
    "correction-refused": _of_submission,
    ENRICHED: _of_cycle,
    CANCELLED: _of_request,
    "notification-sent": _of_notification,
    REQUESTED: _of_request,
    REALISED: _of_request,
    REFUSED: _of_request,
    ASKED: _of_question,
}
_MAILS: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    REALISED: _of_connection,
    ASKED: _of_question,
    REFUSED: _of_request,
    REJECTED: _of_rejection,
}
KNOWN = FREE | _OCCASIONS.keys()
"""Every topic that the judge knows what to make of."""
