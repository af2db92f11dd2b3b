"""What happened to a registration, one line for each event, in words the customer understands."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple, get_args

from ops.story import words
from ops.terminal.view import View
from schemas.events import ProcessorApplied, ProcessorConfirmed, ProcessorDeclined
from schemas.values import Finding, ReportCode
from services.notifier.mails.dutch import day_in_words
from services.notifier.mails.policy_awaited import WAITS
from services.notifier.mails.registration_ended import ENDS
from services.notifier.mails.registration_held import REQUIREMENTS
from services.notifier.roles import APPLICANT, EMPLOYER, FORMER_ADDRESS, NEW_ADDRESS, PROCESSOR
from services.timeline.documents import Entry, Said, Timeline, Why


class Happening(View):
    """A line of the story. `event` and the codes in `why` are stable; `text` is for people and may change.

    `at` is the event's time; for a mail it is when that was sent, as in the list of mails.
    """

    at: datetime
    event: str
    why: tuple[str, ...]
    text: str


class SentMail(NamedTuple):
    """What identifies a mail in both the timeline and the mail ledger; the time alone does not, as many share one."""

    at: datetime | None
    kind: str | None
    to: tuple[str, ...]
    epoch: int | None


def happenings(timeline: Timeline | None, elsewhere: Collection[SentMail] = ()) -> tuple[Happening, ...]:
    """The whole timeline, oldest first; `elsewhere`: mails that went to another address than first planned."""
    if timeline is None:
        return ()
    entries = timeline.entries
    told = (_happening(one, entries[:index], timeline.package, elsewhere) for index, one in enumerate(entries))
    return tuple(sorted(told, key=lambda one: one.at))


def _happening(
    entry: Entry, before: Sequence[Entry], package: str | None, elsewhere: Collection[SentMail]
) -> Happening:
    said = _told(entry.said, before, elsewhere)
    return Happening(
        at=said.sent_at or entry.at,
        event=entry.event,
        why=tuple(one.code for one in entry.said.why),
        text=_text(entry.event, said, package, stays=_stays(entry, before)),
    )


def _told(said: Said, before: Sequence[Entry], elsewhere: Collection[SentMail]) -> Said:
    """What an entry tells, with the employer code: Keylane's reports have the connection's number only."""
    mail = SentMail(said.sent_at, said.note, tuple(one.code for one in said.why), said.number)
    if mail in elsewhere:
        return said.but(why=(Why(code=_ELSEWHERE),))
    if said.connection is None or said.employer_code:
        return said
    codes = {one.said.connection: one.said.employer_code for one in before if one.said.employer_code}
    return said.but(employer_code=codes.get(said.connection))


def _stays(entry: Entry, before: Iterable[Entry]) -> bool:
    """Whether a processor stays confirmed after a correction of its own, which nobody at a.s.r. reviewed."""
    is_corrected = entry.event == ProcessorConfirmed.name and (entry.said.cycle or 1) > 1
    return is_corrected and not any(one.event in _REVIEWED and one.said.cycle == entry.said.cycle for one in before)


def _text(event: str, said: Said, package: str | None, *, stays: bool) -> str:
    sentence = _STAYS_CONFIRMED if stays else _SENTENCES[event](said)
    link = f" ({said.employer_code})" if said.employer_code else ""
    reasons = " ".join(_reason(one, package) for one in said.why) if event not in _WITHOUT_WHY else ""
    return f"{sentence}{link}{': ' if reasons else '.'}{reasons}"


def _reason(why: Why, package: str | None) -> str:
    if why.code in _REASONS:
        return _REASONS[why.code]
    if why.detail is not None and why.code in words.FAULTS:
        return words.of_fault(f"{why.detail} {why.code}").text
    if why.code in _FINDINGS:
        return words.of_finding(Finding.model_validate({"code": why.code, "detail": why.detail}), package).text
    return why.code


def _submitted(said: Said) -> str:
    return f"Correctie aangenomen, ronde {said.cycle}" if (said.cycle or 1) > 1 else "Aanmelding aangenomen"


def _held(said: Said) -> str:
    until = f", tot {day_in_words(said.on)}" if said.on else ""
    return f"Herinnering {said.number}: aangehouden{until}" if said.number else f"Aangehouden{until}"


def _link_requested(said: Said) -> str:
    if said.number:
        return f"Herinnering {said.number}: er is nu geen aanmelding door de salarisverwerker"
    again = (said.cycle or 1) > 1
    return "De aanvraag van de koppeling is veranderd" if again else "De werkgever heeft de koppeling aangevraagd"


def _awaited(said: Said) -> str:
    return f"Herinnering {said.number}: wij wachten op gegevens" if said.number else "Wij wachten op gegevens"


def _realised(said: Said) -> str:
    exchange = f"; eerste uitwisseling op {day_in_words(said.on)}" if said.on else ""
    return f"De koppeling werkt{exchange}"


def _asked(said: Said) -> str:
    return "Herinnering: jij moet iets doen" if said.number else "Jij moet iets doen"


def _ended(said: Said) -> str:
    return f"Gestopt, vervangen door {said.note}" if said.note else "Gestopt"


def _withdrawn(said: Said) -> str:
    return f"Deel ingetrokken met de code uit onze mail: {said.note}"


def _declined(said: Said) -> str:
    return f"a.s.r. heeft de salarisverwerker niet bevestigd: {said.note or ''}".rstrip(". ")


def _mailed(said: Said) -> str:
    again = "opnieuw " if said.number else ""
    on = f" op {day_in_words(said.on)}" if said.on else ""
    to = "".join(f" aan {_READERS.get(one.code, one.code)}" for one in said.why)
    return f"Mail {again}verstuurd{to}{on}: {_MAILS.get(said.note or '', said.note)}"


def _always(sentence: str) -> Callable[[Said], str]:
    return lambda _: sentence


def _reported(said: Said) -> str:
    return _REPORTS.get(said.note or "", "Keylane heeft iets laten weten")


_REPORTS = {
    "accepted": "Keylane heeft de aanvraag aangenomen",
    "configured": "Keylane meldt dat de koppeling klaar is",
    "customer_action_needed": "Keylane kan nog niet verder",
    "failed": "Keylane meldt dat het niet lukt",
}
_ELSEWHERE = "elsewhere"
_READERS = {
    APPLICANT: "de aanvrager",
    EMPLOYER: "de werkgever",
    PROCESSOR: "de salarisverwerker",
    NEW_ADDRESS: "de aanvrager op het nieuwe adres",
    FORMER_ADDRESS: "de aanvrager op het vorige adres",
    _ELSEWHERE: "een ander adres",
}
_MAILS = {
    "registration-received": "aanmelding of correctie ontvangen",
    "address-left": "ander e-mailadres doorgegeven",
    "registration-held": "aanmelding wacht",
    "policy-awaited": "wij wachten op gegevens",
    "registration-rejected": "aanmelding niet verwerkt",
    "correction-refused": "wijziging niet verwerkt",
    "connections-withdrawn": "deel gestopt",
    "registration-ended": "aanmelding gestopt",
    "link-requested": "koppeling aangevraagd door een werkgever",
    "link-request-left": "aanvraag ingetrokken door een werkgever",
    "link-request-received": "aanvraag ontvangen of veranderd",
    "processor-applied": "aanmelding als salarisverwerker ontvangen",
    "processor-confirmed": "bevestigd als salarisverwerker",
    "processor-declined": "niet bevestigd als salarisverwerker",
    "customer-action-needed": "actie nodig",
    "link-realised": "koppeling klaar",
    "link-works": "koppeling werkt",
    "provisioning-refused": "koppeling niet gelukt",
}
"""What each kind of mail tells, as its subject says it."""
_SENTENCES: Mapping[str, Callable[[Said], str]] = {
    "link-requested": _link_requested,
    "processor-applied": _always("De salarisverwerker heeft zich aangemeld; a.s.r. bekijkt dat"),
    "processor-confirmed": _always("a.s.r. heeft de salarisverwerker bevestigd"),
    "processor-declined": _declined,
    "registration-held": _held,
    "registration-submitted": _submitted,
    "registration-rejected": _always("Niet aangenomen"),
    "correction-refused": _always("Wijziging niet aangenomen"),
    "connections-withdrawn": _withdrawn,
    "registration-ended": _ended,
    "policy-enriched": _always("Polis gevonden"),
    "policy-awaited": _awaited,
    "provisioning-requested": _always("Koppeling aangevraagd bij Keylane"),
    "provisioning-cancelled": _always("Koppeling afgezegd bij Keylane"),
    "provisioning-reported": _reported,
    "customer-action-needed": _asked,
    "link-realised": _realised,
    "provisioning-refused": _always("De koppeling is niet gelukt"),
    "notification-sent": _mailed,
}
_STAYS_CONFIRMED = "Correctie aangenomen; de salarisverwerker blijft bevestigd"
_REVIEWED = frozenset({ProcessorApplied.name, ProcessorConfirmed.name, ProcessorDeclined.name})
_WITHOUT_WHY = frozenset({"provisioning-cancelled", "notification-sent"})
_REASONS = dict(chain[tuple[str, str]](REQUIREMENTS.items(), WAITS.items(), ENDS.items()))
_FINDINGS = frozenset(get_args(ReportCode))
